// Single attributes of VPCs, subnets and instances that have operations of their own.
import type {
  AssociateIamInstanceProfileRequest,
  DescribeInstanceAttributeRequest,
  DescribeVpcAttributeRequest,
  ModifyInstanceAttributeRequest,
  ModifySubnetAttributeRequest,
  ModifyVpcAttributeRequest,
  MonitorInstancesRequest,
  ReplaceIamInstanceProfileAssociationRequest,
} from "@aws-sdk/client-ec2";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import { applyFilters, type DescribeInput, here, kept, pageOf } from "./describe.ts";
import type { StoredInstance } from "./instance-parts.ts";
import { changeGroups } from "./network-interface.ts";
import { instanceProfile } from "./run-instances.ts";
import { needSubnet } from "./subnet.ts";
import { needVpc } from "./vpc.ts";

const instances = kept<StoredInstance & StoredAttributes>({
  kind: "ec2:instance",
  noun: "instance ID",
  notFound: "InvalidInstanceID.NotFound",
});

/** What DescribeInstances does not show. */
interface StoredAttributes {
  disableApiTermination?: boolean;
  disableApiStop?: boolean;
  userData?: string;
}

function describeVpcAttribute(call: Call<DescribeVpcAttributeRequest>) {
  const vpc = needVpc(call, call.input.VpcId) as ReturnType<typeof needVpc> & VpcAttributes;
  const { VpcId } = vpc;
  switch (call.input.Attribute) {
    case "enableDnsHostnames":
      return { VpcId, EnableDnsHostnames: { Value: vpc.enableDnsHostnames ?? vpc.IsDefault === true } };
    case "enableNetworkAddressUsageMetrics":
      return { VpcId, EnableNetworkAddressUsageMetrics: { Value: false } };
    default:
      return { VpcId, EnableDnsSupport: { Value: vpc.enableDnsSupport ?? true } };
  }
}

interface VpcAttributes {
  enableDnsHostnames?: boolean;
  enableDnsSupport?: boolean;
}

function modifyVpcAttribute(call: Call<ModifyVpcAttributeRequest>) {
  const vpc = needVpc(call, call.input.VpcId);
  const { EnableDnsHostnames, EnableDnsSupport } = call.input;
  call.world.collection(here(call), "ec2:vpc").put(vpc.VpcId ?? "", {
    ...vpc,
    ...(EnableDnsHostnames ? { enableDnsHostnames: EnableDnsHostnames.Value } : {}),
    ...(EnableDnsSupport ? { enableDnsSupport: EnableDnsSupport.Value } : {}),
  });
  return {};
}

function modifySubnetAttribute(call: Call<ModifySubnetAttributeRequest>) {
  const subnet = needSubnet(call, call.input.SubnetId);
  const { MapPublicIpOnLaunch, AssignIpv6AddressOnCreation, EnableDns64 } = call.input;
  const given = Object.entries({ MapPublicIpOnLaunch, AssignIpv6AddressOnCreation, EnableDns64 });
  const changes = given.flatMap(([member, value]) => (value ? [[member, value.Value]] : []));
  call.world
    .collection(here(call), "ec2:subnet")
    .put(subnet.SubnetId ?? "", { ...subnet, ...Object.fromEntries(changes) });
  return {};
}

function describeInstanceAttribute(call: Call<DescribeInstanceAttributeRequest>) {
  const instance = instances.need(call, call.input.InstanceId);
  const { InstanceId } = instance;
  switch (call.input.Attribute) {
    case "disableApiTermination":
      return { InstanceId, DisableApiTermination: { Value: instance.disableApiTermination ?? false } };
    case "disableApiStop":
      return { InstanceId, DisableApiStop: { Value: instance.disableApiStop ?? false } };
    case "userData":
      return { InstanceId, UserData: instance.userData ? { Value: instance.userData } : {} };
    case "groupSet":
      return { InstanceId, Groups: instance.SecurityGroups };
    case "sourceDestCheck":
      return { InstanceId, SourceDestCheck: { Value: instance.SourceDestCheck } };
    case "instanceType":
      return { InstanceId, InstanceType: { Value: instance.InstanceType } };
    case "ebsOptimized":
      return { InstanceId, EbsOptimized: { Value: instance.EbsOptimized } };
    case "instanceInitiatedShutdownBehavior":
      return { InstanceId, InstanceInitiatedShutdownBehavior: { Value: "stop" } };
    default:
      return { InstanceId };
  }
}

function modifyInstanceAttribute(call: Call<ModifyInstanceAttributeRequest>) {
  const { InstanceId, Groups, InstanceType, UserData, SourceDestCheck, EbsOptimized } = call.input;
  const { DisableApiTermination, DisableApiStop } = call.input;
  const instance = instances.need(call, InstanceId);
  if ((InstanceType || UserData) && instance.State?.Name !== "stopped")
    throw new AwsFault(
      "IncorrectInstanceState",
      `The instance '${InstanceId}' is not in the 'stopped' state.`,
    );
  if (Groups) changeGroups(call, instance, Groups);
  instances.put(call, InstanceId, {
    ...instances.need(call, InstanceId),
    ...(InstanceType?.Value ? { InstanceType: InstanceType.Value as StoredInstance["InstanceType"] } : {}),
    ...(SourceDestCheck ? { SourceDestCheck: SourceDestCheck.Value } : {}),
    ...(EbsOptimized ? { EbsOptimized: EbsOptimized.Value } : {}),
    ...(UserData?.Value ? { userData: Buffer.from(UserData.Value).toString("base64") } : {}),
    ...(DisableApiTermination ? { disableApiTermination: DisableApiTermination.Value === true } : {}),
    ...(DisableApiStop ? { disableApiStop: DisableApiStop.Value === true } : {}),
  });
  return {};
}

const monitoring = (State: "enabled" | "disabled") => (call: Call<MonitorInstancesRequest>) => ({
  InstanceMonitorings: (call.input.InstanceIds ?? []).map((InstanceId) => {
    instances.put(call, InstanceId, { ...instances.need(call, InstanceId), Monitoring: { State } });
    return { InstanceId, Monitoring: { State } };
  }),
});

function associateProfile(call: Call<AssociateIamInstanceProfileRequest>) {
  const instance = instances.need(call, call.input.InstanceId);
  if (instance.IamInstanceProfile)
    throw new AwsFault(
      "IncorrectState",
      `There is an existing association for instance ${instance.InstanceId}`,
    );
  const IamInstanceProfile = instanceProfile(call, call.input.IamInstanceProfile);
  if (!IamInstanceProfile)
    throw new AwsFault("MissingParameter", "The request must contain the parameter IamInstanceProfile");
  const { InstanceId = "" } = instances.put(call, instance.InstanceId, { ...instance, IamInstanceProfile });
  const AssociationId = `iip-assoc-${InstanceId.slice(2)}`;
  return {
    IamInstanceProfileAssociation: { AssociationId, InstanceId, IamInstanceProfile, State: "associating" },
  };
}

function disassociateProfile(call: Call<{ AssociationId?: string }>) {
  const { AssociationId = "" } = call.input;
  const instance = instances
    .list(call)
    .find((each) => each.IamInstanceProfile && `iip-assoc-${each.InstanceId?.slice(2)}` === AssociationId);
  if (!instance)
    throw new AwsFault(
      "InvalidAssociationID.NotFound",
      `An invalid association-id of '${AssociationId}' was given`,
    );
  const { IamInstanceProfile, ...left } = instance;
  const { InstanceId } = instances.put(call, instance.InstanceId, left);
  return {
    IamInstanceProfileAssociation: { AssociationId, InstanceId, IamInstanceProfile, State: "disassociating" },
  };
}

/** The association gets a new id in AWS; here an instance's always has the same. */
function replaceProfile(call: Call<ReplaceIamInstanceProfileAssociationRequest>) {
  instanceProfile(call as Call, call.input.IamInstanceProfile);
  const { IamInstanceProfileAssociation } = disassociateProfile(call as Call<{ AssociationId?: string }>);
  const { InstanceId } = IamInstanceProfileAssociation;
  return associateProfile({ ...call, input: { ...call.input, InstanceId } });
}

function describeAssociations(call: Call<DescribeInput & { AssociationIds?: string[] }>) {
  const { AssociationIds: asked, Filters } = call.input;
  const all = instances
    .list(call)
    .filter((each) => each.IamInstanceProfile)
    .map(({ InstanceId = "", IamInstanceProfile }) => ({
      AssociationId: `iip-assoc-${InstanceId.slice(2)}`,
      InstanceId,
      IamInstanceProfile,
      State: "associated",
    }))
    .filter((each) => !asked?.length || asked.includes(each.AssociationId));
  const filters = { "instance-id": "InstanceId", state: "State" };
  const { items, next } = pageOf(applyFilters(all, Filters, filters), call.input);
  return { IamInstanceProfileAssociations: items, NextToken: next };
}

export const attributeOperations: Record<string, Operation> = {
  DescribeVpcAttribute: describeVpcAttribute,
  ModifyVpcAttribute: modifyVpcAttribute,
  ModifySubnetAttribute: modifySubnetAttribute,
  DescribeInstanceAttribute: describeInstanceAttribute,
  ModifyInstanceAttribute: modifyInstanceAttribute,
  MonitorInstances: monitoring("enabled"),
  UnmonitorInstances: monitoring("disabled"),
  AssociateIamInstanceProfile: associateProfile,
  DisassociateIamInstanceProfile: disassociateProfile,
  ReplaceIamInstanceProfileAssociation: replaceProfile,
  DescribeIamInstanceProfileAssociations: describeAssociations,
};
