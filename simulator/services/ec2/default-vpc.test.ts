import * as aws from "@aws-sdk/client-ec2";
import {
  CreateAccountCommand,
  DescribeCreateAccountStatusCommand,
  OrganizationsClient,
} from "@aws-sdk/client-organizations";
import { describe, expect, test } from "vitest";
import { withDefaults } from "../../defaults.ts";
import { startSmall } from "../../small-clients.ts";
import { openWorld } from "../../world.ts";
import { demoWorld } from "../../worlds/demo.ts";
import { checkCalls } from "../wire-clients.ts";

const wire = startSmall({ world: "empty" });
const ec2 = (region = "us-east-1") => wire.client(aws.EC2Client, undefined, region);
/** Looked up by earlier rows. */
const known: Record<string, string> = {};
const id = (name: string) => known[name] ?? "";
const ofVpc = () => ({ Filters: [{ Name: "vpc-id", Values: [id("vpc")] }] });

async function defaultVpcOf(client: aws.EC2Client) {
  const { Vpcs = [] } = await client.send(
    new aws.DescribeVpcsCommand({ Filters: [{ Name: "is-default", Values: ["true"] }] }),
  );
  return Vpcs.map(({ VpcId, CidrBlock, DhcpOptionsId }) => ({ VpcId, CidrBlock, DhcpOptionsId }));
}

describe("the default VPC of an account that nobody touched", () => {
  test("stands in every region, each with ids of its own", async () => {
    const { Regions = [] } = await ec2().send(new aws.DescribeRegionsCommand({}));
    const found = await Promise.all(Regions.map(({ RegionName }) => defaultVpcOf(ec2(RegionName))));
    expect(found.map((each) => each.length)).toEqual(Regions.map(() => 1));
    expect(new Set(found.flat().map((vpc) => vpc.VpcId)).size).toBe(17);
    expect(new Set(found.flat().map((vpc) => vpc.CidrBlock))).toEqual(new Set(["172.31.0.0/16"]));
  });

  checkCalls([
    [
      "its attributes",
      async () => {
        const [vpc] = await defaultVpcOf(ec2());
        known.vpc = vpc?.VpcId ?? "";
        known.options = vpc?.DhcpOptionsId ?? "";
        return ec2().send(
          new aws.DescribeVpcAttributeCommand({ VpcId: id("vpc"), Attribute: "enableDnsHostnames" }),
        );
      },
      { EnableDnsHostnames: { Value: true } },
    ],
    [
      "the account knows it",
      () =>
        ec2()
          .send(new aws.DescribeAccountAttributesCommand({ AttributeNames: ["default-vpc"] }))
          .then((a) => ({
            is: a.AccountAttributes?.[0]?.AttributeValues?.[0]?.AttributeValue === id("vpc"),
          })),
      { is: true },
    ],
    [
      "a public subnet in each of six zones",
      async () => {
        const { Subnets = [] } = await ec2().send(new aws.DescribeSubnetsCommand(ofVpc()));
        known.subnet = Subnets[0]?.SubnetId ?? "";
        known.subnets = Subnets.map((each) => each.SubnetId).join();
        return {
          blocks: Subnets.map((each) => each.CidrBlock),
          zones: new Set(Subnets.map((each) => each.AvailabilityZone)).size,
          isPublic: Subnets.every((each) => each.MapPublicIpOnLaunch && each.DefaultForAz),
        };
      },
      {
        blocks: [0, 16, 32, 48, 64, 80].map((third) => `172.31.${third}.0/20`),
        zones: 6,
        isPublic: true,
      },
    ],
    [
      "a gateway that is attached",
      async () => {
        const answer = await ec2().send(new aws.DescribeInternetGatewaysCommand({}));
        known.gateway = answer.InternetGateways?.[0]?.InternetGatewayId ?? "";
        return { vpcs: answer.InternetGateways?.map((each) => each.Attachments?.[0]?.VpcId === id("vpc")) };
      },
      { vpcs: [true] },
    ],
    [
      "a main table that leads out through it",
      () =>
        ec2()
          .send(new aws.DescribeRouteTablesCommand(ofVpc()))
          .then((a) => ({
            main: a.RouteTables?.map((table) => table.Associations?.[0]?.Main),
            outward: a.RouteTables?.[0]?.Routes?.[1]?.GatewayId === id("gateway"),
          })),
      { main: [true], outward: true },
    ],
    [
      "an ACL that every subnet has",
      () =>
        ec2()
          .send(new aws.DescribeNetworkAclsCommand(ofVpc()))
          .then((a) => ({
            isDefault: a.NetworkAcls?.map((acl) => acl.IsDefault),
            subnets: a.NetworkAcls?.[0]?.Associations?.map((each) => each.SubnetId).join() === id("subnets"),
          })),
      { isDefault: [true], subnets: true },
    ],
    [
      "a default group",
      () => ec2().send(new aws.DescribeSecurityGroupsCommand(ofVpc())),
      { SecurityGroups: [{ GroupName: "default" }] },
    ],
    [
      "Amazon's DHCP options",
      () => ec2().send(new aws.DescribeDhcpOptionsCommand({ DhcpOptionsIds: [id("options")] })),
      {
        DhcpOptions: [
          {
            DhcpConfigurations: [
              { Key: "domain-name", Values: [{ Value: "ec2.internal" }] },
              { Key: "domain-name-servers", Values: [{ Value: "AmazonProvidedDNS" }] },
            ],
          },
        ],
      },
    ],
    [
      "a machine without a subnet stands in it",
      () =>
        ec2("eu-west-1").send(
          new aws.RunInstancesCommand({ ImageId: "ami-12345678", MinCount: 1, MaxCount: 1 }),
        ),
      { Instances: [{ PrivateIpAddress: "172.31.0.4", PublicIpAddress: expect.any(String) }] },
    ],
  ]);
});

describe("the default VPC deleted and made again", () => {
  const deleteVpc = () => ec2().send(new aws.DeleteVpcCommand({ VpcId: id("vpc") }));
  const createSubnet = (zone: string) =>
    ec2().send(new aws.CreateDefaultSubnetCommand({ AvailabilityZone: zone }));
  checkCalls([
    ["a second one", () => ec2().send(new aws.CreateDefaultVpcCommand({})), "400 DefaultVpcAlreadyExists"],
    [
      "a second subnet of a zone",
      () => createSubnet("us-east-1b"),
      "400 DefaultSubnetAlreadyExistsInAvailabilityZone",
    ],
    [
      "one of its subnets goes",
      () => ec2().send(new aws.DeleteSubnetCommand({ SubnetId: id("subnet") })),
      {},
    ],
    [
      "and comes back where it was",
      () => createSubnet("us-east-1a"),
      { Subnet: { CidrBlock: "172.31.0.0/20", DefaultForAz: true, MapPublicIpOnLaunch: true } },
    ],
    ["in use it stays", deleteVpc, "400 DependencyViolation"],
    [
      "its options stay",
      () => ec2().send(new aws.DeleteDhcpOptionsCommand({ DhcpOptionsId: id("options") })),
      "400 DependencyViolation",
    ],
    [
      "emptied it goes",
      async () => {
        const { Subnets = [] } = await ec2().send(new aws.DescribeSubnetsCommand(ofVpc()));
        for (const { SubnetId } of Subnets) await ec2().send(new aws.DeleteSubnetCommand({ SubnetId }));
        const gateway = { InternetGatewayId: id("gateway"), VpcId: id("vpc") };
        await ec2().send(new aws.DetachInternetGatewayCommand(gateway));
        await ec2().send(new aws.DeleteInternetGatewayCommand(gateway));
        return deleteVpc();
      },
      {},
    ],
    [
      "with everything",
      async () => ({
        vpcs: (await defaultVpcOf(ec2())).length,
        tables: (await ec2().send(new aws.DescribeRouteTablesCommand({}))).RouteTables?.length,
        groups: (await ec2().send(new aws.DescribeSecurityGroupsCommand({}))).SecurityGroups?.length,
        acls: (await ec2().send(new aws.DescribeNetworkAclsCommand({}))).NetworkAcls?.length,
      }),
      { vpcs: 0, tables: 0, groups: 0, acls: 0 },
    ],
    ["no subnet without it", () => createSubnet("us-east-1a"), "400 DefaultVpcDoesNotExist"],
    [
      "nor a group",
      () => ec2().send(new aws.CreateSecurityGroupCommand({ GroupName: "web", Description: "web" })),
      "400 VPCIdNotSpecified",
    ],
    [
      "it is made again",
      async () => (await ec2().send(new aws.CreateDefaultVpcCommand({}))).Vpc ?? {},
      {
        State: "pending",
        IsDefault: true,
        CidrBlock: "172.31.0.0/16",
        VpcId: expect.stringMatching(/^vpc-0/),
      },
    ],
    [
      "as a new one, with its six subnets and the options that were there",
      async () => {
        const [vpc] = await defaultVpcOf(ec2());
        const was = id("vpc");
        known.vpc = vpc?.VpcId ?? "";
        const { Subnets = [] } = await ec2().send(new aws.DescribeSubnetsCommand(ofVpc()));
        return {
          isNew: vpc?.VpcId !== was,
          subnets: Subnets.length,
          options: vpc?.DhcpOptionsId === id("options"),
        };
      },
      { isNew: true, subnets: 6, options: true },
    ],
  ]);
});

test("an account that the API makes has it too", async () => {
  const organizations = wire.client(OrganizationsClient);
  const { CreateAccountStatus } = await organizations.send(
    new CreateAccountCommand({ AccountName: "new", Email: "new@empty.example" }),
  );
  const status = { CreateAccountRequestId: CreateAccountStatus?.Id };
  const done = await organizations.send(new DescribeCreateAccountStatusCommand(status));
  const member = await wire.asMember(done.CreateAccountStatus?.AccountId ?? "");
  expect(await defaultVpcOf(wire.client(aws.EC2Client, member, "sa-east-1"))).toHaveLength(1);
});

test("the company of the demo has taken its own away", () => {
  const world = openWorld({
    definition: withDefaults(demoWorld),
    seed: 1,
    accountCount: 20,
    bornAt: new Date(0),
  });
  const vpcsOf = (accountId: string) =>
    world.collection({ accountId, region: "sa-east-1" }, "ec2:vpc").list().length;
  expect(vpcsOf(world.managementAccountId)).toBe(0);
  expect(vpcsOf(world.hostingAccountId)).toBe(1);
});
