// EC2. Every operation honours DryRun: the wire layer has already settled the permission when one is called.
import {
  AwsFault,
  type Call,
  type NeededPermission,
  type Operation,
  type ServiceDefinition,
} from "../operation.ts";
import { instanceOperations } from "./ec2/instance.ts";
import { networkOperations } from "./ec2/network.ts";
import { regionOperations } from "./ec2/region.ts";
import { securityGroupOperations } from "./ec2/security-group.ts";
import { settingsOperations } from "./ec2/settings.ts";
import { snapshotOperations } from "./ec2/snapshot.ts";
import { subnetOperations } from "./ec2/subnet.ts";
import { tagOperations } from "./ec2/tags.ts";
import { volumeOperations } from "./ec2/volume.ts";
import { vpcOperations } from "./ec2/vpc.ts";

const operations: Record<string, Operation> = {
  ...instanceOperations,
  ...networkOperations,
  ...regionOperations,
  ...securityGroupOperations,
  ...settingsOperations,
  ...snapshotOperations,
  ...subnetOperations,
  ...tagOperations,
  ...volumeOperations,
  ...vpcOperations,
};

function honouringDryRun(operation: Operation): Operation {
  return (call: Call<{ DryRun?: boolean }>) => {
    if (call.input.DryRun)
      throw new AwsFault("DryRunOperation", "Request would have succeeded, but DryRun flag is set.", 412);
    return operation(call);
  };
}

/** The input member that names what an operation works on, and the resource type of its ARN. */
const targets: Record<string, [member: string, type: string]> = {
  TerminateInstances: ["InstanceIds", "instance"],
  StopInstances: ["InstanceIds", "instance"],
  StartInstances: ["InstanceIds", "instance"],
  ModifyInstanceMetadataOptions: ["InstanceId", "instance"],
  AuthorizeSecurityGroupIngress: ["GroupId", "security-group"],
  AuthorizeSecurityGroupEgress: ["GroupId", "security-group"],
  RevokeSecurityGroupIngress: ["GroupId", "security-group"],
  RevokeSecurityGroupEgress: ["GroupId", "security-group"],
  DeleteSecurityGroup: ["GroupId", "security-group"],
  DeleteVolume: ["VolumeId", "volume"],
  CreateSnapshot: ["VolumeId", "volume"],
  DeleteSnapshot: ["SnapshotId", "snapshot"],
  ModifySnapshotAttribute: ["SnapshotId", "snapshot"],
  DescribeSnapshotAttribute: ["SnapshotId", "snapshot"],
  DeleteVpc: ["VpcId", "vpc"],
  CreateSubnet: ["VpcId", "vpc"],
  DeleteSubnet: ["SubnetId", "subnet"],
};

function permissionOn(operation: string, member: string, type: string) {
  return ({ input, world, region, accountId }: Call<Record<string, unknown>>): NeededPermission[] => {
    const ids = [input[member] ?? []].flat().map(String);
    const arns = ids.map((id) => `arn:${world.partition}:ec2:${region}:${accountId}:${type}/${id}`);
    return (arns.length > 0 ? arns : ["*"]).map((resource) => ({ action: `ec2:${operation}`, resource }));
  };
}

export const ec2: ServiceDefinition = {
  client: "ec2",
  operations: Object.fromEntries(
    Object.entries(operations).map(([name, operation]) => [name, honouringDryRun(operation)]),
  ),
  permissions: Object.fromEntries(
    Object.entries(targets).map(([name, [member, type]]) => [name, permissionOn(name, member, type)]),
  ),
};
