import * as aws from "@aws-sdk/client-securityhub";
import { expect, test } from "vitest";
import { checkCalls, startWire } from "./wire-clients.ts";

const wire = startWire();
const client = () => wire.client(aws.SecurityHubClient, "eu-north-1");
const describe = () => client().send(new aws.DescribeHubCommand({}));
const standards = () => client().send(new aws.GetEnabledStandardsCommand({}));
const cis = "arn:aws:securityhub:eu-north-1::standards/cis-aws-foundations-benchmark/v/3.0.0";
const arn = () => `arn:aws:securityhub:eu-north-1:${wire.simulator.managementAccountId}`;

checkCalls([
  ["off at first", describe, "401 InvalidAccessException"],
  ["on", () => client().send(new aws.EnableSecurityHubCommand({ Tags: { a: "1" } })), {}],
  ["once only", () => client().send(new aws.EnableSecurityHubCommand({})), "409 ResourceConflictException"],
  ["is shown", describe, { AutoEnableControls: true, ControlFindingGenerator: "SECURITY_CONTROL" }],
  [
    "with AWS's standards",
    standards,
    {
      StandardsSubscriptions: [
        { StandardsArn: expect.stringContaining("aws-foundational-security-best-practices/v/1.0.0") },
        { StandardsArn: "arn:aws:securityhub:::ruleset/cis-aws-foundations-benchmark/v/1.2.0" },
      ],
    },
  ],
  [
    "one that is none",
    () =>
      client().send(
        new aws.BatchEnableStandardsCommand({
          StandardsSubscriptionRequests: [{ StandardsArn: `${cis}.1` }],
        }),
      ),
    "400 InvalidInputException",
  ],
  [
    "one more",
    () =>
      client().send(
        new aws.BatchEnableStandardsCommand({ StandardsSubscriptionRequests: [{ StandardsArn: cis }] }),
      ),
    { StandardsSubscriptions: [{ StandardsStatus: "PENDING" }] },
  ],
  [
    "is shown",
    standards,
    { StandardsSubscriptions: [{}, {}, { StandardsArn: cis, StandardsStatus: "READY" }] },
  ],
  [
    "off again",
    () =>
      client().send(
        new aws.BatchDisableStandardsCommand({
          StandardsSubscriptionArns: [`${arn()}:subscription/cis-aws-foundations-benchmark/v/3.0.0`],
        }),
      ),
    { StandardsSubscriptions: [{ StandardsStatus: "DELETING" }] },
  ],
  [
    "two are left",
    () => standards().then((a) => ({ count: a.StandardsSubscriptions?.length })),
    { count: 2 },
  ],
  [
    "new controls stay off",
    () => client().send(new aws.UpdateSecurityHubConfigurationCommand({ AutoEnableControls: false })),
    {},
  ],
  ["is shown", describe, { AutoEnableControls: false }],
  ["no findings", () => client().send(new aws.GetFindingsCommand({})), { Findings: [] }],
  [
    "tags",
    () => client().send(new aws.ListTagsForResourceCommand({ ResourceArn: `${arn()}:hub/default` })),
    { Tags: { a: "1" } },
  ],
  ["off", () => client().send(new aws.DisableSecurityHubCommand({})), {}],
  ["for good", describe, "401 InvalidAccessException"],
  ["twice", () => client().send(new aws.DisableSecurityHubCommand({})), "404 ResourceNotFoundException"],
]);

test("pages hold every standard once", async () => {
  const names: (string | undefined)[] = [];
  for await (const page of aws.paginateDescribeStandards({ client: client(), pageSize: 2 }, {}))
    names.push(...(page.Standards ?? []).map((each) => each.Name));
  expect(names.length).toBe(6);
  expect(new Set(names).size).toBe(6);
});
