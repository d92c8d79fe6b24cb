// Scaling groups of a drawn estate: by template or by configuration, in one zone or two, health by EC2 or by the balancer.
import type { StoredGroup, StoredLaunch } from "../../services/auto-scaling/group.ts";
import { ec2Id } from "../../services/ec2/ids.ts";
import type { Place, World } from "../../world.ts";
import { derived, networkOf } from "./draws.ts";
import { deriveTemplates } from "./ec2.ts";

export const deriveLaunchConfigurations = (world: World, place: Place): Iterable<[string, StoredLaunch]> =>
  derived(world, place, "autoscaling:launch-configuration", 1, (draw) => {
    const LaunchConfigurationName = `${draw.name}-2021`;
    const launch: StoredLaunch = {
      LaunchConfigurationName,
      LaunchConfigurationARN: draw.arn(
        "autoscaling",
        `launchConfiguration:${draw.random.hex(8)}-0000-4000-a000-${draw.random.hex(12)}:launchConfigurationName/${LaunchConfigurationName}`,
      ),
      ImageId: ec2Id("ami", draw.random),
      InstanceType: "t3.medium",
      KeyName: "",
      SecurityGroups: [networkOf(draw).groupId],
      UserData: draw.isGood()
        ? ""
        : Buffer.from(`export DB_PASSWORD=${draw.random.hex(12)}`).toString("base64"),
      BlockDeviceMappings: [],
      InstanceMonitoring: { Enabled: true },
      EbsOptimized: false,
      CreatedTime: draw.daysAgo(600, 1600),
      AssociatePublicIpAddress: !draw.isGood(),
      MetadataOptions: {
        HttpTokens: draw.isGood() ? "required" : "optional",
        HttpPutResponseHopLimit: draw.isGood() ? 1 : 3,
      },
    };
    return [LaunchConfigurationName, launch];
  });

export const deriveScalingGroups = (world: World, place: Place): Iterable<[string, StoredGroup]> =>
  derived(world, place, "autoscaling:group", 2, (draw) => {
    const { isGood, random } = draw;
    const name = `${draw.name}-asg`;
    const [template] = deriveTemplates(world, place);
    const [launch] = deriveLaunchConfigurations(world, place);
    const { subnetIds } = networkOf(draw);
    const zones = isGood() ? ["a", "b"] : ["a"];
    const { LaunchTemplateId, LaunchTemplateName } = template?.[1] ?? {};
    const group: StoredGroup = {
      AutoScalingGroupName: name,
      AutoScalingGroupARN: draw.arn(
        "autoscaling",
        `autoScalingGroup:${random.hex(8)}-0000-4000-a000-${random.hex(12)}:autoScalingGroupName/${name}`,
      ),
      ...(isGood() && LaunchTemplateId
        ? { LaunchTemplate: { LaunchTemplateId, LaunchTemplateName, Version: "$Latest" } }
        : { LaunchConfigurationName: launch?.[0] }),
      MinSize: 1,
      MaxSize: 4,
      DesiredCapacity: 2,
      DefaultCooldown: 300,
      AvailabilityZones: zones.map((zone) => `${place.region}${zone}`),
      VPCZoneIdentifier: subnetIds.slice(0, zones.length).join(","),
      LoadBalancerNames: [],
      TargetGroupARNs: random.chance(0.5)
        ? [draw.arn("elasticloadbalancing", `targetgroup/${draw.name}/${random.hex(16)}`)]
        : [],
      HealthCheckType: isGood() ? "ELB" : "EC2",
      HealthCheckGracePeriod: 300,
      Instances: [],
      CreatedTime: draw.daysAgo(30, 900),
      SuspendedProcesses: [],
      EnabledMetrics: [],
      Tags: Object.entries(draw.tagMap).map(([Key, Value]) => ({
        ResourceId: name,
        ResourceType: "auto-scaling-group",
        Key,
        Value,
        PropagateAtLaunch: true,
      })),
      TerminationPolicies: ["Default"],
      NewInstancesProtectedFromScaleIn: false,
      CapacityRebalance: isGood(),
    };
    return [name, group];
  });
