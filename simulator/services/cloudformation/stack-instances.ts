// Instances of a stack set: asked for by account or by OU, changed, deleted, listed.
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import { chainOf, type OrganizationView, organizationOf } from "../../organization.ts";
import { page } from "../../paging.ts";
import { regionsOf } from "../../regions.ts";
import type { Preferences, Target } from "./instance-change.ts";
import { checkIdle, runOperation } from "./instance-run.ts";
import type { GivenParameter } from "./parameters.ts";
import {
  type CallAs,
  instanceAnswer,
  instanceKey,
  instancesIn,
  instancesOf,
  needSet,
  type StackSet,
  setsOf,
} from "./stack-set.ts";
import { preferencesOf } from "./stack-sets.ts";
import { checkTrusted } from "./trusted-access.ts";

interface DeploymentTargets {
  Accounts?: string[];
  OrganizationalUnitIds?: string[];
  AccountFilterType?: "NONE" | "INTERSECTION" | "DIFFERENCE" | "UNION";
}

interface InstancesInput {
  StackSetName: string;
  Accounts?: string[];
  DeploymentTargets?: DeploymentTargets;
  Regions: string[];
  ParameterOverrides?: GivenParameter[];
  OperationPreferences?: Preferences;
  OperationId?: string;
  RetainStacks?: boolean;
  CallAs?: CallAs;
}

export const stackInstanceOperations: Record<string, Operation> = {
  CreateStackInstances(call: Call<InstancesInput>) {
    const set = ready(call);
    const { ParameterOverrides, Regions, DeploymentTargets } = call.input;
    const targets = targetsOf(call, set).map((target) => ({ ...target, ...overrides(ParameterOverrides) }));
    const widened = {
      ...set,
      targets: withTargets(set, DeploymentTargets?.OrganizationalUnitIds ?? [], Regions),
    };
    setsOf(call).put(set.StackSetId, widened);
    return run(call, widened, "CREATE", targets);
  },

  UpdateStackInstances(call: Call<InstancesInput>) {
    const set = ready(call);
    const { ParameterOverrides } = call.input;
    const targets = targetsOf(call, set).map((target) => ({ ...target, ...overrides(ParameterOverrides) }));
    for (const { Account, Region } of targets) needInstance(call, set, Account, Region);
    return run(call, set, "UPDATE", targets);
  },

  DeleteStackInstances(call: Call<InstancesInput>) {
    const set = ready(call);
    const { Regions, DeploymentTargets } = call.input;
    const present = new Set(instancesIn(call, set).map(instanceKey));
    const targets = targetsOf(call, set).filter((target) =>
      present.has(instanceKey({ setId: set.StackSetId, ...target })),
    );
    const units = DeploymentTargets?.OrganizationalUnitIds ?? [];
    setsOf(call).put(set.StackSetId, { ...set, targets: withoutTargets(set, units, Regions) });
    return run(call, set, "DELETE", targets);
  },

  ListStackInstances(
    call: Call<{
      StackSetName: string;
      StackInstanceAccount?: string;
      StackInstanceRegion?: string;
      Filters?: { Name?: string; Values?: string }[];
      NextToken?: string;
      MaxResults?: number;
    }>,
  ) {
    const { StackSetName, StackInstanceAccount, StackInstanceRegion, Filters = [] } = call.input;
    const set = needSet(call, StackSetName);
    const all = instancesIn(call, set)
      .map((instance) => instanceAnswer(call, instance))
      .filter(
        ({ Account, Region, StackInstanceStatus, LastOperationId }) =>
          (StackInstanceAccount === undefined || Account === StackInstanceAccount) &&
          (StackInstanceRegion === undefined || Region === StackInstanceRegion) &&
          Filters.every(({ Name, Values }) =>
            Name === "LAST_OPERATION_ID"
              ? LastOperationId === Values
              : Name !== "DETAILED_STATUS" || StackInstanceStatus.DetailedStatus === Values,
          ),
      );
    const { items, next } = page(all, call.input.MaxResults ?? 100, call.input.NextToken, "ValidationError");
    return { Summaries: items, NextToken: next };
  },

  DescribeStackInstance(
    call: Call<{ StackSetName: string; StackInstanceAccount: string; StackInstanceRegion: string }>,
  ) {
    const { StackSetName, StackInstanceAccount, StackInstanceRegion } = call.input;
    const set = needSet(call, StackSetName);
    const instance = needInstance(call, set, StackInstanceAccount, StackInstanceRegion);
    const { ParameterOverrides } = instance;
    return { StackInstance: { ...instanceAnswer(call, instance), ParameterOverrides } };
  },

  ListStackSetAutoDeploymentTargets(call: Call<{ StackSetName: string; CallAs?: CallAs }>) {
    const { targets } = needSet(call, call.input.StackSetName);
    return {
      Summaries: targets.map(({ unitId, regions }) => ({ OrganizationalUnitId: unitId, Regions: regions })),
    };
  },
};

function overrides(ParameterOverrides: GivenParameter[] | undefined) {
  return ParameterOverrides ? { ParameterOverrides } : {};
}

/** The set, when the caller may change its instances now. */
function ready(call: Call<InstancesInput>): StackSet {
  const set = needSet(call, call.input.StackSetName);
  if (set.PermissionModel === "SERVICE_MANAGED") checkTrusted(call, call.input.CallAs ?? "SELF");
  checkIdle(call, set);
  const known = new Set(regionsOf(call.world, call.accountId).map(({ RegionName }) => RegionName));
  const wrong = call.input.Regions.find((region) => !known.has(region));
  if (wrong !== undefined) throw new AwsFault("ValidationError", `Region ${wrong} is not supported`);
  return set;
}

function run(
  call: Call<InstancesInput>,
  set: StackSet,
  action: "CREATE" | "UPDATE" | "DELETE",
  instances: Target[],
) {
  const { RetainStacks, DeploymentTargets: deploymentTargets } = call.input;
  return runOperation(call, set, {
    ...{ action, instances, deploymentTargets },
    ...preferencesOf(call.input),
    ...(action === "DELETE" ? { retainsStacks: RetainStacks ?? false } : {}),
  });
}

function targetsOf(call: Call<InstancesInput>, set: StackSet): Target[] {
  const { Accounts, DeploymentTargets, Regions } = call.input;
  if (set.PermissionModel === "SERVICE_MANAGED") return byUnit(call, DeploymentTargets, Regions);
  const accounts = Accounts ?? DeploymentTargets?.Accounts ?? [];
  if (DeploymentTargets?.OrganizationalUnitIds?.length || accounts.length === 0) {
    throw new AwsFault(
      "ValidationError",
      "StackSets with SELF_MANAGED permission model can only have accounts as target",
    );
  }
  return accounts.flatMap((Account) => Regions.map((Region) => ({ Account, Region })));
}

function byUnit(call: Call, targets: DeploymentTargets | undefined, regions: string[]): Target[] {
  const { OrganizationalUnitIds: units = [], Accounts = [], AccountFilterType = "NONE" } = targets ?? {};
  if (units.length === 0) {
    throw new AwsFault(
      "ValidationError",
      "StackSets with SERVICE_MANAGED permission model can only have OrganizationalUnit as target",
    );
  }
  const view = organizationOf(call.world);
  if (!view) return [];
  const unknown = units.find((id) => id !== view.self.rootId && !view.units.get(id));
  if (unknown !== undefined)
    throw new AwsFault("ValidationError", `Organizational unit ${unknown} does not exist`);
  return units.flatMap((unitId) =>
    accountsBelow(view, unitId)
      .filter(
        (id) =>
          AccountFilterType === "NONE" ||
          AccountFilterType === "UNION" ||
          Accounts.includes(id) === (AccountFilterType === "INTERSECTION"),
      )
      .flatMap((Account) =>
        regions.map((Region) => ({ Account, Region, OrganizationalUnitId: unitOf(view, Account) })),
      ),
  );
}

/** Active members at any depth; never the management account. */
function accountsBelow(view: OrganizationView, unitId: string): string[] {
  return view.accounts
    .list()
    .filter(({ Id, State }) => Id !== view.self.managementAccountId && State === "ACTIVE")
    .map(({ Id }) => Id)
    .filter((id) => chainOf(view, id)?.includes(unitId));
}

export function unitOf(view: OrganizationView, accountId: string): string {
  return view.accounts.get(accountId)?.parentId ?? "";
}

function withTargets(set: StackSet, units: string[], regions: string[]): StackSet["targets"] {
  const merged = new Map(set.targets.map(({ unitId, regions: known }) => [unitId, known]));
  for (const id of units) merged.set(id, [...new Set([...(merged.get(id) ?? []), ...regions])]);
  return [...merged].map(([unitId, known]) => ({ unitId, regions: known }));
}

function withoutTargets(set: StackSet, units: string[], regions: string[]): StackSet["targets"] {
  return set.targets
    .map(({ unitId, regions: known }) =>
      units.includes(unitId)
        ? { unitId, regions: known.filter((region) => !regions.includes(region)) }
        : { unitId, regions: known },
    )
    .filter(({ regions: left }) => left.length > 0);
}

function needInstance(call: Call, set: StackSet, Account: string, Region: string) {
  const found = instancesOf(call).get(instanceKey({ setId: set.StackSetId, Account, Region }));
  if (found) return found;
  throw new AwsFault(
    "StackInstanceNotFoundException",
    `Stack instance for account ${Account} and region ${Region} not found in StackSet ${set.StackSetName}`,
    404,
  );
}
