// What the simulator costs: small calls per CPU second with permissions enforced, and its memory once 10,000 accounts
// are listed and a role is assumed in every one. Linux only.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { openAws } from "#aws/call.ts";
import { awsSettingsFrom } from "#aws/settings.ts";
import type { AwsCaller, AwsCredentials } from "#model/aws-call.ts";
import type { BenchmarkOptions, Figure } from "./figure.ts";
import { openSampler, type Usage } from "./process-usage.ts";

const repository = dirname(dirname(fileURLToPath(import.meta.url)));
const region = "us-east-1";
const smallCalls = 60_000;
const warmingCalls = 10_000;
const callers = 20;
const atOnce = 16;
const leastCallsPerSecond = 5_000;
const mostMiB = 256;

interface Started {
  endpoint: string;
  adminUrl: string;
  accessKeyId: string;
  secretAccessKey: string;
}

interface Bench {
  started: Started;
  call: AwsCaller;
  usage: () => Usage;
}

export default async function run({ accounts = "10000" }: BenchmarkOptions): Promise<Figure[]> {
  return [
    await withSimulator(127, measureCalls),
    ...(await withSimulator(Number(accounts), (bench) => measureMemory(bench, Number(accounts)))),
  ];
}

/** Small reads of six APIs in all protocols but EC2's, by sessions of roles under the organization's policies. */
async function measureCalls(bench: Bench): Promise<Figure> {
  const { call, usage } = bench;
  const ids = (await listAccounts(bench)).slice(0, callers * 2);
  const sessions = (await Promise.all(ids.map((id) => assume(bench, id)))).filter(
    (session) => session !== null,
  );
  const small: [client: string, operation: string, input: Record<string, unknown>][] = [
    ["sts", "GetCallerIdentity", {}],
    ["iam", "GetRole", { RoleName: "OrganizationAccountAccessRole" }],
    ["iam", "ListAccountAliases", {}],
    ["ec2", "DescribeRegions", { RegionNames: [region] }],
    ["kms", "ListKeys", { Limit: 5 }],
    ["lambda", "ListLayers", { MaxItems: 10 }],
    ["account", "GetRegionOptStatus", { RegionName: region }],
    ["s3-control", "GetPublicAccessBlock", { AccountId: "" }],
  ];
  const refused = new Map<string, number>();
  const send = async (at: number) => {
    const session = sessions[at % Math.min(callers, sessions.length)];
    const [client, operation, input] = small[Math.floor(at / callers) % small.length] ?? small[0] ?? [];
    if (!session || !client || !operation) throw new Error("nothing to send");
    const { accountId, credentials } = session;
    const asked = "AccountId" in (input ?? {}) ? { AccountId: accountId } : (input ?? {});
    const answer = await call({ client, operation, input: asked, region, accountId, credentials });
    if (!answer.ok)
      refused.set(
        `${operation} ${answer.error.code}`,
        (refused.get(`${operation} ${answer.error.code}`) ?? 0) + 1,
      );
  };
  await concurrently(warmingCalls, send);
  refused.clear();
  const before = usage().cpuSeconds;
  await concurrently(smallCalls, send);
  const seconds = usage().cpuSeconds - before;
  return {
    name: "simulator.calls_per_cpu_second",
    measured: smallCalls / seconds,
    atLeast: leastCallsPerSecond,
    unit: "calls/CPU-s",
    note: `${smallCalls} calls by ${Math.min(callers, sessions.length)} sessions in ${seconds.toFixed(2)} CPU-s${[...refused].map(([what, count]) => `, ${count} ${what}`).join("")}`,
  };
}

async function measureMemory(bench: Bench, accounts: number): Promise<Figure[]> {
  const startedMiB = bench.usage().peakMiB;
  const ids = await listAccounts(bench);
  const listedMiB = bench.usage().peakMiB;
  let assumed = 0;
  await concurrently(ids.length, async (at) => {
    if ((await assume(bench, ids[at] ?? "")) !== null) assumed++;
  });
  const { peakMiB, cpuSeconds } = bench.usage();
  return [
    { name: "simulator.accounts_listed", measured: ids.length, atLeast: accounts, unit: "accounts" },
    {
      name: "simulator.roles_assumed",
      measured: assumed,
      atLeast: accounts * 0.99,
      unit: "roles",
      note: "the management account and suspended ones have none to assume",
    },
    {
      name: "simulator.peak_memory",
      measured: peakMiB,
      atMost: mostMiB,
      unit: "MiB",
      note: `largest resident set; ${startedMiB.toFixed(0)} MiB after the start, ${listedMiB.toFixed(0)} MiB with the accounts listed; ${cpuSeconds.toFixed(1)} CPU-s in all`,
    },
  ];
}

async function listAccounts({ call, started }: Bench): Promise<string[]> {
  const ids: string[] = [];
  let NextToken: string | undefined;
  do {
    const answer = await call<{ Accounts: { Id: string }[]; NextToken?: string }>({
      client: "organizations",
      operation: "ListAccounts",
      input: { NextToken },
      region,
      accountId: null,
      credentials: started,
    });
    if (!answer.ok) throw new Error(`ListAccounts: ${answer.error.message}`);
    ids.push(...answer.output.Accounts.map(({ Id }) => Id));
    NextToken = answer.output.NextToken;
  } while (NextToken);
  return ids;
}

async function assume(
  { call, started }: Bench,
  accountId: string,
): Promise<{ accountId: string; credentials: AwsCredentials } | null> {
  const answer = await call<{
    Credentials: { AccessKeyId: string; SecretAccessKey: string; SessionToken: string };
  }>({
    client: "sts",
    operation: "AssumeRole",
    input: {
      RoleArn: `arn:aws:iam::${accountId}:role/OrganizationAccountAccessRole`,
      RoleSessionName: "bench",
    },
    region,
    accountId: null,
    credentials: started,
  });
  if (!answer.ok) return null;
  const { AccessKeyId, SecretAccessKey, SessionToken } = answer.output.Credentials;
  return {
    accountId,
    credentials: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken },
  };
}

async function concurrently(count: number, send: (at: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) await send(next++);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

async function withSimulator<Result>(
  accounts: number,
  measure: (bench: Bench) => Promise<Result>,
): Promise<Result> {
  const child = spawn(process.execPath, ["simulator/main.ts", "--accounts", String(accounts), "--json"], {
    cwd: repository,
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const started = await firstLine(child);
    await switchLimitsOff(started);
    const aws = openAws(awsSettingsFrom({}, { endpointUrl: started.endpoint, loopbackOnly: true }));
    const usage = () => {
      const sampler = openSampler(child.pid ?? 0, () => "simulator", new Set());
      sampler.sample();
      return sampler.byKind().get("simulator") ?? { peakMiB: Number.NaN, cpuSeconds: Number.NaN };
    };
    const result = await measure({ started, call: aws.call, usage });
    await aws.close();
    return result;
  } finally {
    child.kill("SIGTERM");
    if (child.exitCode === null) await once(child, "exit");
  }
}

/** The limits of AWS would be measured, not the simulator. */
async function switchLimitsOff({ adminUrl }: Started): Promise<void> {
  const answer = await fetch(`${adminUrl}/settings`, {
    method: "PUT",
    body: JSON.stringify({ limits: { enabled: false } }),
  });
  if (!answer.ok) throw new Error(await answer.text());
}

function firstLine(child: ChildProcess): Promise<Started> {
  let text = "";
  return new Promise((settle, fail) => {
    child.stdout?.on("data", (chunk) => {
      text += chunk;
      if (text.includes("\n")) settle(JSON.parse(text) as Started);
    });
    child.once("exit", (code) => fail(new Error(`the simulator ended with ${code}: ${text}`)));
  });
}
