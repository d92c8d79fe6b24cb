// An administrator who deploys to the small world, as the tests of deploying need one: a fresh world for each test,
// and which calls changed something.
import { loadCatalog } from "#catalog/load.ts";
import type { AwsCaller, AwsCredentials } from "#model/aws-call.ts";
import { iam } from "../../../simulator/iam-lookup.ts";
import { small } from "../../../simulator/worlds/small.ts";
import { type Administrator, readAdministrator } from "../deploy/administrator.ts";
import { type Deployed, type DeploymentProgress, deploy } from "../deploy/deploy.ts";
import { type DeploymentPlan, planDeployment } from "../deploy/plan.ts";
import { type WantedDeployment, wantedStack } from "../deploy/wanted.ts";
import type { Reading } from "../organization-reader.ts";
import { renderTemplate } from "../templates/template.ts";
import { type SimulatedAws, startSimulatedAws } from "./simulated-aws.ts";

const harvestActions = (await loadCatalog()).allHarvestActions();
export const externalId = "skywarden-0123456789abcdef";
export const memberRole = "Skywarden-Harvest-Member-Role";

export interface Deployments {
  aws: SimulatedAws;
  /** Of the world that this test has; to be called before each. */
  start(): Promise<() => Promise<void>>;
  wantedOf(change?: Partial<WantedDeployment>, externalId?: string): WantedDeployment;
  administrator(accountId?: string, held?: AwsCredentials, call?: AwsCaller): Promise<Administrator>;
  plan(wanted: WantedDeployment, accountId?: string): Promise<DeploymentPlan>;
  /** Plans first; throws for a failure. */
  run(wanted: WantedDeployment, accountId?: string): Promise<Deployed>;
  carryOut(
    wanted: WantedDeployment,
    plan: DeploymentPlan,
    as?: { administrator?: Administrator; progress?: Partial<DeploymentProgress> },
  ): Promise<Reading<Deployed>>;
  outcomes(plan: DeploymentPlan): Record<string, string>;
  rolesOf(accountId: string): string[];
  /** Operations that change something, since the last time it was asked. */
  writes(): Promise<string[]>;
}

export function startDeployments(): Deployments {
  const self: Deployments = {
    aws: undefined as unknown as SimulatedAws,
    async start() {
      self.aws = await startSimulatedAws({ world: "small" });
      return () => self.aws.close();
    },
    wantedOf: (change, id) => wantedOf(self.aws.platformArn, change, id),
    async administrator(accountId = small.managementAccountId, held, call = self.aws.call) {
      const credentials = held ?? (await self.aws.administrator(accountId));
      const given = async () => ({ ok: true as const, credentials });
      return value(await readAdministrator({ call, credentials: given, region: "us-east-1" }));
    },
    plan: async (wanted, accountId) =>
      value(await planDeployment(await self.administrator(accountId), wanted)),
    async run(wanted, accountId) {
      const administrator = await self.administrator(accountId);
      return value(await self.carryOut(wanted, await self.plan(wanted, accountId), { administrator }));
    },
    async carryOut(wanted, plan, { administrator, progress = {} } = {}) {
      const quiet = { onUpload: () => undefined, onStack: () => undefined, onInstances: () => undefined };
      const who = administrator ?? (await self.administrator());
      return deploy(who, wanted, plan, { ...quiet, ...progress });
    },
    outcomes: ({ checks }) => Object.fromEntries(checks.map(({ name, outcome }) => [name, outcome])),
    rolesOf: (accountId) =>
      [...iam(self.aws.simulator.world, accountId).roles.list()].map(({ RoleName }) => RoleName),
    writes: () => writesAt(self.aws.simulator.adminUrl),
  };
  return self;
}

function value<T>(reading: Reading<T>): T {
  if (reading.ok) return reading.value;
  throw new Error(`${reading.operation}: ${reading.error.code} ${reading.error.message}`);
}

function wantedOf(
  platformRoleArn: string,
  change: Partial<WantedDeployment> = {},
  id: string = externalId,
): WantedDeployment {
  const template = (name: "organization-role" | "member-role") =>
    renderTemplate(name, "cloudformation", { platformRoleArn: [platformRoleArn] }, harvestActions).text;
  const externalIds = { ExternalId: id, PreviousExternalId: "" };
  return {
    organizationStack: wantedStack(
      {
        ...{ name: "Skywarden-Organization-Role", roleName: "Skywarden-Harvest-Org-Role" },
        ...{ templateName: "organization-role", template: template("organization-role") },
      },
      externalIds,
    ),
    memberStack: wantedStack(
      {
        ...{ name: "Skywarden-Member-Role", roleName: memberRole },
        ...{ templateName: "member-role", template: template("member-role") },
      },
      externalIds,
    ),
    stackSetName: "Skywarden-Member-Role",
    region: "us-east-1",
    permissionModel: "service-managed",
    administrationRoleArn: null,
    executionRoleName: null,
    units: [],
    excludedNamePrefixes: [],
    coversManagementAccount: true,
    tags: [],
    preferences: { MaxConcurrentPercentage: 100, FailureTolerancePercentage: 100 },
    enablesTrustedAccess: true,
    templateBucket: null,
    ...change,
  };
}

const reads = /^(Get|List|Describe|Head|Validate|AssumeRole$)/;

async function writesAt(adminUrl: string): Promise<string[]> {
  const response = await fetch(`${adminUrl}/requests/counts?by=operation`);
  const { counts } = (await response.json()) as { counts: { operation: string; count: number }[] };
  await fetch(`${adminUrl}/requests/counts`, { method: "DELETE" });
  return counts.filter(({ operation }) => !reads.test(operation)).map(({ operation }) => operation);
}
