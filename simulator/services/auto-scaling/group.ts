// Groups of Auto Scaling: made, changed, deleted.
import { randomUUID } from "node:crypto";
import type * as aws from "@aws-sdk/client-auto-scaling";
import { AwsFault, type Call } from "../../operation.ts";
import type { Stored } from "../../stored.ts";
import type { StoredTemplate } from "../ec2/launch-template.ts";
import { arnIn, given, here, records } from "../records.ts";

/** Value of "autoscaling:group" under its name; tags as AWS shows them. */
export type StoredGroup = Stored<aws.AutoScalingGroup> & {
  AutoScalingGroupName: string;
  AutoScalingGroupARN: string;
};
/** Value of "autoscaling:launch-configuration" under its name. */
export type StoredLaunch = Stored<aws.LaunchConfiguration> & { LaunchConfigurationName: string };

export const invalid = (message: string) => new AwsFault("ValidationError", message);
export const groups = records<StoredGroup>("autoscaling:group", "AutoScalingGroupName", () =>
  invalid("AutoScalingGroup name not found - AutoScalingGroup not found"),
);
export const launches = records<StoredLaunch>(
  "autoscaling:launch-configuration",
  "LaunchConfigurationName",
  (name) => invalid(`Launch configuration name not found - Launch configuration ${name} not found`),
);
export const needed = (call: Call<{ AutoScalingGroupName?: string | undefined }>) =>
  groups.need(call, call.input.AutoScalingGroupName);
export function templateFor(call: Call, wish: aws.LaunchTemplateSpecification | undefined) {
  if (!wish) return undefined;
  const found = call.world
    .collection<StoredTemplate>(here(call), "ec2:launch-template")
    .list()
    .find(
      (each) =>
        each.LaunchTemplateId === wish.LaunchTemplateId ||
        each.LaunchTemplateName === wish.LaunchTemplateName,
    );
  if (!found)
    throw invalid(
      "You must use a valid fully-formed launch template. The specified launch template does not exist.",
    );
  const { LaunchTemplateId, LaunchTemplateName } = found;
  return { LaunchTemplateId, LaunchTemplateName, ...(wish.Version ? { Version: wish.Version } : {}) };
}

export function checkSizes({
  MinSize = 0,
  MaxSize = 0,
  DesiredCapacity,
}: {
  MinSize?: number | undefined;
  MaxSize?: number | undefined;
  DesiredCapacity?: number | undefined;
}): void {
  if (MinSize > MaxSize)
    throw invalid(`Max bound, ${MaxSize}, must be greater than or equal to min bound, ${MinSize}`);
  if (DesiredCapacity !== undefined && (DesiredCapacity < MinSize || DesiredCapacity > MaxSize))
    throw invalid(
      `Desired capacity:${DesiredCapacity} must be between the specified min size:${MinSize} and max size:${MaxSize}`,
    );
}

export const tagsFor = (name: string, tags: aws.Tag[] | undefined) =>
  (tags ?? []).map(({ Key, Value, PropagateAtLaunch }) => ({
    ResourceId: name,
    ResourceType: "auto-scaling-group",
    Key,
    Value,
    PropagateAtLaunch: PropagateAtLaunch ?? false,
  }));

/** The launch template, if it is made by one. */
function checkNew(call: Call<aws.CreateAutoScalingGroupType>): StoredGroup["LaunchTemplate"] {
  const { input } = call;
  if (groups.find(call, input.AutoScalingGroupName ?? ""))
    throw new AwsFault(
      "AlreadyExists",
      "AutoScalingGroup by this name already exists - A group with the name already exists",
    );
  const LaunchTemplate = templateFor(call, input.LaunchTemplate);
  if (!LaunchTemplate && !input.LaunchConfigurationName && !input.MixedInstancesPolicy)
    throw invalid(
      "Valid requests must contain either LaunchTemplate, LaunchConfigurationName, InstanceId or MixedInstancesPolicy parameter.",
    );
  if (input.LaunchConfigurationName) launches.need(call, input.LaunchConfigurationName);
  if (!input.AvailabilityZones?.length && !input.VPCZoneIdentifier)
    throw invalid("At least one Availability Zone or VPC Subnet is required.");
  checkSizes(input);
  return LaunchTemplate;
}

function zonesOf(call: Call, subnetIds: string[]): string[] {
  const subnets = call.world.collection<{ AvailabilityZone?: string }>(here(call), "ec2:subnet");
  return subnetIds.map((id) => {
    const subnet = subnets.get(id);
    if (!subnet) throw invalid(`The subnet ID '${id}' does not exist`);
    return subnet.AvailabilityZone ?? "";
  });
}

export function createGroup(call: Call<aws.CreateAutoScalingGroupType>) {
  const { input } = call;
  const name = input.AutoScalingGroupName ?? "";
  const LaunchTemplate = checkNew(call);
  const zones = zonesOf(call, input.VPCZoneIdentifier?.split(",").map((id) => id.trim()) ?? []);
  groups.put(call, {
    AutoScalingGroupName: name,
    AutoScalingGroupARN: arnIn(
      call,
      "autoscaling",
      `autoScalingGroup:${randomUUID()}:autoScalingGroupName/${name}`,
    ),
    ...(LaunchTemplate ? { LaunchTemplate } : {}),
    ...(given(
      input,
      "LaunchConfigurationName",
      "VPCZoneIdentifier",
      "MixedInstancesPolicy",
    ) as Partial<StoredGroup>),
    MinSize: input.MinSize,
    MaxSize: input.MaxSize,
    DesiredCapacity: input.DesiredCapacity ?? input.MinSize,
    DefaultCooldown: input.DefaultCooldown ?? 300,
    AvailabilityZones: input.AvailabilityZones ?? [...new Set(zones)],
    LoadBalancerNames: input.LoadBalancerNames ?? [],
    TargetGroupARNs: input.TargetGroupARNs ?? [],
    HealthCheckType: input.HealthCheckType ?? "EC2",
    HealthCheckGracePeriod: input.HealthCheckGracePeriod ?? 0,
    Instances: [],
    CreatedTime: call.now.toISOString(),
    SuspendedProcesses: [],
    EnabledMetrics: [],
    Tags: tagsFor(name, input.Tags),
    TerminationPolicies: input.TerminationPolicies ?? ["Default"],
    NewInstancesProtectedFromScaleIn: input.NewInstancesProtectedFromScaleIn ?? false,
    CapacityRebalance: input.CapacityRebalance ?? false,
    ServiceLinkedRoleARN: `arn:${call.world.partition}:iam::${call.accountId}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`,
    TrafficSources: [],
  });
  return {};
}

export function updateGroup(call: Call<aws.UpdateAutoScalingGroupType>) {
  const old = needed(call);
  const LaunchTemplate = templateFor(call, call.input.LaunchTemplate);
  const changes = given(
    call.input,
    "MinSize",
    "MaxSize",
    "DesiredCapacity",
    "HealthCheckType",
    "HealthCheckGracePeriod",
    "VPCZoneIdentifier",
    "AvailabilityZones",
    "CapacityRebalance",
    "NewInstancesProtectedFromScaleIn",
    "DefaultCooldown",
  );
  const { LaunchConfigurationName: _, ...bare } = old;
  const changed = {
    ...(LaunchTemplate ? bare : old),
    ...changes,
    ...(LaunchTemplate ? { LaunchTemplate } : {}),
  };
  checkSizes(changed);
  groups.put(call, changed as StoredGroup);
  return {};
}

export function deleteGroup(call: Call<aws.DeleteAutoScalingGroupType>) {
  const group = needed(call);
  if ((group.Instances?.length ?? 0) > 0 && !call.input.ForceDelete)
    throw new AwsFault(
      "ResourceInUse",
      "You cannot delete an AutoScalingGroup while there are instances or pending Spot instance request(s) still in the group.",
    );
  groups.remove(call, group);
  return {};
}
