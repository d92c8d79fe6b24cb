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
import { sendAll, signedRead, smallReads } from "./small-requests.ts";

const repository = dirname(dirname(fileURLToPath(import.meta.url)));
const region = "us-east-1";
const smallCalls = 60_000;
/** The compiler is done by then: the calls after the first 10,000 still take a quarter more (2026-11-22). */
const warmingCalls = 20_000;
/** Signed at once: about 2 KB each. */
const batchCalls = 10_000;
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

/**
 * By sessions of roles under the organization's policies. The requests are signed while the simulator rests: a client
 * that signs meanwhile takes the other thread of the same core and counts against the simulator (a third, 2026-11-22).
 */
async function measureCalls(bench: Bench): Promise<Figure> {
  const { usage } = bench;
  const port = Number(new URL(bench.started.endpoint).port);
  const ids = (await listAccounts(bench)).slice(0, callers * 2);
  const sessions = (await Promise.all(ids.map((id) => assume(bench, id))))
    .filter((session) => session !== null)
    .slice(0, callers);
  const batch = async (size: number) => {
    const requests: string[] = [];
    for (let at = 0; at < size; at++) {
      const session = sessions[at % sessions.length];
      const read = smallReads[Math.floor(at / sessions.length) % smallReads.length];
      if (!session || !read) throw new Error("nothing to send");
      requests.push(await signedRead(port, session, read));
    }
    const before = usage().cpuSeconds;
    const statuses = await sendAll(port, requests, atOnce);
    return { seconds: usage().cpuSeconds - before, statuses };
  };
  await batch(warmingCalls);
  let seconds = 0;
  const statuses = new Map<number, number>();
  for (let sent = 0; sent < smallCalls; sent += batchCalls) {
    const done = await batch(batchCalls);
    seconds += done.seconds;
    for (const [status, count] of done.statuses) statuses.set(status, (statuses.get(status) ?? 0) + count);
  }
  const answers = [...statuses].map(([status, count]) => `${count} answers ${status}`).join(", ");
  return {
    name: "simulator.calls_per_cpu_second",
    measured: smallCalls / seconds,
    atLeast: leastCallsPerSecond,
    unit: "calls/CPU-s",
    note: `${smallCalls} calls by ${sessions.length} sessions in ${seconds.toFixed(2)} CPU-s: ${answers} (404: an account without a public access block)`,
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
