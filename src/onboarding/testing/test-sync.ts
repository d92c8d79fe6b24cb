// A stored organization of a simulated AWS that a test syncs as often as it likes, and what is in the tables after.
import type { AwsCaller } from "#model/aws-call.ts";
import type { OrganizationFilters } from "#model/organization.ts";
import type { Store } from "#store/open.ts";
import { createOrganization } from "#store/organizations.ts";
import { organizationRevision } from "#store/revision.ts";
import { type OrganizationView, organizationOf } from "../../../simulator/organization.ts";
import type { OrganizationAccount } from "../../../simulator/shapes.ts";
import { organizationRoleActions } from "../organization-actions.ts";
import { type SyncOutcome, syncOrganization } from "../sync.ts";
import { type PartOutcome, syncPart } from "../sync-part.ts";
import type { SyncedOrganization, SyncParts } from "../sync-parts.ts";
import { makeRole, type SimulatedAws, startSimulatedAws } from "./simulated-aws.ts";
import { openTestInstallation, type TestInstallation } from "./test-installation.ts";

export interface SyncRun<Outcome = SyncOutcome> {
  outcome: Outcome;
  calls: number;
  /** Clouds that were to be harvested and removed, in the order they were told. */
  toHarvest: string[];
  removing: string[];
}

export interface TestSync {
  aws: SimulatedAws;
  installation: TestInstallation;
  organization: SyncedOrganization;
  world: OrganizationView;
  /** Of the account that has a name now; throws if none has. */
  account(name: string): OrganizationAccount;
  change(name: string, change: Partial<OrganizationAccount>): void;
  /** By default as the organization's role; throws for a sync that failed. */
  sync(change?: SyncChange): Promise<SyncRun>;
  /** Of one account or unit. */
  syncPart(target: string, change?: SyncChange): Promise<SyncRun<PartOutcome>>;
  cloud(name: string): Promise<CloudRow | undefined>;
  clouds(): Promise<CloudRow[]>;
  badges(name: string, kind?: string): Promise<Record<string, string>>;
  audits(action: string): Promise<string[]>;
  /** Of everything a sync may write: equal if and only if no row was written in between. */
  versions(): Promise<Record<string, string>>;
  close(): Promise<void>;
}

export interface SyncChange extends Partial<OrganizationFilters> {
  isConfirmed?: boolean;
  badges?: { key: string; value: string }[];
  nickname?: string;
  roleArn?: string;
  store?: Store;
  /** Waited for before a call is sent. */
  onCall?: (operation: string) => Promise<void>;
}

export interface CloudRow {
  id: string;
  accountId: string;
  name: string;
  state: string;
  code: string | null;
  path: string | null;
  isRemoved: boolean;
}

export async function startTestSync(
  options: { accounts?: number; world?: "demo" | "small" } = {},
): Promise<TestSync> {
  const aws = await startSimulatedAws({ world: options.world ?? "demo", accounts: options.accounts ?? 127 });
  const installation = await openTestInstallation();
  const { tenantId, store, vault, externalId } = installation;
  const view = organizationOf(aws.simulator.world);
  if (!view) throw new Error("the world has no organization");
  const { managementAccountId, Id: awsOrganizationId } = view.self;
  const actions = organizationRoleActions;
  const roleArn = await makeRole(aws, managementAccountId, "Skywarden-Harvest-Org-Role", {
    actions,
    externalId,
  });
  const role = { arn: roleArn, sessionName: "Skywarden", durationSeconds: 3600 };
  const filters = {
    excludedNamePrefixes: [],
    includedUnits: [],
    autoRemoveSuspended: false,
    autoBadge: true,
  };
  const credentials = {
    source: "host" as const,
    organizationRole: role,
    memberRole: { ...role, arn: roleArn.replace("Org", "Member") },
    externalId: null,
    accessKeyId: null,
    secretAccessKey: null,
  };
  const form = {
    awsOrganizationId,
    managementAccountId,
    nickname: "acme",
    credentials,
    filters,
    strategyIds: [],
    badges: [],
  };
  const id = await store.withTenant(tenantId, (tx) => createOrganization(tx, vault, form));
  if (id === null) throw new Error("the organization is connected already");
  const organization: SyncedOrganization = {
    tenantId,
    id,
    provider: "aws",
    partition: "aws",
    awsOrganizationId,
    managementAccountId,
    nickname: "acme",
    filters,
    badges: [],
    revision: "",
    isConfirmed: false,
  };
  const account = (name: string) => {
    const found = view.accounts.list().find((candidate) => candidate.Name === name);
    if (!found) throw new Error(`no account is named ${name}`);
    return found;
  };
  const clouds = () =>
    installation.rows<CloudRow>(
      `select id, account_id as "accountId", name, state, state_code as code, organizational_path as path,
         removed_at is not null as "isRemoved" from clouds where tenant_id = $1 order by name`,
      [tenantId],
    );
  const cloud = async (name: string) => (await clouds()).find((row) => row.name === name);
  return {
    aws,
    installation,
    organization,
    world: view,
    account,
    change: (name, change) => {
      const found = account(name);
      view.accounts.put(found.Id, { ...found, ...change });
    },
    async sync(change = {}) {
      const run = await runSync(aws, installation, organization, roleArn, change, syncOrganization);
      const { outcome } = run;
      if (outcome.kind === "failed") throw new Error(`${outcome.operation}: ${outcome.error.message}`);
      return run;
    },
    syncPart: (target, change = {}) =>
      runSync(aws, installation, organization, roleArn, change, (parts, of) => syncPart(parts, of, target)),
    cloud,
    clouds,
    async badges(name, kind) {
      const rows = await installation.rows<{ key: string; value: string }>(
        "select key, value from badges where cloud_id = $1 and ($2::text is null or kind = $2) order by key",
        [(await cloud(name))?.id, kind ?? null],
      );
      return Object.fromEntries(rows.map(({ key, value }) => [key, value]));
    },
    async audits(action) {
      const rows = await installation.rows<{ subject: string }>(
        "select subject from audit_events where action = $1 order by id",
        [action],
      );
      return rows.map(({ subject }) => subject);
    },
    versions: () => versionsOf(installation),
    async close() {
      await aws.close();
      await installation.close();
    },
  };
}

const tables = [
  "clouds",
  "cloud_states",
  "cloud_tags",
  "cloud_terms",
  "badges",
  "organizational_units",
  "organization_policies",
  "audit_events",
];

async function versionsOf({ rows }: TestInstallation): Promise<Record<string, string>> {
  const versions: Record<string, string> = {};
  for (const table of tables) {
    const [row] = await rows<{ n: number; all: string }>(
      `select count(*)::int as n, md5(coalesce(string_agg(ctid::text || xmin::text, ',' order by ctid), '')) as all from ${table}`,
    );
    versions[table] = `${row?.n} ${row?.all}`;
  }
  return versions;
}

async function runSync<Outcome>(
  aws: SimulatedAws,
  { store, externalId }: TestInstallation,
  organization: SyncedOrganization,
  ownRoleArn: string,
  change: SyncChange,
  sync: (parts: SyncParts, organization: SyncedOrganization) => Promise<Outcome>,
): Promise<SyncRun<Outcome>> {
  const { isConfirmed = false, badges = [], nickname = "acme", roleArn = ownRoleArn, ...rest } = change;
  const { store: ownStore = store, onCall = async () => undefined, ...filters } = rest;
  const roles = aws.roles();
  const role = {
    source: aws.platform,
    roleArn,
    externalId,
    sessionName: "Skywarden",
    durationSeconds: 3600,
    region: "us-east-1",
  };
  const toHarvest: string[] = [];
  const removing: string[] = [];
  const call: AwsCaller = async (asked) => {
    await onCall(asked.operation);
    return aws.call(asked);
  };
  const reader = {
    call,
    credentials: () => roles.assume(role),
    region: "us-east-1",
    accountId: roleArn.split(":")[4] ?? "",
    calls: 0,
  };
  // As a job reads it when it begins; what a test changes for one sync stands in no row.
  const { tenantId, id } = organization;
  const revision = (await store.withTenant(tenantId, (tx) => organizationRevision(tx, id))) ?? "";
  const filled = { ...organization, nickname, badges, isConfirmed, revision };
  const outcome = await sync(
    {
      store: ownStore,
      reader,
      onClouds: async (ids) => void toHarvest.push(...ids),
      onRemoving: async (ids) => void removing.push(...ids),
      onProgress: async () => undefined,
    },
    { ...filled, filters: { ...organization.filters, ...filters } },
  );
  return { outcome, calls: reader.calls, toHarvest, removing };
}
