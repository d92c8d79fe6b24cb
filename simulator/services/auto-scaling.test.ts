import * as aws from "@aws-sdk/client-auto-scaling";
import { CreateLaunchTemplateCommand, EC2Client } from "@aws-sdk/client-ec2";
import { expect, test } from "vitest";
import { checkCalls, startWire } from "./wire-clients.ts";

const wire = startWire();
const client = () => wire.client(aws.AutoScalingClient, "eu-north-1");
const AutoScalingGroupName = "web";
const create = (more: Partial<aws.CreateAutoScalingGroupCommandInput>) =>
  client().send(
    new aws.CreateAutoScalingGroupCommand({
      AutoScalingGroupName,
      MinSize: 1,
      MaxSize: 3,
      AvailabilityZones: ["eu-north-1a"],
      ...more,
    }),
  );
const launch = { LaunchConfigurationName: "old" };
const describe = () =>
  client().send(new aws.DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [AutoScalingGroupName] }));
const update = (more: Partial<aws.UpdateAutoScalingGroupCommandInput>) =>
  client().send(new aws.UpdateAutoScalingGroupCommand({ AutoScalingGroupName, ...more }));

checkCalls([
  ["of nothing", () => create({}), "400 ValidationError"],
  [
    "a launch configuration",
    () =>
      client().send(
        new aws.CreateLaunchConfigurationCommand({
          ...launch,
          ImageId: "ami-0123456789abcdef0",
          InstanceType: "t3.micro",
          AssociatePublicIpAddress: true,
        }),
      ),
    {},
  ],
  [
    "is shown",
    () => client().send(new aws.DescribeLaunchConfigurationsCommand({})),
    {
      LaunchConfigurations: [
        { ...launch, AssociatePublicIpAddress: true, InstanceMonitoring: { Enabled: true } },
      ],
    },
  ],
  ["too many", () => create({ ...launch, DesiredCapacity: 9 }), "400 ValidationError"],
  ["a group", () => create({ ...launch, Tags: [{ Key: "a", Value: "1", PropagateAtLaunch: true }] }), {}],
  ["again", () => create(launch), "400 AlreadyExistsFault"],
  [
    "is shown",
    describe,
    {
      AutoScalingGroups: [
        {
          ...launch,
          DesiredCapacity: 1,
          HealthCheckType: "EC2",
          CapacityRebalance: false,
          Tags: [{ ResourceId: "web", Key: "a", PropagateAtLaunch: true }],
        },
      ],
    },
  ],
  [
    "holds its configuration",
    () => client().send(new aws.DeleteLaunchConfigurationCommand(launch)),
    "400 ResourceInUseFault",
  ],
  [
    "no such template",
    () => update({ LaunchTemplate: { LaunchTemplateName: "none" } }),
    "400 ValidationError",
  ],
  [
    "a template instead",
    async () => {
      await wire.client(EC2Client, "eu-north-1").send(
        new CreateLaunchTemplateCommand({
          LaunchTemplateName: "web",
          LaunchTemplateData: { MetadataOptions: { HttpTokens: "required" } },
        }),
      );
      return update({
        LaunchTemplate: { LaunchTemplateName: "web", Version: "$Latest" },
        HealthCheckType: "ELB",
      });
    },
    {},
  ],
  [
    "is shown",
    () =>
      describe().then((a) => ({
        group: a.AutoScalingGroups?.[0],
        old: a.AutoScalingGroups?.[0]?.LaunchConfigurationName ?? "none",
      })),
    {
      group: { LaunchTemplate: { LaunchTemplateName: "web", Version: "$Latest" }, HealthCheckType: "ELB" },
      old: "none",
    },
  ],
  ["then it goes", () => client().send(new aws.DeleteLaunchConfigurationCommand(launch)), {}],
  [
    "tags",
    async () => {
      const tag = { ResourceId: "web", ResourceType: "auto-scaling-group" };
      await client().send(new aws.CreateOrUpdateTagsCommand({ Tags: [{ ...tag, Key: "b", Value: "2" }] }));
      await client().send(new aws.DeleteTagsCommand({ Tags: [{ ...tag, Key: "a" }] }));
      return client().send(new aws.DescribeTagsCommand({}));
    },
    { Tags: [{ Key: "b", Value: "2", PropagateAtLaunch: false }] },
  ],
  ["deleted", () => client().send(new aws.DeleteAutoScalingGroupCommand({ AutoScalingGroupName })), {}],
  ["for good", describe, { AutoScalingGroups: [] }],
  [
    "twice",
    () => client().send(new aws.DeleteAutoScalingGroupCommand({ AutoScalingGroupName })),
    "400 ValidationError",
  ],
]);

test("pages hold every group once", async () => {
  const LaunchTemplate = { LaunchTemplateName: "web" };
  for (let index = 0; index < 5; index++)
    await create({ AutoScalingGroupName: `page-${index}`, LaunchTemplate });
  const names: (string | undefined)[] = [];
  for await (const page of aws.paginateDescribeAutoScalingGroups({ client: client(), pageSize: 2 }, {}))
    names.push(...(page.AutoScalingGroups ?? []).map((each) => each.AutoScalingGroupName));
  expect(names).toEqual(["page-0", "page-1", "page-2", "page-3", "page-4"]);
});
