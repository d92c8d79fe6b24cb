// ACLs, endpoints, flow logs and what subnets and VPCs give to newcomers.
import * as aws from "@aws-sdk/client-ec2";
import { describe, expect } from "vitest";
import { openIds, vpcWithSubnet } from "../network-rows.ts";
import { checkCalls, startWire } from "../wire-clients.ts";

const wire = startWire();
const ec2 = () => wire.client(aws.EC2Client, "eu-north-1");
const ids = openIds();
const { keep, id } = ids;

describe("what guards a network", () => {
  const entry = { RuleNumber: 100, Egress: false, Protocol: "6", PortRange: { From: 22, To: 22 } };
  const acl = () => ec2().send(new aws.DescribeNetworkAclsCommand({ NetworkAclIds: [id("acl")] }));
  checkCalls([
    vpcWithSubnet(wire, ids),
    [
      "an ACL that lets nothing through",
      async () => {
        const { NetworkAcl } = await ec2().send(new aws.CreateNetworkAclCommand({ VpcId: id("vpc") }));
        keep("acl", NetworkAcl?.NetworkAclId);
        return { count: NetworkAcl?.Entries?.length };
      },
      { count: 2 },
    ],
    [
      "a rule",
      () =>
        ec2().send(
          new aws.CreateNetworkAclEntryCommand({
            NetworkAclId: id("acl"),
            ...entry,
            RuleAction: "allow",
            CidrBlock: "0.0.0.0/0",
          }),
        ),
      {},
    ],
    [
      "the same number",
      () =>
        ec2().send(
          new aws.CreateNetworkAclEntryCommand({
            NetworkAclId: id("acl"),
            ...entry,
            RuleAction: "deny",
            CidrBlock: "0.0.0.0/0",
          }),
        ),
      "400 NetworkAclEntryAlreadyExists",
    ],
    [
      "replaced",
      () =>
        ec2().send(
          new aws.ReplaceNetworkAclEntryCommand({
            NetworkAclId: id("acl"),
            ...entry,
            RuleAction: "allow",
            CidrBlock: "10.0.0.0/8",
          }),
        ),
      {},
    ],
    ["shown", acl, { NetworkAcls: [{ Entries: [{ Egress: true }, { CidrBlock: "10.0.0.0/8" }, {}] }] }],
    [
      "the subnet moves to it",
      async () => {
        const { NetworkAcls } = await ec2().send(
          new aws.DescribeNetworkAclsCommand({
            Filters: [{ Name: "association.subnet-id", Values: [id("subnet")] }],
          }),
        );
        const AssociationId = NetworkAcls?.[0]?.Associations?.[0]?.NetworkAclAssociationId;
        return ec2().send(
          new aws.ReplaceNetworkAclAssociationCommand({ AssociationId, NetworkAclId: id("acl") }),
        );
      },
      { NewAssociationId: expect.stringMatching(/^aclassoc-0/) },
    ],
    [
      "then it stays",
      () => ec2().send(new aws.DeleteNetworkAclCommand({ NetworkAclId: id("acl") })),
      "400 DependencyViolation",
    ],
    [
      "an endpoint of no service",
      () => ec2().send(new aws.CreateVpcEndpointCommand({ VpcId: id("vpc"), ServiceName: "nonsense" })),
      "400 InvalidServiceName",
    ],
    [
      "an endpoint",
      async () => {
        const { VpcEndpoint } = await ec2().send(
          new aws.CreateVpcEndpointCommand({
            VpcId: id("vpc"),
            ServiceName: "com.amazonaws.eu-north-1.ssm",
            VpcEndpointType: "Interface",
            SubnetIds: [id("subnet")],
          }),
        );
        keep("endpoint", VpcEndpoint?.VpcEndpointId);
        return VpcEndpoint;
      },
      { PrivateDnsEnabled: true, NetworkInterfaceIds: [expect.stringMatching(/^eni-0/)] },
    ],
    [
      "its interface holds the subnet",
      () => ec2().send(new aws.DeleteSubnetCommand({ SubnetId: id("subnet") })),
      "400 DependencyViolation",
    ],
    [
      "its policy is narrowed",
      () =>
        ec2().send(
          new aws.ModifyVpcEndpointCommand({
            VpcEndpointId: id("endpoint"),
            PolicyDocument:
              '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"ssm:*","Resource":"*"}]}',
          }),
        ),
      { Return: true },
    ],
    [
      "it is deleted",
      () => ec2().send(new aws.DeleteVpcEndpointsCommand({ VpcEndpointIds: [id("endpoint")] })),
      { Unsuccessful: [] },
    ],
    [
      "for good",
      () => ec2().send(new aws.DescribeVpcEndpointsCommand({ VpcEndpointIds: [id("endpoint")] })),
      "400 InvalidVpcEndpointId.NotFound",
    ],
    [
      "flow logs of what is not there",
      () =>
        ec2().send(
          new aws.CreateFlowLogsCommand({
            ResourceIds: ["vpc-0aaaaaaaaaaaaaaaa"],
            ResourceType: "VPC",
            TrafficType: "ALL",
            LogDestinationType: "s3",
            LogDestination: "arn:aws:s3:::logs",
          }),
        ),
      { FlowLogIds: [], Unsuccessful: [{ Error: { Code: "InvalidVpcId.NotFound" } }] },
    ],
    [
      "flow logs",
      async () => {
        const answer = await ec2().send(
          new aws.CreateFlowLogsCommand({
            ResourceIds: [id("vpc")],
            ResourceType: "VPC",
            TrafficType: "REJECT",
            LogDestinationType: "s3",
            LogDestination: "arn:aws:s3:::logs",
          }),
        );
        keep("flow", answer.FlowLogIds?.[0]);
        return answer;
      },
      { Unsuccessful: [] },
    ],
    [
      "are shown",
      () => ec2().send(new aws.DescribeFlowLogsCommand({ FlowLogIds: [id("flow")] })),
      { FlowLogs: [{ TrafficType: "REJECT", MaxAggregationInterval: 600 }] },
    ],
    ["deleted", () => ec2().send(new aws.DeleteFlowLogsCommand({ FlowLogIds: [id("flow")] })), {}],
    [
      "for good",
      () => ec2().send(new aws.DescribeFlowLogsCommand({ FlowLogIds: [id("flow")] })),
      "400 InvalidFlowLogId.NotFound",
    ],
    [
      "public addresses by default",
      () =>
        ec2().send(
          new aws.ModifySubnetAttributeCommand({
            SubnetId: id("subnet"),
            MapPublicIpOnLaunch: { Value: true },
          }),
        ),
      {},
    ],
    [
      "are shown",
      () => ec2().send(new aws.DescribeSubnetsCommand({ SubnetIds: [id("subnet")] })),
      { Subnets: [{ MapPublicIpOnLaunch: true }] },
    ],
    [
      "host names are off",
      () =>
        ec2().send(
          new aws.DescribeVpcAttributeCommand({ VpcId: id("vpc"), Attribute: "enableDnsHostnames" }),
        ),
      { EnableDnsHostnames: { Value: false } },
    ],
  ]);
});
