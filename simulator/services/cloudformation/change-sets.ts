// Change sets: what an update (or a first deployment) would change, kept until it is executed.
import { randomUUID } from "node:crypto";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import { page } from "../../paging.ts";
import type { Tag } from "../../shapes.ts";
import { checkPassed } from "./act-as.ts";
import { checkedTemplate, type TemplateInput, templateText } from "./check-template.ts";
import { type GivenParameter, parameterValues } from "./parameters.ts";
import { orderOf, scopeOf, typeOf } from "./plan.ts";
import { named, needStack } from "./read.ts";
import { resolveProperties } from "./resolve.ts";
import { differs } from "./resource-type.ts";
import { type Stack, setStatus, stacksOf } from "./stack.ts";
import { checkUpdatable, firstDeploy, planned, prepared, updateStack } from "./stack-changes.ts";
import { acting } from "./stack-role.ts";
import type { Template } from "./template.ts";
import { spread } from "./timeline.ts";

/** Value of "cloudformation:change-set" (account, region) under its ARN. */
interface ChangeSet {
  ChangeSetId: string;
  ChangeSetName: string;
  StackId: string;
  StackName: string;
  Description?: string;
  CreationTime: string;
  Status: "CREATE_COMPLETE" | "FAILED";
  StatusReason?: string;
  ExecutionStatus: "AVAILABLE" | "UNAVAILABLE" | "EXECUTE_COMPLETE";
  kind: "CREATE" | "UPDATE";
  changes: { ResourceChange: object; Type: "Resource" }[];
  wish: {
    templateBody: string;
    parameters: GivenParameter[];
    capabilities: string[];
    tags?: Tag[];
    roleArn?: string;
  };
}

interface ChangeSetInput extends TemplateInput {
  StackName: string;
  ChangeSetName: string;
  ChangeSetType?: "CREATE" | "UPDATE" | "IMPORT";
  UsePreviousTemplate?: boolean;
  Parameters?: GivenParameter[];
  Capabilities?: string[];
  Tags?: Tag[];
  RoleARN?: string;
  Description?: string;
}

interface OfChangeSet {
  ChangeSetName: string;
  StackName?: string;
  NextToken?: string;
}

const noChanges =
  "The submitted information didn't contain changes. Submit different information to create a change set.";

export const changeSetOperations: Record<string, Operation> = {
  CreateChangeSet(call: Call<ChangeSetInput>) {
    const { input } = call;
    const { ChangeSetName, StackName, ChangeSetType: kind = "UPDATE", Tags, RoleARN, Description } = input;
    if (kind === "IMPORT") throw new AwsFault("ValidationError", "The simulator imports no resources.");
    if (RoleARN !== undefined) checkPassed(call, RoleARN);
    const known = named(call, StackName);
    const isNew = kind === "CREATE" && (!known || known.StackStatus === "REVIEW_IN_PROGRESS");
    if (kind === "CREATE" && !isNew)
      throw new AwsFault(
        "ValidationError",
        `Stack [${StackName}] already exists and cannot be created again with the changeSet [${ChangeSetName}].`,
      );
    const wish: ChangeSet["wish"] = {
      templateBody: input.UsePreviousTemplate
        ? needStack(call, StackName).templateBody
        : templateText(input, call),
      parameters: input.Parameters ?? [],
      capabilities: input.Capabilities ?? [],
      ...(Tags === undefined ? {} : { tags: Tags }),
      ...(RoleARN === undefined ? {} : { roleArn: RoleARN }),
    };
    const stack = known ?? reviewed(call, StackName, wish);
    if (find(call, ChangeSetName, stack.StackName)) {
      throw new AwsFault(
        "AlreadyExistsException",
        `ChangeSet ${ChangeSetName} cannot be created due to a mismatch with existing attribute ChangeSetName`,
      );
    }
    if (!isNew) checkUpdatable(stack);
    const outcome = judged(call, stack, wish, isNew);
    const set: ChangeSet = {
      ChangeSetId: `arn:${call.world.partition}:cloudformation:${call.region}:${call.accountId}:changeSet/${ChangeSetName}/${randomUUID()}`,
      ChangeSetName,
      StackId: stack.StackId,
      StackName: stack.StackName,
      ...(Description === undefined ? {} : { Description }),
      CreationTime: call.now.toISOString(),
      kind: isNew ? "CREATE" : "UPDATE",
      wish,
      ...outcome,
    };
    changeSets(call).put(set.ChangeSetId, set);
    return { Id: set.ChangeSetId, StackId: stack.StackId };
  },

  DescribeChangeSet(call: Call<OfChangeSet>) {
    const { wish, kind: _, changes, ...shown } = need(call);
    const { items, next } = page(changes, 100, call.input.NextToken, "ValidationError");
    const { parameters: Parameters, capabilities: Capabilities, tags: Tags } = wish;
    return { ...shown, Parameters, Capabilities, Tags, Changes: items, NextToken: next };
  },

  ListChangeSets(call: Call<{ StackName: string; NextToken?: string }>) {
    const { StackId } = needStack(call, call.input.StackName);
    const all = changeSets(call)
      .list()
      .filter((set) => set.StackId === StackId);
    const { items, next } = page(all, 100, call.input.NextToken, "ValidationError");
    const Summaries = items.map(({ wish: _, kind: __, changes: ___, ...summary }) => summary);
    return { Summaries, NextToken: next };
  },

  DeleteChangeSet(call: Call<OfChangeSet>) {
    const set = find(call, call.input.ChangeSetName, call.input.StackName);
    if (set) changeSets(call).delete(set.ChangeSetId);
    return {};
  },

  ExecuteChangeSet(call: Call<OfChangeSet & { DisableRollback?: boolean }>) {
    const set = need(call);
    if (set.ExecutionStatus !== "AVAILABLE") {
      throw new AwsFault(
        "InvalidChangeSetStatus",
        `ChangeSet [${set.ChangeSetId}] cannot be executed in its current status of [${set.Status}]`,
      );
    }
    const stack = needStack(call, set.StackId);
    const role = acting(call, set.wish.roleArn ?? stack.RoleARN);
    if (set.kind === "CREATE") {
      const onFailure = call.input.DisableRollback ? "DO_NOTHING" : "ROLLBACK";
      firstDeploy(role, structuredClone(stack), checkedTemplate(stack.templateBody), onFailure);
    } else {
      checkUpdatable(stack);
      updateStack(role, stack, set.wish);
    }
    // The others of this stack were made for what it was.
    for (const other of changeSets(call).list())
      if (other.StackId === set.StackId && other !== set) changeSets(call).delete(other.ChangeSetId);
    changeSets(call).put(set.ChangeSetId, { ...set, ExecutionStatus: "EXECUTE_COMPLETE" });
    return {};
  },
};

/** A stack that waits for its first change set to be executed. */
function reviewed(call: Call, name: string, wish: ChangeSet["wish"]): Stack {
  const more = { name, tags: wish.tags ?? [], onFailure: "ROLLBACK" as const };
  const { stack } = prepared(call, { ...wish, ...more }, "REVIEW_IN_PROGRESS");
  setStatus(call, stack, "REVIEW_IN_PROGRESS", "User Initiated");
  spread(call, stack, 0);
  stacksOf(call).put(stack.StackId, stack);
  return stack;
}

function judged(call: Call, stack: Stack, wish: ChangeSet["wish"], isNew: boolean) {
  const template = checkedTemplate(wish.templateBody);
  try {
    if (!isNew) planned(stack, wish);
    const changes = changesOf(call, stack, template, wish.parameters);
    return { Status: "CREATE_COMPLETE" as const, ExecutionStatus: "AVAILABLE" as const, changes };
  } catch (error) {
    if (!(error instanceof AwsFault) || error.message !== "No updates are to be performed.") throw error;
    const failed = { Status: "FAILED" as const, ExecutionStatus: "UNAVAILABLE" as const };
    return { ...failed, StatusReason: noChanges, changes: [] };
  }
}

function changesOf(
  call: Call,
  stack: Stack,
  template: Template,
  given: GivenParameter[],
): ChangeSet["changes"] {
  const parameters = parameterValues(template, given, stack.parameters);
  const scope = scopeOf(call, stack, { template, parameters });
  const wanted = orderOf(scope);
  const changes = wanted.flatMap((LogicalResourceId): object[] => {
    const declared = template.resources[LogicalResourceId];
    if (!declared) return [];
    const old = stack.resources.find(({ logicalId }) => logicalId === LogicalResourceId);
    const named = { LogicalResourceId, ResourceType: declared.type };
    if (!old) return [{ Action: "Add", ...named, Scope: [], Details: [] }];
    const properties = resolveProperties(scope, declared.properties);
    const names = [...new Set([...Object.keys(properties), ...Object.keys(old.properties)])];
    const changed = names.filter((name) => differs(name, properties, old.properties));
    if (changed.length === 0) return [];
    const type = typeOf(declared.type);
    const isReplaced = changed.some((name) => type.replaces.includes(name));
    const Details = changed.map((Name) => ({
      Target: {
        Attribute: "Properties",
        Name,
        RequiresRecreation: type.replaces.includes(Name) ? "Always" : "Never",
      },
      Evaluation: "Static",
      ChangeSource: "DirectModification",
    }));
    const Replacement = isReplaced ? "True" : "False";
    const { physicalId: PhysicalResourceId } = old;
    return [{ Action: "Modify", ...named, PhysicalResourceId, Replacement, Scope: ["Properties"], Details }];
  });
  const gone: object[] = stack.resources
    .filter(({ logicalId }) => !wanted.includes(logicalId))
    .map(({ logicalId: LogicalResourceId, physicalId: PhysicalResourceId, type: ResourceType }) => {
      return {
        Action: "Remove",
        LogicalResourceId,
        PhysicalResourceId,
        ResourceType,
        Scope: [],
        Details: [],
      };
    });
  return [...changes, ...gone].map((ResourceChange) => ({ Type: "Resource", ResourceChange }));
}

function find(call: Call, nameOrId: string, stackName: string | undefined): ChangeSet | undefined {
  return changeSets(call)
    .list()
    .find(
      (set) =>
        set.ChangeSetId === nameOrId ||
        (set.ChangeSetName === nameOrId && (set.StackName === stackName || set.StackId === stackName)),
    );
}

function need(call: Call<OfChangeSet>): ChangeSet {
  const { ChangeSetName, StackName } = call.input;
  const set = find(call, ChangeSetName, StackName);
  if (!set) throw new AwsFault("ChangeSetNotFound", `ChangeSet [${ChangeSetName}] does not exist`, 404);
  return set;
}

function changeSets({ world, accountId, region }: Call) {
  return world.collection<ChangeSet>({ accountId, region }, "cloudformation:change-set");
}
