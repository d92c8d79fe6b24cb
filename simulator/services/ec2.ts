// EC2. Every operation honours DryRun: the wire layer has already settled the permission when one is called.
import {
  AwsFault,
  type Call,
  type NeededPermission,
  type Operation,
  type ServiceDefinition,
} from "../operation.ts";
import { addressOperations } from "./ec2/address.ts";
import { attachVolumeOperations } from "./ec2/attach-volume.ts";
import { attributeOperations } from "./ec2/attributes.ts";
import { defaultVpcOperations } from "./ec2/default-vpc.ts";
import { dhcpOperations } from "./ec2/dhcp-options.ts";
import { endpointOperations } from "./ec2/endpoint.ts";
import { flowLogOperations } from "./ec2/flow-log.ts";
import { gatewayOperations } from "./ec2/gateway.ts";
import { imageOperations } from "./ec2/image.ts";
import { instanceOperations } from "./ec2/instance.ts";
import { keyPairOperations } from "./ec2/key-pair.ts";
import { launchTemplateOperations } from "./ec2/launch-template.ts";
import { networkOperations } from "./ec2/network.ts";
import { networkAclOperations } from "./ec2/network-acl.ts";
import { networkInterfaceOperations } from "./ec2/network-interface.ts";
import { regionOperations } from "./ec2/region.ts";
import { routeTableOperations } from "./ec2/route-table.ts";
import { securityGroupOperations } from "./ec2/security-group.ts";
import { securityGroupRuleOperations } from "./ec2/security-group-rules.ts";
import { settingsOperations } from "./ec2/settings.ts";
import { snapshotOperations } from "./ec2/snapshot.ts";
import { subnetOperations } from "./ec2/subnet.ts";
import { tagOperations } from "./ec2/tags.ts";
import { volumeOperations } from "./ec2/volume.ts";
import { vpcOperations } from "./ec2/vpc.ts";

const operations: Record<string, Operation> = {
  ...addressOperations,
  ...attachVolumeOperations,
  ...attributeOperations,
  ...defaultVpcOperations,
  ...dhcpOperations,
  ...endpointOperations,
  ...flowLogOperations,
  ...gatewayOperations,
  ...imageOperations,
  ...keyPairOperations,
  ...launchTemplateOperations,
  ...networkAclOperations,
  ...networkInterfaceOperations,
  ...routeTableOperations,
  ...instanceOperations,
  ...networkOperations,
  ...regionOperations,
  ...securityGroupOperations,
  ...securityGroupRuleOperations,
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
  ModifySecurityGroupRules: ["GroupId", "security-group"],
  UpdateSecurityGroupRuleDescriptionsIngress: ["GroupId", "security-group"],
  UpdateSecurityGroupRuleDescriptionsEgress: ["GroupId", "security-group"],
  RebootInstances: ["InstanceIds", "instance"],
  ResetSnapshotAttribute: ["SnapshotId", "snapshot"],
  DeleteSecurityGroup: ["GroupId", "security-group"],
  DeleteVolume: ["VolumeId", "volume"],
  CreateSnapshot: ["VolumeId", "volume"],
  DeleteSnapshot: ["SnapshotId", "snapshot"],
  ModifySnapshotAttribute: ["SnapshotId", "snapshot"],
  DescribeSnapshotAttribute: ["SnapshotId", "snapshot"],
  DeleteVpc: ["VpcId", "vpc"],
  ModifyVpcAttribute: ["VpcId", "vpc"],
  ModifySubnetAttribute: ["SubnetId", "subnet"],
  ModifyInstanceAttribute: ["InstanceId", "instance"],
  DescribeInstanceAttribute: ["InstanceId", "instance"],
  DeleteVpcEndpoints: ["VpcEndpointIds", "vpc-endpoint"],
  ModifyVpcEndpoint: ["VpcEndpointId", "vpc-endpoint"],
  DeleteInternetGateway: ["InternetGatewayId", "internet-gateway"],
  DeleteNatGateway: ["NatGatewayId", "natgateway"],
  DeleteRouteTable: ["RouteTableId", "route-table"],
  CreateRoute: ["RouteTableId", "route-table"],
  ReplaceRoute: ["RouteTableId", "route-table"],
  DeleteRoute: ["RouteTableId", "route-table"],
  DeleteNetworkAcl: ["NetworkAclId", "network-acl"],
  CreateNetworkAclEntry: ["NetworkAclId", "network-acl"],
  ReplaceNetworkAclEntry: ["NetworkAclId", "network-acl"],
  DeleteNetworkAclEntry: ["NetworkAclId", "network-acl"],
  DeleteNetworkInterface: ["NetworkInterfaceId", "network-interface"],
  ModifyNetworkInterfaceAttribute: ["NetworkInterfaceId", "network-interface"],
  ReleaseAddress: ["AllocationId", "elastic-ip"],
  ModifyImageAttribute: ["ImageId", "image"],
  DeregisterImage: ["ImageId", "image"],
  ModifyVolume: ["VolumeId", "volume"],
  AttachVolume: ["VolumeId", "volume"],
  DetachVolume: ["VolumeId", "volume"],
  DeleteFlowLogs: ["FlowLogIds", "vpc-flow-log"],
  CreateSubnet: ["VpcId", "vpc"],
  DeleteSubnet: ["SubnetId", "subnet"],
  DeleteDhcpOptions: ["DhcpOptionsId", "dhcp-options"],
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
