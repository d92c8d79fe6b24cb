// A stack set as a resource of a stack, with its groups of instances.
import { AwsFault } from "../../operation.ts";
import { type Act, given, type ResourceType, textOr } from "./resource-type.ts";
import { isTree, type Tree } from "./template.ts";

const settings = [
  ...[
    "AdministrationRoleARN",
    "AutoDeployment",
    "CallAs",
    "Capabilities",
    "Description",
    "ExecutionRoleName",
  ],
  ...["Parameters", "PermissionModel", "Tags", "TemplateBody", "TemplateURL"],
];

function settingsOf(properties: Tree): Tree {
  return given(Object.fromEntries(settings.map((name) => [name, properties[name]])));
}

function groupsOf({ StackInstancesGroup }: Tree): Tree[] {
  return Array.isArray(StackInstancesGroup) ? StackInstancesGroup.filter(isTree) : [];
}

export const stackSetType: ResourceType = {
  properties: [
    ...settings,
    "ManagedExecution",
    "OperationPreferences",
    "StackInstancesGroup",
    "StackSetName",
  ],
  required: ["PermissionModel", "StackSetName"],
  customNames: [],
  replaces: ["StackSetName", "PermissionModel"],
  create(act, properties, nameHint, made) {
    const StackSetName = textOr(properties.StackSetName, nameHint);
    const created = act("cloudformation:CreateStackSet", { StackSetName, ...settingsOf(properties) });
    made(String(created.StackSetId));
    for (const group of groupsOf(properties)) change(act, "Create", StackSetName, properties, group);
  },
  update(act, physicalId, properties, before) {
    const StackSetName = nameIn(physicalId);
    const { OperationId } = act("cloudformation:UpdateStackSet", {
      StackSetName,
      ...settingsOf(properties),
      ...preferencesOf(properties),
    });
    needSuccess(act, StackSetName, OperationId, properties);
    const [wanted, old] = [groupsOf(properties), groupsOf(before)];
    const isIn = (groups: Tree[], group: Tree) =>
      groups.some((other) => JSON.stringify(other) === JSON.stringify(group));
    for (const group of old) if (!isIn(wanted, group)) change(act, "Delete", StackSetName, before, group);
    for (const group of wanted) if (!isIn(old, group)) change(act, "Create", StackSetName, properties, group);
  },
  remove(act, physicalId, properties) {
    const StackSetName = nameIn(physicalId);
    for (const group of groupsOf(properties)) change(act, "Delete", StackSetName, properties, group);
    act("cloudformation:DeleteStackSet", { StackSetName, ...given({ CallAs: properties.CallAs }) });
  },
  ref: (physicalId) => physicalId,
  attribute: (_, physicalId, name) => (name === "StackSetId" ? physicalId : undefined),
};

const nameIn = (physicalId: string) => physicalId.slice(0, physicalId.indexOf(":"));

/** The stack waits for the operation, and fails with it. */
function change(
  act: Act,
  verb: "Create" | "Delete",
  StackSetName: string,
  properties: Tree,
  group: Tree,
): void {
  const { DeploymentTargets, Regions, ParameterOverrides } = group;
  const { OperationId } = act(`cloudformation:${verb}StackInstances`, {
    StackSetName,
    Regions,
    ...given({ DeploymentTargets, CallAs: properties.CallAs }),
    ...preferencesOf(properties),
    ...(verb === "Create" ? given({ ParameterOverrides }) : { RetainStacks: false }),
  });
  needSuccess(act, StackSetName, OperationId, properties);
}

/** Numbers come as text where a template refers to a parameter. */
function preferencesOf({ OperationPreferences: wanted }: Tree): Tree {
  if (!isTree(wanted)) return {};
  const value = (name: string) => (/(Count|Percentage)$/.test(name) ? Number(wanted[name]) : wanted[name]);
  const named = Object.keys(given(wanted)).map((name) => [name, value(name)]);
  return { OperationPreferences: Object.fromEntries(named) };
}

/** An operation in which fewer accounts failed than may has succeeded. */
function needSuccess(act: Act, StackSetName: string, OperationId: unknown, { CallAs }: Tree): void {
  const asked = { StackSetName, OperationId, ...given({ CallAs }) };
  const { StackSetOperation } = act("cloudformation:DescribeStackSetOperation", asked);
  if (!isTree(StackSetOperation) || StackSetOperation.Status !== "FAILED") return;
  throw new AwsFault(
    "GeneralServiceException",
    `Stack set operation [${String(OperationId)}] was unexpectedly stopped or failed`,
  );
}
