// Auto Scaling: groups and launch configurations with their tags. No instance is started or stopped.
import { randomUUID } from "node:crypto";
import type * as aws from "@aws-sdk/client-auto-scaling";
import { AwsFault, type Call, type ServiceDefinition } from "../operation.ts";
import {
  createGroup,
  deleteGroup,
  groups,
  invalid,
  launches,
  tagsFor,
  updateGroup,
} from "./auto-scaling/group.ts";
import { arnIn, given, pageAs, permissionsOn } from "./records.ts";

const paging = { limit: "MaxRecords", token: "NextToken", standard: 50, most: 100, code: "InvalidNextToken" };

function createLaunch(call: Call<aws.CreateLaunchConfigurationType>) {
  const { input } = call;
  const name = input.LaunchConfigurationName ?? "";
  if (launches.find(call, name))
    throw new AwsFault(
      "AlreadyExists",
      "Launch Configuration by this name already exists - A launch configuration already exists with the name",
    );
  if (!input.ImageId || !input.InstanceType)
    throw invalid(
      "Valid requests must contain either the InstanceID parameter or both the ImageId and InstanceType parameters.",
    );
  launches.put(call, {
    LaunchConfigurationName: name,
    LaunchConfigurationARN: arnIn(
      call,
      "autoscaling",
      `launchConfiguration:${randomUUID()}:launchConfigurationName/${name}`,
    ),
    ImageId: input.ImageId,
    InstanceType: input.InstanceType,
    KeyName: input.KeyName ?? "",
    SecurityGroups: input.SecurityGroups ?? [],
    UserData: input.UserData ?? "",
    BlockDeviceMappings: input.BlockDeviceMappings ?? [],
    InstanceMonitoring: { Enabled: input.InstanceMonitoring?.Enabled ?? true },
    EbsOptimized: input.EbsOptimized ?? false,
    CreatedTime: call.now.toISOString(),
    ...given(input, "AssociatePublicIpAddress", "MetadataOptions", "IamInstanceProfile"),
  });
  return {};
}

function deleteLaunch(call: Call<aws.LaunchConfigurationNameType>) {
  const launch = launches.need(call, call.input.LaunchConfigurationName);
  if (groups.list(call).some((each) => each.LaunchConfigurationName === launch.LaunchConfigurationName))
    throw new AwsFault(
      "ResourceInUse",
      `Cannot delete launch configuration ${launch.LaunchConfigurationName} because it is attached to an AutoScalingGroup`,
    );
  launches.remove(call, launch);
  return {};
}

/** Each tag names its group itself. */
const changeTags = (isAdded: boolean) => (call: Call<aws.CreateOrUpdateTagsType>) => {
  for (const tag of call.input.Tags ?? []) {
    const group = groups.need(call, tag.ResourceId);
    const others = (group.Tags ?? []).filter((each) => each.Key !== tag.Key);
    groups.change(call, group, {
      Tags: isAdded ? [...others, ...tagsFor(group.AutoScalingGroupName, [tag])] : others,
    });
  }
  return {};
};

const onGroup = "UpdateAutoScalingGroup DeleteAutoScalingGroup".split(" ");

export const autoScaling: ServiceDefinition = {
  client: "auto-scaling",
  operations: {
    // A name that is not there is left out, not refused.
    DescribeAutoScalingGroups: (call: Call<aws.AutoScalingGroupNamesType>) => {
      const { AutoScalingGroupNames: names } = call.input;
      return pageAs(
        call,
        "AutoScalingGroups",
        groups.list(call).filter((each) => !names?.length || names.includes(each.AutoScalingGroupName)),
        paging,
      );
    },
    CreateAutoScalingGroup: createGroup,
    UpdateAutoScalingGroup: updateGroup,
    DeleteAutoScalingGroup: deleteGroup,
    DescribeLaunchConfigurations: (call: Call<aws.LaunchConfigurationNamesType>) => {
      const { LaunchConfigurationNames: names } = call.input;
      return pageAs(
        call,
        "LaunchConfigurations",
        launches.list(call).filter((each) => !names?.length || names.includes(each.LaunchConfigurationName)),
        paging,
      );
    },
    CreateLaunchConfiguration: createLaunch,
    DeleteLaunchConfiguration: deleteLaunch,
    DescribeTags: (call) =>
      pageAs(
        call,
        "Tags",
        groups.list(call).flatMap((each) => each.Tags ?? []),
        paging,
      ),
    CreateOrUpdateTags: changeTags(true),
    DeleteTags: changeTags(false),
  },
  permissions: permissionsOn("autoscaling", onGroup, (call: Call<{ AutoScalingGroupName: string }>) => {
    const { AutoScalingGroupName: name } = call.input;
    return (
      groups.find(call, name)?.AutoScalingGroupARN ??
      arnIn(call, "autoscaling", `autoScalingGroup:*:autoScalingGroupName/${name}`)
    );
  }),
};
