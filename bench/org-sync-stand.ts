// A simulated organization in a process of its own and a database, for syncs that are measured: the process that
// measures holds nothing but the product. Time is scaled by making limits and latencies faster.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { openRoleCache } from "#aws/assume.ts";
import { openAws } from "#aws/call.ts";
import { openPacer } from "#aws/pace.ts";
import { awsSettingsFrom } from "#aws/settings.ts";
import { organizationRoleActions } from "#onboarding/organization-actions.ts";
import { type SyncReport, syncOrganization } from "#onboarding/sync.ts";
import type { SyncedOrganization } from "#onboarding/sync-parts.ts";
import { masterKeyOf } from "#secrets.ts";
import { createOrganization } from "#store/organizations.ts";
import { organizationRevision } from "#store/revision.ts";
import { createTenant } from "#store/tenants.ts";
import { openVault } from "#store/vault.ts";
import { quotas } from "../facts/quotas.ts";
import type { BenchDatabase } from "./bench-database.ts";
import { type MemoryPeak, watchMemory } from "./memory-peak.ts";
import { emptyTables } from "./tenant-tables.ts";

interface Limit {
  capacity: number;
  refillPerSecond: number;
}

export interface MeasuredSync {
  report: SyncReport;
  seconds: number;
  throttled: number;
  /** By SDK client. */
  calls: Record<string, number>;
  memory: MemoryPeak;
}

export interface Stand {
  /** A new tenant connects the organization; nothing is known of it. */
  reset(): Promise<void>;
  /** null: as fast as it goes. */
  sync(pace: { limit: Limit; latencyMs: number } | null): Promise<MeasuredSync>;
  close(): Promise<void>;
}

interface Started {
  endpoint: string;
  adminUrl: string;
  accessKeyId: string;
  secretAccessKey: string;
}

interface Connected {
  awsOrganizationId: string;
  managementAccountId: string;
}

const region = "us-east-1";
const paced = ["organizations", "resource-groups-tagging-api"] as const;
/** What a busy machine holds up arrives together; the rate over a second stays the same. */
const delayedCalls = 8;
const roleName = "Skywarden-Harvest-Org-Role";

export async function openStand(database: BenchDatabase, accounts: number): Promise<Stand> {
  const { child, started } = await startSimulator(accounts);
  await changeSettings(started, null);
  const connected = await makeRole(started);
  let organization: SyncedOrganization | null = null;
  return {
    async reset() {
      await emptyTables(database.url);
      organization = await connect(database, connected);
    },
    async sync(pace) {
      if (!organization) throw new Error("nothing is connected");
      await changeSettings(started, pace);
      return measured(database, started, organization, pace?.limit ?? null);
    },
    async close() {
      child.kill("SIGTERM");
      if (child.exitCode === null) await once(child, "exit");
    },
  };
}

/** The demo's company has 20 units, as the table in aws.md §3; the large one a unit for 25 accounts. */
const worldOf = (accounts: number) => (accounts > 500 ? "large" : "demo");

async function startSimulator(accounts: number): Promise<{ child: ChildProcess; started: Started }> {
  const child = spawn(
    process.execPath,
    ["simulator/main.ts", "--world", worldOf(accounts), "--accounts", String(accounts), "--json"],
    { cwd: dirname(dirname(fileURLToPath(import.meta.url))), stdio: ["ignore", "pipe", "inherit"] },
  );
  let text = "";
  const started = await new Promise<Started>((settle, fail) => {
    child.stdout?.on("data", (chunk) => {
      text += chunk;
      if (text.includes("\n")) settle(JSON.parse(text) as Started);
    });
    child.once("exit", (code) => fail(new Error(`the simulator ended with ${code}: ${text}`)));
  });
  return { child, started };
}

async function changeSettings(
  { adminUrl }: Started,
  pace: { limit: Limit; latencyMs: number } | null,
): Promise<void> {
  const limit = pace && { ...pace.limit, capacity: pace.limit.capacity + delayedCalls };
  const overrides = limit ? Object.fromEntries(paced.map((service) => [service, limit])) : {};
  const answer = await fetch(`${adminUrl}/settings`, {
    method: "PUT",
    body: JSON.stringify({
      latencyMs: pace?.latencyMs ?? 0,
      limits: { enabled: pace !== null, overrides },
    }),
  });
  if (!answer.ok) throw new Error(await answer.text());
}

/** Trusted by its own account, so that nothing but the sync itself is measured. */
async function makeRole(started: Started): Promise<Connected> {
  const aws = openAws(awsSettingsFrom({}, { endpointUrl: started.endpoint, loopbackOnly: true }));
  const must = async <Output>(client: string, operation: string, input: Record<string, unknown>) => {
    const answer = await aws.call<Output>({
      client,
      operation,
      input,
      region,
      accountId: null,
      credentials: started,
    });
    if (!answer.ok) throw new Error(`${operation}: ${answer.error.message}`);
    return answer.output;
  };
  const policy = (statement: object) =>
    JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });
  const { Organization } = await must<{ Organization: { Id: string; MasterAccountId: string } }>(
    "organizations",
    "DescribeOrganization",
    {},
  );
  const managementAccountId = Organization.MasterAccountId;
  await must("iam", "CreateRole", {
    RoleName: roleName,
    AssumeRolePolicyDocument: policy({
      Principal: { AWS: `arn:aws:iam::${managementAccountId}:root` },
      Action: "sts:AssumeRole",
    }),
  });
  await must("iam", "PutRolePolicy", {
    RoleName: roleName,
    PolicyName: "reading",
    PolicyDocument: policy({ Action: organizationRoleActions, Resource: "*" }),
  });
  await aws.close();
  return { awsOrganizationId: Organization.Id, managementAccountId };
}

function roleArnOf(managementAccountId: string): string {
  return `arn:aws:iam::${managementAccountId}:role/${roleName}`;
}

async function connect(
  { store }: BenchDatabase,
  { awsOrganizationId, managementAccountId }: Connected,
): Promise<SyncedOrganization> {
  const master = masterKeyOf(Buffer.alloc(32, 7));
  const { id: tenantId } = await store.asSystem((tx) => createTenant(tx, master, "Benchmark"));
  const role = { arn: roleArnOf(managementAccountId), sessionName: "Skywarden", durationSeconds: 3600 };
  const form = {
    awsOrganizationId,
    managementAccountId,
    nickname: "benchmark",
    credentials: {
      source: "host" as const,
      organizationRole: role,
      memberRole: role,
      externalId: null,
      accessKeyId: null,
      secretAccessKey: null,
    },
    filters: { excludedNamePrefixes: [], includedUnits: [], autoRemoveSuspended: false, autoBadge: true },
    strategyIds: [],
    badges: [],
  };
  const id = await store.withTenant(tenantId, (tx) => createOrganization(tx, openVault(master), form));
  if (id === null) throw new Error("the organization is connected already");
  const { nickname, filters, badges } = form;
  const names = { tenantId, id, provider: "aws", partition: "aws", awsOrganizationId, managementAccountId };
  const revision = (await store.withTenant(tenantId, (tx) => organizationRevision(tx, id))) ?? "";
  return { ...names, nickname, filters, badges, revision, isConfirmed: false };
}

async function measured(
  { store }: BenchDatabase,
  started: Started,
  organization: SyncedOrganization,
  limit: Limit | null,
): Promise<MeasuredSync> {
  let throttled = 0;
  const calls: Record<string, number> = {};
  const own = quotas.map((quota) =>
    limit && paced.some((service) => service === quota.service) ? { ...quota, ...limit } : quota,
  );
  const aws = openAws(awsSettingsFrom({}, { endpointUrl: started.endpoint, loopbackOnly: true }), {
    ...(limit ? { pacer: openPacer(own) } : {}),
    onSent: ({ client, outcome }) => {
      calls[client] = (calls[client] ?? 0) + 1;
      if (outcome === "throttled") throttled++;
    },
  });
  const { accessKeyId, secretAccessKey } = started;
  const { managementAccountId } = organization;
  const administrator = { ok: true as const, credentials: { accessKeyId, secretAccessKey } };
  const role = {
    source: { id: "administrator", credentials: async () => administrator },
    roleArn: roleArnOf(managementAccountId),
    externalId: null,
    sessionName: "Skywarden",
    durationSeconds: 3600,
    region,
  };
  const roles = openRoleCache(aws.call);
  const credentials = () => roles.assume(role);
  const reader = { call: aws.call, credentials, region, accountId: managementAccountId, calls: 0 };
  const none = async () => undefined;
  const memory = watchMemory();
  const startedAt = performance.now();
  const outcome = await syncOrganization(
    { store, reader, onClouds: none, onRemoving: none, onProgress: none },
    organization,
  );
  const seconds = (performance.now() - startedAt) / 1000;
  const peak = memory.end();
  await aws.close();
  if (outcome.kind !== "done") throw new Error(`the sync ended as ${JSON.stringify(outcome)}`);
  return { report: outcome.report, seconds, throttled, calls, memory: peak };
}
