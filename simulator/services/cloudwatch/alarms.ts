// Metric alarms: put, described, found by metric, switched, tagged, deleted. They are not evaluated: an alarm
// says INSUFFICIENT_DATA until SetAlarmState says otherwise.
import type {
  DescribeAlarmsForMetricInput,
  DescribeAlarmsInput,
  MetricAlarm,
  PutMetricAlarmInput,
  SetAlarmStateInput,
} from "@aws-sdk/client-cloudwatch";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import { page } from "../../paging.ts";
import type { Stored } from "../../stored.ts";
import type { Place, World } from "../../world.ts";

/** Value of the collection "cloudwatch:alarm" under its name. */
export interface StoredAlarm {
  alarm: Stored<MetricAlarm>;
  tags: { Key: string; Value: string }[];
}

const alarmsIn = (world: World, place: Place) => world.collection<StoredAlarm>(place, "cloudwatch:alarm");

export const alarmArn = (world: World, { region, accountId }: Place, name: string) =>
  `arn:${world.partition}:cloudwatch:${region}:${accountId}:alarm:${name}`;

const notFound = (message: string) => new AwsFault("ResourceNotFound", message, 404);
const wrong = (message: string) => new AwsFault("ValidationException", message);

function checkAlarm(input: PutMetricAlarmInput): void {
  const { MetricName, Namespace, Statistic, ExtendedStatistic, Period, Metrics } = input;
  if (!Metrics?.length) {
    if (!MetricName || !Namespace) throw wrong("Exactly one of MetricName or Metrics must be specified");
    if (!Statistic === !ExtendedStatistic)
      throw wrong(
        "Exactly one element of the metrics list should return data, and one of Statistic and ExtendedStatistic must be given.",
      );
    if (!Period || !(Period % 60 === 0 || [10, 20, 30].includes(Period)))
      throw new AwsFault(
        "InvalidParameterValue",
        "The parameter Period must be 10, 20, 30 or a multiple of 60.",
      );
  }
  if (!input.EvaluationPeriods) throw wrong("EvaluationPeriods must be specified");
  if (input.Threshold === undefined && !input.ThresholdMetricId) throw wrong("Threshold must be specified");
  const actions = [
    ...(input.AlarmActions ?? []),
    ...(input.OKActions ?? []),
    ...(input.InsufficientDataActions ?? []),
  ];
  const bad = actions.find((action) => !action.startsWith("arn:"));
  if (bad) throw wrong(`Invalid arn syntax: ${bad}`);
}

function putAlarm(call: Call<PutMetricAlarmInput>) {
  const { Tags = [], ...input } = call.input;
  const { AlarmName = "" } = input;
  checkAlarm(input);
  const at = call.now.toISOString();
  const known = alarmsIn(call.world, call).get(AlarmName);
  const alarm = {
    ActionsEnabled: true,
    OKActions: [],
    AlarmActions: [],
    InsufficientDataActions: [],
    Dimensions: [],
    ...(input as Stored<MetricAlarm>),
    AlarmArn: alarmArn(call.world, call, AlarmName),
    AlarmConfigurationUpdatedTimestamp: at,
    StateValue: known?.alarm.StateValue ?? ("INSUFFICIENT_DATA" as const),
    StateReason: known?.alarm.StateReason ?? "Unchecked: Initial alarm creation",
    StateUpdatedTimestamp: known?.alarm.StateUpdatedTimestamp ?? at,
    StateTransitionedTimestamp: known?.alarm.StateTransitionedTimestamp ?? at,
  };
  const tags = known?.tags ?? Tags.map(({ Key = "", Value = "" }) => ({ Key, Value }));
  alarmsIn(call.world, call).put(AlarmName, { alarm, tags });
  return {};
}

function describeAlarms(call: Call<DescribeAlarmsInput>) {
  const {
    AlarmNames,
    AlarmNamePrefix = "",
    AlarmTypes,
    StateValue,
    ActionPrefix,
    MaxRecords = 50,
    NextToken,
  } = call.input;
  if (AlarmTypes && !AlarmTypes.includes("MetricAlarm")) return { MetricAlarms: [], CompositeAlarms: [] };
  const found = alarmsIn(call.world, call)
    .list()
    .map(({ alarm }) => alarm)
    .filter(
      (alarm) =>
        (AlarmNames?.length ? AlarmNames.includes(alarm.AlarmName ?? "") : true) &&
        (alarm.AlarmName ?? "").startsWith(AlarmNamePrefix) &&
        (StateValue === undefined || alarm.StateValue === StateValue) &&
        (ActionPrefix === undefined || alarm.AlarmActions?.some((arn) => arn.startsWith(ActionPrefix))),
    )
    .sort((a, b) => ((a.AlarmName ?? "") < (b.AlarmName ?? "") ? -1 : 1));
  const { items, next } = page(found, Math.min(MaxRecords, 100), NextToken, "InvalidNextToken");
  return { MetricAlarms: items, CompositeAlarms: [], NextToken: next };
}

function describeForMetric(call: Call<DescribeAlarmsForMetricInput>) {
  const { MetricName, Namespace, Statistic, Period, Unit, Dimensions = [] } = call.input;
  const wanted = JSON.stringify(Dimensions.map(({ Name, Value }) => [Name, Value]).sort());
  const MetricAlarms = alarmsIn(call.world, call)
    .list()
    .map(({ alarm }) => alarm)
    .filter(
      (alarm) =>
        alarm.MetricName === MetricName &&
        alarm.Namespace === Namespace &&
        (Statistic === undefined || alarm.Statistic === Statistic) &&
        (Period === undefined || alarm.Period === Period) &&
        (Unit === undefined || alarm.Unit === Unit) &&
        JSON.stringify((alarm.Dimensions ?? []).map(({ Name, Value }) => [Name, Value]).sort()) === wanted,
    );
  return { MetricAlarms };
}

/** All or none: one unknown name deletes nothing. */
function deleteAlarms(call: Call<{ AlarmNames?: string[] }>) {
  const { AlarmNames = [] } = call.input;
  const alarms = alarmsIn(call.world, call);
  const unknown = AlarmNames.find((name) => !alarms.get(name));
  if (unknown !== undefined) throw notFound(`Unknown alarm name: ${unknown}`);
  for (const name of AlarmNames) alarms.delete(name);
  return {};
}

const switchActions = (ActionsEnabled: boolean) => (call: Call<{ AlarmNames?: string[] }>) => {
  const alarms = alarmsIn(call.world, call);
  for (const name of call.input.AlarmNames ?? []) {
    const found = alarms.get(name);
    if (found) alarms.put(name, { ...found, alarm: { ...found.alarm, ActionsEnabled } });
  }
  return {};
};

function setState(call: Call<SetAlarmStateInput>) {
  const { AlarmName = "", StateValue, StateReason, StateReasonData } = call.input;
  const found = alarmsIn(call.world, call).get(AlarmName);
  if (!found) throw notFound(`Unknown alarm name: ${AlarmName}`);
  const at = call.now.toISOString();
  const alarm = {
    ...found.alarm,
    ...(StateValue ? { StateValue } : {}),
    ...(StateReason ? { StateReason } : {}),
    ...(StateReasonData ? { StateReasonData } : {}),
    StateUpdatedTimestamp: at,
    StateTransitionedTimestamp: at,
  };
  alarmsIn(call.world, call).put(AlarmName, { ...found, alarm });
  return {};
}

type TagCall = Call<{ ResourceARN?: string; Tags?: { Key: string; Value: string }[]; TagKeys?: string[] }>;

function needTagged(call: TagCall): StoredAlarm {
  const name = (call.input.ResourceARN ?? "").split(":").slice(6).join(":");
  const found = alarmsIn(call.world, call).get(name);
  if (!found)
    throw new AwsFault("ResourceNotFoundException", `Resource not found: ${call.input.ResourceARN}`, 404);
  return found;
}

const retag = (call: TagCall, change: (tags: StoredAlarm["tags"]) => StoredAlarm["tags"]) => {
  const found = needTagged(call);
  alarmsIn(call.world, call).put(found.alarm.AlarmName ?? "", { ...found, tags: change(found.tags) });
  return {};
};

export const alarmOperations: Record<string, Operation> = {
  PutMetricAlarm: putAlarm,
  DescribeAlarms: describeAlarms,
  DescribeAlarmsForMetric: describeForMetric,
  DeleteAlarms: deleteAlarms,
  EnableAlarmActions: switchActions(true),
  DisableAlarmActions: switchActions(false),
  SetAlarmState: setState,
  TagResource: (call: TagCall) => {
    const added = call.input.Tags ?? [];
    const names = new Set(added.map(({ Key }) => Key));
    return retag(call, (tags) => [...tags.filter(({ Key }) => !names.has(Key)), ...added]);
  },
  UntagResource: (call: TagCall) =>
    retag(call, (tags) => tags.filter(({ Key }) => !call.input.TagKeys?.includes(Key))),
  ListTagsForResource: (call: TagCall) => ({ Tags: needTagged(call).tags }),
};
