// How the parts of a network are read: route tables, gateways, ACLs, interfaces, flow logs. Each is changed in its own file.
import type { Call, Operation } from "../../operation.ts";
import { AwsFault } from "../../operation.ts";
import { applyFilters, type DescribedKind, type DescribeInput, describe, here, pageOf } from "./describe.ts";

export interface Reading extends DescribedKind {
  output: string;
}

const readings: Record<string, Reading> = {
  DescribeRouteTables: {
    output: "RouteTables",
    kind: "ec2:route-table",
    ids: "RouteTableIds",
    noun: "routeTable ID",
    notFound: "InvalidRouteTableID.NotFound",
    filters: {
      "route-table-id": "RouteTableId",
      "vpc-id": "VpcId",
      "owner-id": "OwnerId",
      "association.main": "Associations.Main",
      "association.subnet-id": "Associations.SubnetId",
      "association.route-table-association-id": "Associations.RouteTableAssociationId",
      "route.destination-cidr-block": "Routes.DestinationCidrBlock",
      "route.gateway-id": "Routes.GatewayId",
      "route.nat-gateway-id": "Routes.NatGatewayId",
      "route.state": "Routes.State",
    },
  },
  DescribeInternetGateways: {
    output: "InternetGateways",
    kind: "ec2:internet-gateway",
    ids: "InternetGatewayIds",
    noun: "internetGateway ID",
    notFound: "InvalidInternetGatewayID.NotFound",
    filters: {
      "internet-gateway-id": "InternetGatewayId",
      "attachment.vpc-id": "Attachments.VpcId",
      "attachment.state": "Attachments.State",
      "owner-id": "OwnerId",
    },
  },
  DescribeNetworkAcls: {
    output: "NetworkAcls",
    kind: "ec2:network-acl",
    ids: "NetworkAclIds",
    noun: "networkAcl ID",
    notFound: "InvalidNetworkAclID.NotFound",
    filters: {
      "network-acl-id": "NetworkAclId",
      "vpc-id": "VpcId",
      default: "IsDefault",
      "owner-id": "OwnerId",
      "association.subnet-id": "Associations.SubnetId",
      "entry.cidr": "Entries.CidrBlock",
      "entry.egress": "Entries.Egress",
      "entry.rule-action": "Entries.RuleAction",
      "entry.rule-number": "Entries.RuleNumber",
    },
  },
  DescribeNetworkInterfaces: {
    output: "NetworkInterfaces",
    kind: "ec2:network-interface",
    ids: "NetworkInterfaceIds",
    noun: "networkInterface ID",
    notFound: "InvalidNetworkInterfaceID.NotFound",
    filters: {
      "network-interface-id": "NetworkInterfaceId",
      "subnet-id": "SubnetId",
      "vpc-id": "VpcId",
      "group-id": "Groups.GroupId",
      "group-name": "Groups.GroupName",
      "attachment.instance-id": "Attachment.InstanceId",
      "attachment.status": "Attachment.Status",
      "availability-zone": "AvailabilityZone",
      "interface-type": "InterfaceType",
      "owner-id": "OwnerId",
      "private-ip-address": "PrivateIpAddress",
      "association.public-ip": "Association.PublicIp",
      "mac-address": "MacAddress",
      "requester-managed": "RequesterManaged",
      description: "Description",
      status: "Status",
    },
  },
};

/** A Describe operation that only chooses, filters and pages. */
export function reading({ output, ...kind }: Reading): Operation {
  return (call: Call<DescribeInput & Record<string, unknown>>) => {
    const { items, next } = describe(call, kind);
    return { [output]: items, NextToken: next };
  };
}

const flowLogFilters = {
  "flow-log-id": "FlowLogId",
  "resource-id": "ResourceId",
  "traffic-type": "TrafficType",
  "log-destination-type": "LogDestinationType",
  "log-group-name": "LogGroupName",
  "deliver-log-status": "DeliverLogsStatus",
};

/** The one Describe whose filters arrive in `Filter`. */
function describeFlowLogs(
  call: Call<DescribeInput & { Filter?: DescribeInput["Filters"]; FlowLogIds?: string[] }>,
) {
  const collection = call.world.collection<object>(here(call), "ec2:flow-log");
  const { FlowLogIds, Filter } = call.input;
  const chosen = FlowLogIds?.length
    ? FlowLogIds.map((id) => {
        const found = collection.get(id);
        if (!found)
          throw new AwsFault(
            "InvalidFlowLogId.NotFound",
            `These flow log ids in the input list are not found: [${id}]`,
          );
        return found;
      })
    : collection.list();
  const { items, next } = pageOf(applyFilters(chosen, Filter, flowLogFilters), call.input);
  return { FlowLogs: items, NextToken: next };
}

export const networkOperations: Record<string, Operation> = {
  ...Object.fromEntries(Object.entries(readings).map(([operation, each]) => [operation, reading(each)])),
  DescribeFlowLogs: describeFlowLogs,
};
