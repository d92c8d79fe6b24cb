// Gateways, routes and addresses: made, tied, and taken away in AWS's order.
import * as aws from "@aws-sdk/client-ec2";
import { describe, expect } from "vitest";
import { openIds, vpcWithSubnet } from "../network-rows.ts";
import { checkCalls, startWire } from "../wire-clients.ts";

const wire = startWire();
const ec2 = () => wire.client(aws.EC2Client, "eu-north-1");
const ids = openIds();
const { keep, id } = ids;

describe("a way out", () => {
  const tables = () => ec2().send(new aws.DescribeRouteTablesCommand({ RouteTableIds: [id("table")] }));
  checkCalls([
    vpcWithSubnet(wire, ids),
    [
      "a gateway",
      async () => {
        const { InternetGateway } = await ec2().send(new aws.CreateInternetGatewayCommand({}));
        keep("gateway", InternetGateway?.InternetGatewayId);
        return InternetGateway;
      },
      { Attachments: [] },
    ],
    [
      "is attached",
      () =>
        ec2().send(
          new aws.AttachInternetGatewayCommand({ InternetGatewayId: id("gateway"), VpcId: id("vpc") }),
        ),
      {},
    ],
    [
      "once only",
      () =>
        ec2().send(
          new aws.AttachInternetGatewayCommand({ InternetGatewayId: id("gateway"), VpcId: id("vpc") }),
        ),
      "400 Resource.AlreadyAssociated",
    ],
    [
      "an attached one stays",
      () => ec2().send(new aws.DeleteInternetGatewayCommand({ InternetGatewayId: id("gateway") })),
      "400 DependencyViolation",
    ],
    [
      "a route table",
      async () => {
        const { RouteTable } = await ec2().send(new aws.CreateRouteTableCommand({ VpcId: id("vpc") }));
        keep("table", RouteTable?.RouteTableId);
        return RouteTable;
      },
      { Routes: [{ GatewayId: "local" }], Associations: [] },
    ],
    [
      "a route to nowhere",
      () =>
        ec2().send(
          new aws.CreateRouteCommand({
            RouteTableId: id("table"),
            DestinationCidrBlock: "0.0.0.0/0",
            GatewayId: "igw-0aaaaaaaaaaaaaaaa",
          }),
        ),
      "400 InvalidGatewayID.NotFound",
    ],
    [
      "a route out",
      () =>
        ec2().send(
          new aws.CreateRouteCommand({
            RouteTableId: id("table"),
            DestinationCidrBlock: "0.0.0.0/0",
            GatewayId: id("gateway"),
          }),
        ),
      { Return: true },
    ],
    ["is shown", tables, { RouteTables: [{ Routes: [{}, { DestinationCidrBlock: "0.0.0.0/0" }] }] }],
    [
      "the subnet uses it",
      async () => {
        const answer = await ec2().send(
          new aws.AssociateRouteTableCommand({ RouteTableId: id("table"), SubnetId: id("subnet") }),
        );
        keep("association", answer.AssociationId);
        return answer;
      },
      { AssociationState: { State: "associated" } },
    ],
    [
      "then it stays",
      () => ec2().send(new aws.DeleteRouteTableCommand({ RouteTableId: id("table") })),
      "400 DependencyViolation",
    ],
    [
      "an address",
      async () => {
        const answer = await ec2().send(new aws.AllocateAddressCommand({ Domain: "vpc" }));
        keep("address", answer.AllocationId);
        return answer;
      },
      { Domain: "vpc", PublicIp: expect.stringMatching(/^198\.1[89]\./) },
    ],
    [
      "a NAT gateway without one",
      () => ec2().send(new aws.CreateNatGatewayCommand({ SubnetId: id("subnet") })),
      "400 MissingParameter",
    ],
    [
      "a NAT gateway",
      async () => {
        const { NatGateway } = await ec2().send(
          new aws.CreateNatGatewayCommand({ SubnetId: id("subnet"), AllocationId: id("address") }),
        );
        keep("nat", NatGateway?.NatGatewayId);
        return NatGateway;
      },
      { State: "pending", NatGatewayAddresses: [{ PrivateIp: "10.9.1.4" }] },
    ],
    [
      "holds its address",
      () => ec2().send(new aws.ReleaseAddressCommand({ AllocationId: id("address") })),
      "400 InvalidIPAddress.InUse",
    ],
    [
      "the route leads to it",
      () =>
        ec2().send(
          new aws.ReplaceRouteCommand({
            RouteTableId: id("table"),
            DestinationCidrBlock: "0.0.0.0/0",
            NatGatewayId: id("nat"),
          }),
        ),
      {},
    ],
    ["it is deleted", () => ec2().send(new aws.DeleteNatGatewayCommand({ NatGatewayId: id("nat") })), {}],
    [
      "is shown as such",
      () =>
        ec2().send(new aws.DescribeNatGatewaysCommand({ Filter: [{ Name: "vpc-id", Values: [id("vpc")] }] })),
      { NatGateways: [{ State: "deleted" }] },
    ],
    ["its route leads nowhere", tables, { RouteTables: [{ Routes: [{}, { State: "blackhole" }] }] }],
    [
      "the address is free",
      () => ec2().send(new aws.ReleaseAddressCommand({ AllocationId: id("address") })),
      {},
    ],
    [
      "and gone",
      () => ec2().send(new aws.DescribeAddressesCommand({ AllocationIds: [id("address")] })),
      "400 InvalidAllocationID.NotFound",
    ],
    [
      "the subnet lets go",
      () => ec2().send(new aws.DisassociateRouteTableCommand({ AssociationId: id("association") })),
      {},
    ],
    ["the table goes", () => ec2().send(new aws.DeleteRouteTableCommand({ RouteTableId: id("table") })), {}],
    ["for good", tables, "400 InvalidRouteTableID.NotFound"],
    [
      "the gateway is detached",
      () =>
        ec2().send(
          new aws.DetachInternetGatewayCommand({ InternetGatewayId: id("gateway"), VpcId: id("vpc") }),
        ),
      {},
    ],
    [
      "and deleted",
      () => ec2().send(new aws.DeleteInternetGatewayCommand({ InternetGatewayId: id("gateway") })),
      {},
    ],
  ]);
});
