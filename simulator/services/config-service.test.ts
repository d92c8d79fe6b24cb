import * as aws from "@aws-sdk/client-config-service";
import { expect, test } from "vitest";
import { checkCalls, startWire } from "./wire-clients.ts";

const wire = startWire();
const client = () => wire.client(aws.ConfigServiceClient, "eu-north-1");
const roleARN =
  "arn:aws:iam::111111111111:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig";
const recorder = (name: string) =>
  client().send(
    new aws.PutConfigurationRecorderCommand({
      ConfigurationRecorder: {
        name,
        roleARN,
        recordingGroup: { allSupported: true, includeGlobalResourceTypes: true },
      },
    }),
  );
const start = () =>
  client().send(new aws.StartConfigurationRecorderCommand({ ConfigurationRecorderName: "default" }));
const channel = (name: string) =>
  client().send(new aws.PutDeliveryChannelCommand({ DeliveryChannel: { name, s3BucketName: "config" } }));
const rule = (ConfigRuleName: string) =>
  client().send(
    new aws.PutConfigRuleCommand({
      ConfigRule: { ConfigRuleName, Source: { Owner: "AWS", SourceIdentifier: "ENCRYPTED_VOLUMES" } },
    }),
  );

checkCalls([
  [
    "none at first",
    () => client().send(new aws.DescribeConfigurationRecordersCommand({})),
    { ConfigurationRecorders: [] },
  ],
  ["a channel needs a recorder", () => channel("default"), "400 NoAvailableConfigurationRecorderException"],
  ["a recorder", () => recorder("default"), {}],
  ["one only", () => recorder("second"), "400 MaxNumberOfConfigurationRecordersExceededException"],
  ["starts with a channel only", start, "400 NoAvailableDeliveryChannelException"],
  ["a channel", () => channel("default"), {}],
  ["starts", start, {}],
  [
    "records",
    () => client().send(new aws.DescribeConfigurationRecorderStatusCommand({})),
    { ConfigurationRecordersStatus: [{ recording: true, lastStatus: "SUCCESS" }] },
  ],
  [
    "everything",
    () => client().send(new aws.DescribeConfigurationRecordersCommand({})),
    {
      ConfigurationRecorders: [
        {
          name: "default",
          roleARN,
          recordingGroup: {
            allSupported: true,
            recordingStrategy: { useOnly: "ALL_SUPPORTED_RESOURCE_TYPES" },
          },
        },
      ],
    },
  ],
  [
    "the channel stays meanwhile",
    () => client().send(new aws.DeleteDeliveryChannelCommand({ DeliveryChannelName: "default" })),
    "400 LastDeliveryChannelDeleteFailedException",
  ],
  [
    "too short a retention",
    () => client().send(new aws.PutRetentionConfigurationCommand({ RetentionPeriodInDays: 1 })),
    "400 InvalidParameterValueException",
  ],
  [
    "a year",
    () => client().send(new aws.PutRetentionConfigurationCommand({ RetentionPeriodInDays: 365 })),
    { RetentionConfiguration: { Name: "default" } },
  ],
  ["a rule", () => rule("encrypted"), {}],
  [
    "is shown",
    () => client().send(new aws.DescribeConfigRulesCommand({ ConfigRuleNames: ["encrypted"] })),
    {
      ConfigRules: [
        {
          ConfigRuleState: "ACTIVE",
          ConfigRuleArn: expect.stringMatching(/config-rule\/config-rule-[a-z0-9]{6}$/),
        },
      ],
    },
  ],
  ["is deleted", () => client().send(new aws.DeleteConfigRuleCommand({ ConfigRuleName: "encrypted" })), {}],
  [
    "for good",
    () => client().send(new aws.DescribeConfigRulesCommand({ ConfigRuleNames: ["encrypted"] })),
    "400 NoSuchConfigRuleException",
  ],
  [
    "stops",
    () => client().send(new aws.StopConfigurationRecorderCommand({ ConfigurationRecorderName: "default" })),
    {},
  ],
  [
    "then the channel goes",
    () => client().send(new aws.DeleteDeliveryChannelCommand({ DeliveryChannelName: "default" })),
    {},
  ],
  [
    "and the recorder",
    () => client().send(new aws.DeleteConfigurationRecorderCommand({ ConfigurationRecorderName: "default" })),
    {},
  ],
  [
    "for good",
    () =>
      client().send(
        new aws.DescribeConfigurationRecordersCommand({ ConfigurationRecorderNames: ["default"] }),
      ),
    "400 NoSuchConfigurationRecorderException",
  ],
]);

test("pages hold every rule once", async () => {
  await recorder("default");
  for (let index = 0; index < 27; index++) await rule(`rule-${index}`);
  const names: (string | undefined)[] = [];
  for await (const page of aws.paginateDescribeConfigRules({ client: client() }, {}))
    names.push(...(page.ConfigRules ?? []).map((each) => each.ConfigRuleName));
  expect(names.length).toBe(27);
  expect(new Set(names).size).toBe(27);
});
