// Rules and their targets.
import type {
  ListRuleNamesByTargetRequest,
  ListRulesRequest,
  ListTargetsByRuleRequest,
  PutRuleRequest,
  PutTargetsRequest,
  RemoveTargetsRequest,
  Target,
} from "@aws-sdk/client-eventbridge";
import { patternProblem } from "../../events/pattern.ts";
import { isPath } from "../../events/transform.ts";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import { page } from "../../paging.ts";
import type { Stored } from "../../stored.ts";
import { invalid, notFound, tagsOf } from "./buses.ts";
import {
  type BusPlace,
  busPlace,
  needBus,
  ruleArn,
  ruleKey,
  rulesIn,
  type StoredRule,
} from "./stored-rule.ts";

type RuleCall = Call<{ Name?: string; Rule?: string; EventBusName?: string; Force?: boolean }>;

function needRule(call: RuleCall): { place: BusPlace; rule: StoredRule } {
  const place = busPlace(call, call.input.EventBusName);
  needBus(call.world, place);
  const Name = call.input.Name ?? call.input.Rule ?? "";
  const rule = rulesIn(call.world, place).get(ruleKey({ EventBusName: place.name, Name }));
  if (!rule) throw notFound(`Rule ${Name} does not exist on EventBus ${place.name}.`);
  return { place, rule };
}

/** A managed rule is changed only by its service, or with force. */
function changeableRule(call: RuleCall) {
  const found = needRule(call);
  const { ManagedBy } = found.rule;
  if (ManagedBy && !call.input.Force)
    throw new AwsFault(
      "ManagedRuleException",
      `Rule ${found.rule.Name} is managed by ${ManagedBy} and cannot be modified.`,
    );
  return found;
}

function put(call: Call, place: BusPlace, rule: StoredRule): void {
  rulesIn(call.world, place).put(ruleKey(rule), rule);
}

export function parsedPattern(text: string): unknown {
  let pattern: unknown;
  try {
    pattern = JSON.parse(text);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw wrongPattern("Filter is not valid JSON");
  }
  const problem = patternProblem(pattern);
  if (problem) throw wrongPattern(problem);
  return pattern;
}

const wrongPattern = (reason: string) =>
  new AwsFault("InvalidEventPatternException", `Event pattern is not valid. Reason: ${reason}`);

const rate = /^rate\((1 (minute|hour|day)|([2-9]|[1-9]\d+) (minutes|hours|days))\)$/;
const cron = /^cron\((\S+ ){5}\S+\)$/;

function putRule(call: Call<PutRuleRequest>) {
  const { Name = "", EventPattern, ScheduleExpression, Description, RoleArn, Tags } = call.input;
  const place = busPlace(call, call.input.EventBusName);
  needBus(call.world, place);
  if (!/^[.\-_A-Za-z0-9]{1,64}$/.test(Name)) throw invalid(`Invalid rule name: ${Name}`);
  if (!EventPattern && !ScheduleExpression)
    throw invalid("Parameter(s) EventPattern or ScheduleExpression must be specified.");
  if (EventPattern) parsedPattern(EventPattern);
  if (ScheduleExpression && !rate.test(ScheduleExpression) && !cron.test(ScheduleExpression))
    throw invalid("Parameter ScheduleExpression is not valid.");
  if (ScheduleExpression && place.name !== "default")
    throw invalid("ScheduleExpression is supported only on the default event bus.");
  const rules = rulesIn(call.world, place);
  const known = rules.get(ruleKey({ EventBusName: place.name, Name }));
  if (known?.ManagedBy) changeableRule(call as RuleCall);
  if (!known && rules.list().filter(({ EventBusName }) => EventBusName === place.name).length >= 300)
    throw new AwsFault(
      "LimitExceededException",
      "The requested resource exceeds the maximum number allowed.",
    );
  const rule: StoredRule = {
    Name,
    EventBusName: place.name,
    State: call.input.State ?? "ENABLED",
    CreatedBy: known?.CreatedBy ?? call.accountId,
    ...(EventPattern ? { EventPattern } : {}),
    ...(ScheduleExpression ? { ScheduleExpression } : {}),
    ...(Description ? { Description } : {}),
    ...(RoleArn ? { RoleArn } : {}),
    targets: known?.targets ?? [],
    tags: known ? known.tags : tagsOf(Tags),
  };
  put(call, place, rule);
  return { RuleArn: ruleArn(call.world, place, rule) };
}

/** Nothing happens when there is no such rule. */
function deleteRule(call: RuleCall) {
  const place = busPlace(call, call.input.EventBusName);
  needBus(call.world, place);
  const key = ruleKey({ EventBusName: place.name, Name: call.input.Name ?? "" });
  if (!rulesIn(call.world, place).get(key)) return {};
  const { rule } = changeableRule(call);
  if (rule.targets.length > 0) throw invalid("Rule can't be deleted since it has targets.");
  rulesIn(call.world, place).delete(key);
  return {};
}

function shown(call: Call, place: BusPlace, rule: StoredRule) {
  const { targets: _, tags: __, CreatedBy: ___, ...fields } = rule;
  return { ...fields, Arn: ruleArn(call.world, place, rule) };
}

function describeRule(call: RuleCall) {
  const { place, rule } = needRule(call);
  return { ...shown(call, place, rule), CreatedBy: rule.CreatedBy };
}

function onBus(call: Call, given: string | undefined): { place: BusPlace; rules: StoredRule[] } {
  const place = busPlace(call, given);
  needBus(call.world, place);
  const rules = rulesIn(call.world, place)
    .list()
    .filter(({ EventBusName }) => EventBusName === place.name)
    .sort((a, b) => (a.Name < b.Name ? -1 : 1));
  return { place, rules };
}

function listRules(call: Call<ListRulesRequest>) {
  const { NamePrefix = "", EventBusName, Limit, NextToken } = call.input;
  const { place, rules } = onBus(call, EventBusName);
  const found = rules.filter(({ Name }) => Name.startsWith(NamePrefix));
  const { items, next } = page(found, Math.min(Limit ?? 100, 100), NextToken, "ValidationException");
  return { Rules: items.map((rule) => shown(call, place, rule)), NextToken: next };
}

function listByTarget(call: Call<ListRuleNamesByTargetRequest>) {
  const { TargetArn, EventBusName, Limit, NextToken } = call.input;
  const found = onBus(call, EventBusName).rules.filter(({ targets }) =>
    targets.some(({ Arn }) => Arn === TargetArn),
  );
  const { items, next } = page(found, Math.min(Limit ?? 100, 100), NextToken, "ValidationException");
  return { RuleNames: items.map(({ Name }) => Name), NextToken: next };
}

const setState = (State: StoredRule["State"]) => (call: RuleCall) => {
  const { place, rule } = changeableRule(call);
  put(call, place, { ...rule, State });
  return {};
};

/** Why a target cannot be taken, or undefined. Whether it exists shows only when something is sent to it. */
function targetProblem(target: Target): string | undefined {
  const { Id = "", Arn = "", Input, InputPath, InputTransformer } = target;
  if (!/^arn:[^:]+:[a-z0-9-]+:[^:]*:[^:]*:.+/.test(Arn))
    return `Parameter ${Arn} is not valid. Reason: Provided Arn is not in correct format.`;
  if ([Input, InputPath, InputTransformer].filter((given) => given !== undefined).length > 1)
    return `Only one of Input, InputPath, or InputTransformer must be provided for target ${Id}.`;
  if (InputPath !== undefined && !isPath(InputPath)) return `Parameter InputPath is not valid.`;
  if (Input !== undefined && !isJson(Input)) return `JSON syntax error in input for target ${Id}.`;
  const wrong = Object.values(InputTransformer?.InputPathsMap ?? {}).find((path) => !isPath(path));
  if (wrong) return `Invalid InputPath for target ${Id} : [${wrong}].`;
  if (Arn.includes(":sqs:") && Arn.endsWith(".fifo") && !target.SqsParameters?.MessageGroupId)
    return `Parameter(s) SqsParameters must be specified for target: ${Id}.`;
  return undefined;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (cause) {
    if (cause instanceof SyntaxError) return false;
    throw cause;
  }
}

function putTargets(call: Call<PutTargetsRequest>) {
  const { Targets = [] } = call.input;
  const { place, rule } = changeableRule(call as RuleCall);
  for (const target of Targets) {
    const problem = targetProblem(target);
    if (problem) throw invalid(problem);
  }
  const ids = new Set(Targets.map(({ Id }) => Id));
  const targets = [...rule.targets.filter(({ Id }) => !ids.has(Id)), ...(Targets as Stored<Target>[])];
  if (targets.length > 5)
    throw new AwsFault(
      "LimitExceededException",
      "The requested resource exceeds the maximum number allowed.",
    );
  put(call, place, { ...rule, targets });
  return { FailedEntryCount: 0, FailedEntries: [] };
}

function removeTargets(call: Call<RemoveTargetsRequest>) {
  const { Ids = [] } = call.input;
  const { place, rule } = changeableRule(call as RuleCall);
  const FailedEntries = Ids.filter((id) => !rule.targets.some(({ Id }) => Id === id)).map((TargetId) => ({
    TargetId,
    ErrorCode: "ResourceNotFoundException",
    ErrorMessage: `Rule ${rule.Name} does not have target(s) with Id: ${TargetId}.`,
  }));
  put(call, place, { ...rule, targets: rule.targets.filter(({ Id = "" }) => !Ids.includes(Id)) });
  return { FailedEntryCount: FailedEntries.length, FailedEntries };
}

function listTargets(call: Call<ListTargetsByRuleRequest>) {
  const { Limit, NextToken } = call.input;
  const { rule } = needRule(call as RuleCall);
  const { items, next } = page(rule.targets, Math.min(Limit ?? 100, 100), NextToken, "ValidationException");
  return { Targets: items, NextToken: next };
}

export const ruleOperations: Record<string, Operation> = {
  PutRule: putRule,
  DeleteRule: deleteRule,
  DescribeRule: describeRule,
  ListRules: listRules,
  ListRuleNamesByTarget: listByTarget,
  EnableRule: setState("ENABLED"),
  DisableRule: setState("DISABLED"),
  PutTargets: putTargets,
  RemoveTargets: removeTargets,
  ListTargetsByRule: listTargets,
};
