// AWS Config: the region's recorder and delivery channel, retention, rules and aggregators. Nothing is recorded.
import type * as aws from "@aws-sdk/client-config-service";
import { chance, draw, lowerAlphanumeric } from "../ids.ts";
import { AwsFault, type Call, type Operation, type ServiceDefinition } from "../operation.ts";
import type { Stored } from "../stored.ts";
import {
  channels,
  deleteChannel,
  missing,
  putChannel,
  putRecorder,
  putRetention,
  recorders,
  retentions,
  start,
  stop,
} from "./config-service/recording.ts";
import {
  arnIn,
  given,
  pageAs,
  permissionsOn,
  type Records,
  records,
  type Tagged,
  taggedAmong,
  tagMapOf,
  tagOperations,
} from "./records.ts";

export type StoredRule = Stored<aws.ConfigRule> & Tagged & { ConfigRuleName: string; ConfigRuleArn: string };
export type StoredAggregator = Stored<aws.ConfigurationAggregator> &
  Tagged & { ConfigurationAggregatorName: string; ConfigurationAggregatorArn: string };

const rules = records<StoredRule>(
  "config:rule",
  "ConfigRuleName",
  (name) =>
    new AwsFault(
      "NoSuchConfigRuleException",
      `The ConfigRule '${name}' provided in the request is invalid. Please check the configRule name`,
    ),
);
const aggregators = records<StoredAggregator>(
  "config:aggregator",
  "ConfigurationAggregatorName",
  missing("NoSuchConfigurationAggregatorException", "configuration aggregator"),
);

/** All, or those named; each must exist. */
function chosen<T extends object>(call: Call, kind: Records<T>, names: string[] | undefined): T[] {
  return names?.length ? names.map((name) => kind.need(call, name)) : kind.list(call);
}

function putRule(call: Call<aws.PutConfigRuleRequest>) {
  const { ConfigRule, Tags } = call.input;
  const name = ConfigRule?.ConfigRuleName ?? "";
  if (!name) throw new AwsFault("InvalidParameterValueException", "ConfigRuleName must not be empty");
  if (recorders.list(call).length === 0)
    throw new AwsFault("NoAvailableConfigurationRecorderException", "NoAvailableConfigurationRecorder");
  const old = rules.find(call, name);
  const id = old?.ConfigRuleId ?? `config-rule-${draw(lowerAlphanumeric, 6, chance)}`;
  rules.put(call, {
    ...(ConfigRule as StoredRule),
    ConfigRuleName: name,
    ConfigRuleId: id,
    ConfigRuleArn: arnIn(call, "config", `config-rule/${id}`),
    ConfigRuleState: "ACTIVE",
    tagMap: old?.tagMap ?? tagMapOf(Tags),
  });
  return {};
}

function putAggregator(call: Call<aws.PutConfigurationAggregatorRequest>) {
  const name = call.input.ConfigurationAggregatorName ?? "";
  const old = aggregators.find(call, name);
  const at = call.now.toISOString();
  const ConfigurationAggregator = aggregators.put(call, {
    ConfigurationAggregatorName: name,
    ConfigurationAggregatorArn:
      old?.ConfigurationAggregatorArn ??
      arnIn(call, "config", `config-aggregator/config-aggregator-${draw(lowerAlphanumeric, 8, chance)}`),
    ...given(call.input, "AccountAggregationSources", "OrganizationAggregationSource"),
    CreationTime: old?.CreationTime ?? at,
    LastUpdatedTime: at,
    tagMap: old?.tagMap ?? tagMapOf(call.input.Tags),
  });
  return { ConfigurationAggregator };
}

const removing =
  <T extends object>(kind: Records<T>, member: string): Operation =>
  (call: Call<Record<string, string>>) => {
    kind.remove(call, kind.need(call, call.input[member]));
    return {};
  };
const paging = {
  limit: "Limit",
  token: "NextToken",
  standard: 100,
  most: 100,
  code: "InvalidNextTokenException",
};

export const configService: ServiceDefinition = {
  client: "config-service",
  operations: {
    DescribeConfigurationRecorders: (call: Call<aws.DescribeConfigurationRecordersRequest>) => ({
      ConfigurationRecorders: chosen(call, recorders, call.input.ConfigurationRecorderNames),
    }),
    DescribeConfigurationRecorderStatus: (call: Call<aws.DescribeConfigurationRecorderStatusRequest>) => ({
      ConfigurationRecordersStatus: chosen(call, recorders, call.input.ConfigurationRecorderNames).map(
        (each) => each.status,
      ),
    }),
    PutConfigurationRecorder: putRecorder,
    DeleteConfigurationRecorder: removing(recorders, "ConfigurationRecorderName"),
    StartConfigurationRecorder: start,
    StopConfigurationRecorder: stop,
    DescribeDeliveryChannels: (call: Call<aws.DescribeDeliveryChannelsRequest>) => ({
      DeliveryChannels: chosen(call, channels, call.input.DeliveryChannelNames),
    }),
    DescribeDeliveryChannelStatus: (call: Call<aws.DescribeDeliveryChannelStatusRequest>) => ({
      DeliveryChannelsStatus: chosen(call, channels, call.input.DeliveryChannelNames).map(({ name }) => ({
        name,
      })),
    }),
    PutDeliveryChannel: putChannel,
    DeleteDeliveryChannel: deleteChannel,
    DescribeRetentionConfigurations: (call: Call<aws.DescribeRetentionConfigurationsRequest>) =>
      pageAs(
        call,
        "RetentionConfigurations",
        chosen(call, retentions, call.input.RetentionConfigurationNames),
        paging,
      ),
    PutRetentionConfiguration: putRetention,
    DeleteRetentionConfiguration: removing(retentions, "RetentionConfigurationName"),
    DescribeConfigRules: (call: Call<aws.DescribeConfigRulesRequest>) =>
      pageAs(call, "ConfigRules", chosen(call, rules, call.input.ConfigRuleNames), {
        ...paging,
        standard: 25,
      }),
    PutConfigRule: putRule,
    DeleteConfigRule: removing(rules, "ConfigRuleName"),
    DescribeConfigurationAggregators: (call: Call<aws.DescribeConfigurationAggregatorsRequest>) =>
      pageAs(
        call,
        "ConfigurationAggregators",
        chosen(call, aggregators, call.input.ConfigurationAggregatorNames),
        paging,
      ),
    PutConfigurationAggregator: putAggregator,
    DeleteConfigurationAggregator: removing(aggregators, "ConfigurationAggregatorName"),
    ...tagOperations(
      { tag: "TagResource", untag: "UntagResource", list: "ListTagsForResource", arn: "ResourceArn" },
      (call, arn) => {
        const absent = () => new AwsFault("ResourceNotFoundException", `ResourceArn '${arn}' does not exist`);
        if (arn.includes("configuration-recorder/"))
          return taggedAmong([recorders as never], "arn", absent)(call, arn);
        const member = arn.includes("config-rule/") ? "ConfigRuleArn" : "ConfigurationAggregatorArn";
        return taggedAmong([rules as never, aggregators as never], member, absent)(call, arn);
      },
    ),
  },
  permissions: permissionsOn(
    "config",
    ["TagResource", "UntagResource", "ListTagsForResource"],
    (call: Call<{ ResourceArn: string }>) => call.input.ResourceArn,
  ),
};
