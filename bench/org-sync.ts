// How many calls a sync of 127 accounts in 20 units costs, and how long it takes where AWS allows 10 calls a second.
// The calls for accounts, units and tags are held against the fewest that do (32); those for policies are printed apart.
import { openRoleCache } from "#aws/assume.ts";
import { openAws } from "#aws/call.ts";
import { openPacer } from "#aws/pace.ts";
import { awsSettingsFrom } from "#aws/settings.ts";
import { organizationRoleActions } from "#onboarding/organization-actions.ts";
import { syncOrganization } from "#onboarding/sync.ts";
import { masterKeyOf } from "#secrets.ts";
import { createOrganization } from "#store/organizations.ts";
import { createTenant } from "#store/tenants.ts";
import { openVault } from "#store/vault.ts";
import { quotas } from "../facts/quotas.ts";
import { iam } from "../simulator/iam-lookup.ts";
import { chance, iamId } from "../simulator/ids.ts";
import { organizationOf } from "../simulator/organization.ts";
import { type Simulator, startSimulator } from "../simulator/start.ts";
import { type BenchDatabase, openBenchDatabase } from "./bench-database.ts";
import type { Figure } from "./figure.ts";

const accounts = 127;
const units = 20;
/** DescribeOrganization, ListRoots, ⌈N/20⌉ ListAccounts, U + 1 ListOrganizationalUnitsForParent, ⌈N/100⌉ GetResources. */
const fewestCalls = 2 + Math.ceil(accounts / 20) + units + 1 + Math.ceil(accounts / 100);
const callsPerSecond = 10;
const latencyMs = 50;
const region = "us-east-1";

export default async function run(): Promise<Figure[]> {
  const limit = { capacity: callsPerSecond, refillPerSecond: callsPerSecond };
  const simulator = await startSimulator({
    world: "demo",
    accounts,
    latencyMs,
    limits: { overrides: { organizations: limit, "resource-groups-tagging-api": limit } },
  });
  const database = await openBenchDatabase();
  try {
    const { seconds, report, throttled } = await timedSync(simulator, database);
    const calls = report.calls + report.policyCalls;
    const floorSeconds = (calls - limit.capacity) / callsPerSecond;
    return [
      { name: "org-sync.accounts", measured: report.accounts.included, atLeast: accounts, unit: "accounts" },
      {
        name: "org-sync.calls",
        measured: report.calls,
        atMost: fewestCalls * 1.1,
        unit: "calls",
        note: `accounts, units and tags; ${fewestCalls} are the fewest`,
      },
      {
        name: "org-sync.policy_calls",
        measured: report.policyCalls,
        atMost: fewestPolicyCalls(simulator),
        unit: "calls",
        note: "2 lists and per policy 1 + ⌈targets / 20⌉",
      },
      {
        name: "org-sync.time_over_floor",
        measured: seconds / floorSeconds,
        atMost: 1.5,
        unit: "times",
        note: `${seconds.toFixed(2)} s for ${calls} calls at ${callsPerSecond}/s after a burst of ${limit.capacity}, each ${latencyMs} ms; the floor is ${floorSeconds.toFixed(2)} s`,
      },
      { name: "org-sync.throttled", measured: throttled, unit: "answers" },
    ];
  } finally {
    await database.close();
    await simulator.stop();
  }
}

function fewestPolicyCalls({ world }: Simulator): number {
  const view = organizationOf(world);
  if (!view) throw new Error("the world has no organization");
  const everyTarget = 1 + view.units.list().length + view.accounts.list().length;
  const targetCounts = [
    everyTarget,
    ...view.ownPolicies
      .list()
      .map(({ Id }) => view.attachments.list().filter(({ policyIds }) => policyIds.includes(Id)).length),
  ];
  return 2 + targetCounts.reduce((sum, targets) => sum + 1 + Math.ceil(targets / 20), 0);
}

async function timedSync(simulator: Simulator, { store }: BenchDatabase) {
  let throttled = 0;
  const aws = openAws(awsSettingsFrom({}, { endpointUrl: simulator.endpoint, loopbackOnly: true }), {
    pacer: openPacer(quotas),
    onSent: ({ outcome }) => {
      if (outcome === "throttled") throttled++;
    },
  });
  const { managementAccountId, accessKeyId, secretAccessKey } = simulator;
  const administrator = { ok: true as const, credentials: { accessKeyId, secretAccessKey } };
  const role = {
    source: { id: "administrator", credentials: async () => administrator },
    roleArn: putRole(simulator),
    externalId: null,
    sessionName: "Skywarden",
    durationSeconds: 3600,
    region,
  };
  const roles = openRoleCache(aws.call);
  const organization = await storedOrganization(simulator, store, role.roleArn);
  const credentials = () => roles.assume(role);
  const reader = { call: aws.call, credentials, region, accountId: managementAccountId, calls: 0 };
  const none = async () => undefined;
  const startedAt = performance.now();
  const outcome = await syncOrganization(
    { store, reader, onClouds: none, onRemoving: none, onProgress: none },
    organization,
  );
  const seconds = (performance.now() - startedAt) / 1000;
  await aws.close();
  if (outcome.kind !== "done") throw new Error(`the sync ended as ${outcome.kind}`);
  return { seconds, report: outcome.report, throttled };
}

async function storedOrganization(
  { world, managementAccountId }: Simulator,
  store: BenchDatabase["store"],
  arn: string,
) {
  const master = masterKeyOf(Buffer.alloc(32, 7));
  const { id: tenantId } = await store.asSystem((tx) => createTenant(tx, master, "Benchmark"));
  const role = { arn, sessionName: "Skywarden", durationSeconds: 3600 };
  const form = {
    awsOrganizationId: organizationOf(world)?.self.Id ?? "",
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
  return { ...form, tenantId, id, provider: "aws", partition: "aws", isConfirmed: false };
}

/** Trusted by its own account, so that nothing but the sync itself is measured. */
function putRole({ world, managementAccountId: accountId }: Simulator): string {
  const RoleName = "Skywarden-Harvest-Org-Role";
  const policy = (statement: object) =>
    JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });
  iam(world, accountId).roles.put(RoleName, {
    RoleName,
    RoleId: iamId("AROA", chance),
    Path: "/",
    CreateDate: world.bornAt.toISOString(),
    MaxSessionDuration: 3600,
    Tags: [],
    trustPolicy: policy({ Principal: { AWS: `arn:aws:iam::${accountId}:root` }, Action: "sts:AssumeRole" }),
    attachedPolicies: [],
    inlinePolicies: { reading: policy({ Action: organizationRoleActions, Resource: "*" }) },
  });
  return `arn:aws:iam::${accountId}:role/${RoleName}`;
}
