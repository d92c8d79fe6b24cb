// A worker's parts on a database of their own and a simulated organization over loopback: what the jobs
// need to harvest for real. The job engine stands apart: it remembers who was woken.
import { pino } from "pino";
import { openRoleCache } from "#aws/assume.ts";
import { type AwsConnection, openAws } from "#aws/call.ts";
import { openPlatformCredentials } from "#aws/platform-credentials.ts";
import { openPlatformSources } from "#aws/platform-sources.ts";
import { defaultAwsSettings } from "#aws/settings.ts";
import type { Log } from "#log.ts";
import { cloudId } from "#model/resource.ts";
import { roleInspectionActions } from "#onboarding/role-inspection-actions.ts";
import { regionActions } from "#onboarding/templates/role-model.ts";
import { masterKeyOf } from "#secrets.ts";
import { createTenant } from "#store/tenants.ts";
import { openVault } from "#store/vault.ts";
import type { IamRole } from "../../../simulator/shapes.ts";
import type { SimulatorOptions } from "../../../simulator/simulation.ts";
import { type Simulator, startSimulator } from "../../../simulator/start.ts";
import { harvestCloud } from "../harvest-cloud.ts";
import type { JobParts } from "../parts.ts";
import type { Address, Queues } from "../queues.ts";
import { type CatalogEstate, openCatalogEstate, type TestCloud } from "./catalog-estate.ts";

export const externalIdOfTests = "external-of-the-tests";
export const memberRoleName = "Skywarden-Harvest-Member-Role";

export interface HarvestStand {
  estate: CatalogEstate;
  simulator: Simulator;
  parts: JobParts;
  tenantId: string;
  organizationId: string;
  woken: [queue: string, id: string][];
  /** A cloud of the organization, as a sync leaves it. */
  addCloud(accountId: string): Promise<TestCloud>;
  /** The member role, as the template makes it; `without` leaves actions out. */
  makeRole(accountId: string, without?: readonly string[]): void;
  removeRole(accountId: string): void;
  /** Until nothing is due, and judged. */
  harvest(cloud: TestCloud): Promise<void>;
  /** All scopes are due again, known denials too, and the cloud may be tried. */
  makeDue(cloud: TestCloud): Promise<void>;
  state(cloud: TestCloud): Promise<CloudRow>;
  close(): Promise<void>;
}

export interface CloudRow {
  state: string;
  state_code: string | null;
  state_reason: string | null;
  failures: number;
  has_next_try: boolean;
  last_harvest_at: Date | null;
}

export async function openHarvestStand(
  options: Partial<SimulatorOptions> = {},
  log?: Log,
): Promise<HarvestStand> {
  const simulator = await startSimulator({ world: "small", limits: { enabled: false }, ...options });
  const estate = await openCatalogEstate();
  const aws = openAws({ ...defaultAwsSettings, endpointUrl: simulator.endpoint, loopbackOnly: true });
  // The SDK's provider for containers reads the process's own environment, which other test files share.
  const variables = {
    AWS_CONTAINER_CREDENTIALS_FULL_URI: simulator.containerCredentialsUrl,
    AWS_CONTAINER_AUTHORIZATION_TOKEN: simulator.containerAuthorizationToken,
    AWS_EC2_METADATA_DISABLED: "true",
  };
  Object.assign(process.env, variables);
  const woken: HarvestStand["woken"] = [];
  const parts = partsOf(estate, aws, woken, log ?? pino({ level: "silent" }));
  const { tenantId, organizationId, externalId } = await addOrganization(parts, simulator);
  const roles = (accountId: string) =>
    simulator.world.collection<IamRole>({ accountId, region: "global" }, "iam:role");
  return {
    estate,
    simulator,
    parts,
    tenantId,
    organizationId,
    woken,
    async addCloud(accountId) {
      const id = cloudId(tenantId, "aws", accountId);
      await estate.rows(
        `insert into clouds (tenant_id, id, provider, partition, account_id, name, state, organization_id)
         values ($1, $2, 'aws', 'aws', $3, $3, 'pending', $4)`,
        [tenantId, id, accountId, organizationId],
      );
      return { tenantId, id, accountId };
    },
    makeRole(accountId, without = []) {
      const all = [...parts.catalog.allHarvestActions(), ...regionActions, ...roleInspectionActions];
      const actions = all.filter((action) => !without.includes(action));
      roles(accountId).put(memberRoleName, memberRole(simulator, externalId, actions));
    },
    removeRole(accountId) {
      roles(accountId).delete(memberRoleName);
    },
    async harvest(cloud) {
      const signal = new AbortController().signal;
      while ((await harvestCloud(parts, { tenantId, id: cloud.id }, signal)) === "more");
      await estate.judge(cloud);
    },
    async makeDue(cloud) {
      await estate.rows("update harvest_scopes set due_at = now() where cloud_id = $1", [cloud.id]);
      await estate.rows("update known_denials set next_try_at = tried_at where cloud_id = $1", [cloud.id]);
      await estate.rows("update clouds set next_try_at = null where id = $1", [cloud.id]);
      // Sessions outlive their role for as long as they were issued; a cached one would hide its end.
      parts.roles = openRoleCache(aws.call);
    },
    async state(cloud) {
      const [row] = await estate.rows<CloudRow>(
        `select state, state_code, state_reason, failures, next_try_at > now() as has_next_try, last_harvest_at
         from clouds where id = $1`,
        [cloud.id],
      );
      return row as CloudRow;
    },
    async close() {
      for (const name of Object.keys(variables)) delete process.env[name];
      await aws.close();
      await simulator.stop();
      await estate.close();
    },
  };
}

export const masterBytes = Buffer.alloc(32, 7);

function partsOf(
  estate: CatalogEstate,
  aws: AwsConnection,
  woken: HarvestStand["woken"],
  log: Log,
): JobParts {
  const wake = async (queue: string, ...addresses: Address[]) => {
    woken.push(...addresses.map(({ id }): [string, string] => [queue, id]));
  };
  const roles = openRoleCache(aws.call);
  return {
    ...estate.parts,
    vault: openVault(masterKeyOf(masterBytes)),
    queues: { wake } as Partial<Queues> as Queues,
    call: aws.call,
    roles,
    platform: openPlatformSources({
      call: aws.call,
      roles,
      host: openPlatformCredentials(process.env, { loopbackOnly: true }),
      hostRegion: "us-east-1",
      configuredArn: null,
      storedKeys: async () => new Map(),
    }),
    sensitiveKey: Buffer.alloc(32, 3),
    holder: "test worker",
    patience: { refusedRetryMs: 5 },
    log,
  };
}

async function addOrganization(parts: JobParts, simulator: Simulator) {
  const organizationId = "org_test";
  const { id: tenantId } = await parts.store.asSystem((tx) =>
    createTenant(tx, masterKeyOf(masterBytes), "Test"),
  );
  const externalId = externalIdOfTests;
  const role = (accountId: string, name: string) => ({
    arn: `arn:aws:iam::${accountId}:role/${name}`,
    sessionName: "Skywarden",
    durationSeconds: 3600,
  });
  const account = simulator.managementAccountId;
  await parts.store.withTenant(tenantId, async (tx) => {
    const credentials = {
      source: "host",
      organizationRole: role(account, "Skywarden-Harvest-Org-Role"),
      memberRole: role(account, memberRoleName),
      externalId,
      accessKeyId: null,
      secretAccessKey: null,
    };
    await tx.db
      .insertInto("cloud_organizations")
      .values({
        tenant_id: tenantId,
        id: organizationId,
        provider: "aws",
        provider_organization_id: "o-test",
        management_account_id: account,
        nickname: "test",
        credential_source: "host",
        credentials: await parts.vault.seal(tx, credentials, `organization/${organizationId}`),
      })
      .execute();
  });
  return { tenantId, organizationId, externalId };
}

function memberRole({ world, hostingAccountId }: Simulator, externalId: string, actions: string[]): IamRole {
  const statement = (more: object) =>
    JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...more }] });
  return {
    RoleName: memberRoleName,
    RoleId: "AROAMEMBERROLE2345678",
    Path: "/",
    CreateDate: world.bornAt.toISOString(),
    MaxSessionDuration: 3600,
    Tags: [],
    trustPolicy: statement({
      Principal: { AWS: `arn:aws:iam::${hostingAccountId}:role/Skywarden-Install-Role` },
      Action: "sts:AssumeRole",
      Condition: { StringEquals: { "sts:ExternalId": externalId } },
    }),
    attachedPolicies: [],
    inlinePolicies: { harvest: statement({ Action: actions, Resource: "*" }) },
  };
}
