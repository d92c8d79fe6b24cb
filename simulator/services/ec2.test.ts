import * as aws from "@aws-sdk/client-ec2";
import { describe, expect, test } from "vitest";
import { applyFilters } from "./ec2/describe.ts";
import { checkCalls, startWire } from "./wire-clients.ts";

const wire = startWire();
const region = "eu-north-1";
const ec2 = (where = region) => wire.client(aws.EC2Client, where);
const first = <T>(list: T[] | undefined): T => {
  const [item] = list ?? [];
  if (item === undefined) throw new Error("nothing found");
  return item;
};

/** Ids of what earlier rows made. */
const made = { vpc: "", subnet: "", group: "", other: "", volume: "", snapshot: "", instance: "" };

describe("a region set back to new", () => {
  checkCalls([
    [
      "encryption is off",
      () => ec2().send(new aws.DisableEbsEncryptionByDefaultCommand({})),
      { EbsEncryptionByDefault: false },
    ],
    [
      "snapshots may be shared",
      () => ec2().send(new aws.DisableSnapshotBlockPublicAccessCommand({})),
      { State: "unblocked" },
    ],
    [
      "metadata has no defaults",
      () =>
        ec2().send(
          new aws.ModifyInstanceMetadataDefaultsCommand({
            HttpTokens: "no-preference",
            HttpPutResponseHopLimit: -1,
          }),
        ),
      { Return: true },
    ],
    [
      "so none are shown",
      () =>
        ec2()
          .send(new aws.GetInstanceMetadataDefaultsCommand({}))
          .then((a) => ({ tokens: a.AccountLevel?.HttpTokens })),
      { tokens: undefined },
    ],
  ]);
});

describe("networks", () => {
  const describeVpc = () => ec2().send(new aws.DescribeVpcsCommand({ VpcIds: [made.vpc] }));
  const createSubnet = (CidrBlock: string) =>
    ec2().send(new aws.CreateSubnetCommand({ VpcId: made.vpc, CidrBlock }));
  checkCalls([
    [
      "an empty region",
      () =>
        ec2()
          .send(new aws.DescribeVpcsCommand({}))
          .then((a) => ({ count: a.Vpcs?.length })),
      { count: 0 },
    ],
    [
      "a block that is too large",
      () => ec2().send(new aws.CreateVpcCommand({ CidrBlock: "10.0.0.0/8" })),
      "400 InvalidVpc.Range",
    ],
    [
      "no block",
      () => ec2().send(new aws.CreateVpcCommand({ CidrBlock: "10.0.0.1/16" })),
      "400 InvalidParameterValue",
    ],
    [
      "a dry run",
      () => ec2().send(new aws.CreateVpcCommand({ CidrBlock: "10.0.0.0/16", DryRun: true })),
      "412 DryRunOperation",
    ],
    [
      "a VPC",
      async () => {
        const TagSpecifications = [{ ResourceType: "vpc" as const, Tags: [{ Key: "Name", Value: "one" }] }];
        const { Vpc } = await ec2().send(
          new aws.CreateVpcCommand({ CidrBlock: "10.0.0.0/16", TagSpecifications }),
        );
        made.vpc = Vpc?.VpcId ?? "";
        return Vpc;
      },
      { State: "pending", CidrBlock: "10.0.0.0/16", IsDefault: false },
    ],
    ["is described", describeVpc, { Vpcs: [{ State: "available", Tags: [{ Key: "Name", Value: "one" }] }] }],
    [
      "an unknown one is not",
      () => ec2().send(new aws.DescribeVpcsCommand({ VpcIds: ["vpc-0aaaaaaaaaaaaaaaa"] })),
      "400 InvalidVpcID.NotFound",
    ],
    [
      "it has its default group",
      () =>
        ec2().send(
          new aws.DescribeSecurityGroupsCommand({ Filters: [{ Name: "vpc-id", Values: [made.vpc] }] }),
        ),
      { SecurityGroups: [{ GroupName: "default", IpPermissionsEgress: [{ IpProtocol: "-1" }] }] },
    ],
    [
      "its main route table",
      () =>
        ec2().send(
          new aws.DescribeRouteTablesCommand({ Filters: [{ Name: "association.main", Values: ["true"] }] }),
        ),
      { RouteTables: [{ Routes: [{ GatewayId: "local" }] }] },
    ],
    [
      "and its default ACL",
      () =>
        ec2()
          .send(new aws.DescribeNetworkAclsCommand({ Filters: [{ Name: "default", Values: ["true"] }] }))
          .then((a) => ({ rules: a.NetworkAcls?.[0]?.Entries?.length })),
      { rules: 4 },
    ],
    ["a subnet outside", () => createSubnet("10.1.0.0/24"), "400 InvalidSubnet.Range"],
    [
      "a subnet",
      async () => {
        const { Subnet } = await createSubnet("10.0.1.0/24");
        made.subnet = Subnet?.SubnetId ?? "";
        return Subnet;
      },
      { AvailableIpAddressCount: 251, AvailabilityZone: `${region}a`, MapPublicIpOnLaunch: false },
    ],
    ["one that overlaps", () => createSubnet("10.0.1.128/25"), "400 InvalidSubnet.Conflict"],
    [
      "a VPC in use stays",
      () => ec2().send(new aws.DeleteVpcCommand({ VpcId: made.vpc })),
      "400 DependencyViolation",
    ],
    [
      "a filter that is none",
      () => ec2().send(new aws.DescribeSubnetsCommand({ Filters: [{ Name: "colour", Values: ["red"] }] })),
      "400 InvalidParameterValue",
    ],
    [
      "filters by tag and wildcard",
      () =>
        ec2()
          .send(new aws.DescribeVpcsCommand({ Filters: [{ Name: "tag:Name", Values: ["o?e", "x*"] }] }))
          .then((a) => ({ id: a.Vpcs?.[0]?.VpcId === made.vpc })),
      { id: true },
    ],
  ]);
});

describe("security groups", () => {
  const ssh = {
    IpProtocol: "tcp",
    FromPort: 22,
    ToPort: 22,
    IpRanges: [{ CidrIp: "0.0.0.0/0", Description: "all" }],
  };
  const show = (id: string) =>
    ec2()
      .send(new aws.DescribeSecurityGroupsCommand({ GroupIds: [id] }))
      .then((a) => first(a.SecurityGroups));
  const create = (GroupName: string) =>
    ec2().send(new aws.CreateSecurityGroupCommand({ GroupName, Description: "d", VpcId: made.vpc }));
  const allow = (IpPermissions: aws.IpPermission[]) =>
    ec2().send(new aws.AuthorizeSecurityGroupIngressCommand({ GroupId: made.group, IpPermissions }));
  checkCalls([
    [
      "one is made",
      () =>
        create("web").then((a) => {
          made.group = a.GroupId ?? "";
          return a;
        }),
      { GroupId: expect.stringMatching(/^sg-0[0-9a-f]{16}$/) },
    ],
    ["twice is once too often", () => create("web"), "400 InvalidGroup.Duplicate"],
    [
      "nothing comes in, everything goes out",
      () => show(made.group),
      { IpPermissions: [], IpPermissionsEgress: [{ IpProtocol: "-1" }] },
    ],
    [
      "a rule",
      () => allow([ssh]),
      { Return: true, SecurityGroupRules: [{ FromPort: 22, CidrIpv4: "0.0.0.0/0", IsEgress: false }] },
    ],
    ["the same rule again", () => allow([ssh]), "400 InvalidPermission.Duplicate"],
    [
      "another source joins the same ports",
      () => allow([{ IpProtocol: "6", FromPort: 22, ToPort: 22, Ipv6Ranges: [{ CidrIpv6: "::/0" }] }]),
      { Return: true },
    ],
    [
      "as AWS shows it",
      () => show(made.group),
      {
        IpPermissions: [
          { FromPort: 22, IpRanges: [{ CidrIp: "0.0.0.0/0" }], Ipv6Ranges: [{ CidrIpv6: "::/0" }] },
        ],
      },
    ],
    [
      "no ports",
      () => allow([{ IpProtocol: "tcp", IpRanges: [{ CidrIp: "10.0.0.0/8" }] }]),
      "400 InvalidParameterValue",
    ],
    [
      "a source that is none",
      () => allow([{ ...ssh, IpRanges: [{ CidrIp: "10.0.0.300/8" }] }]),
      "400 InvalidParameterValue",
    ],
    [
      "taking away what is not there",
      () =>
        ec2().send(
          new aws.RevokeSecurityGroupIngressCommand({
            GroupId: made.group,
            IpProtocol: "tcp",
            FromPort: 80,
            ToPort: 80,
            CidrIp: "0.0.0.0/0",
          }),
        ),
      "400 InvalidPermission.NotFound",
    ],
    [
      "taking the rule away",
      () =>
        ec2().send(new aws.RevokeSecurityGroupIngressCommand({ GroupId: made.group, IpPermissions: [ssh] })),
      { Return: true },
    ],
    [
      "leaves the other",
      () =>
        show(made.group).then(
          (a) => a.IpPermissions?.map((p) => [p.IpRanges?.length ?? 0, p.Ipv6Ranges?.length ?? 0]) ?? [],
        ),
      [[0, 1]],
    ],
    [
      "closing the way out",
      () =>
        ec2().send(
          new aws.RevokeSecurityGroupEgressCommand({
            GroupId: made.group,
            IpPermissions: [{ IpProtocol: "-1", IpRanges: [{ CidrIp: "0.0.0.0/0" }] }],
          }),
        ),
      { Return: true },
    ],
    ["closes it", () => show(made.group), { IpPermissionsEgress: [] }],
    [
      "another that refers to the first",
      () =>
        create("app").then((a) => {
          made.other = a.GroupId ?? "";
          return a;
        }),
      {},
    ],
    [
      "refers",
      () =>
        ec2().send(
          new aws.AuthorizeSecurityGroupIngressCommand({
            GroupId: made.other,
            IpPermissions: [{ IpProtocol: "-1", UserIdGroupPairs: [{ GroupId: made.group }] }],
          }),
        ),
      { Return: true },
    ],
    [
      "so the first stays",
      () => ec2().send(new aws.DeleteSecurityGroupCommand({ GroupId: made.group })),
      "400 DependencyViolation",
    ],
    ["the other goes", () => ec2().send(new aws.DeleteSecurityGroupCommand({ GroupId: made.other })), {}],
    ["and is gone", () => show(made.other), "400 InvalidGroup.NotFound"],
  ]);
});

describe("instances and volumes", () => {
  const machine = () =>
    ec2()
      .send(new aws.DescribeInstancesCommand({ InstanceIds: [made.instance] }))
      .then((a) => first(first(a.Reservations).Instances));
  const run = (more: Partial<aws.RunInstancesCommandInput>) =>
    ec2().send(
      new aws.RunInstancesCommand({
        ImageId: "ami-0123456789abcdef0",
        MinCount: 1,
        MaxCount: 1,
        SubnetId: made.subnet,
        ...more,
      }),
    );
  checkCalls([
    ["no image", () => run({ ImageId: "image" }), "400 InvalidAMIID.Malformed"],
    [
      "a profile that is none",
      () => run({ IamInstanceProfile: { Name: "nobody" } }),
      "400 InvalidParameterValue",
    ],
    [
      "one is run",
      async () => {
        const answer = await run({ SecurityGroupIds: [made.group], InstanceType: "t3.micro" });
        made.instance = answer.Instances?.[0]?.InstanceId ?? "";
        return answer;
      },
      { Instances: [{ State: { Name: "pending" }, InstanceType: "t3.micro" }] },
    ],
    [
      "it runs in its subnet",
      machine,
      {
        State: { Name: "running" },
        PrivateIpAddress: "10.0.1.4",
        MetadataOptions: { HttpTokens: "optional" },
      },
    ],
    [
      "found by state",
      () =>
        ec2()
          .send(
            new aws.DescribeInstancesCommand({
              Filters: [{ Name: "instance-state-name", Values: ["running"] }],
            }),
          )
          .then((a) => ({ count: a.Reservations?.length })),
      { count: 1 },
    ],
    [
      "ids and pages exclude each other",
      () => ec2().send(new aws.DescribeInstancesCommand({ InstanceIds: [made.instance], MaxResults: 10 })),
      "400 InvalidParameterCombination",
    ],
    [
      "its volume is not encrypted",
      () =>
        ec2()
          .send(
            new aws.DescribeVolumesCommand({
              Filters: [{ Name: "attachment.instance-id", Values: [made.instance] }],
            }),
          )
          .then((a) => {
            made.volume = first(a.Volumes).VolumeId ?? "";
            return a;
          }),
      { Volumes: [{ State: "in-use", Encrypted: false, Size: 8 }] },
    ],
    [
      "its interface",
      () =>
        ec2().send(
          new aws.DescribeNetworkInterfacesCommand({
            Filters: [{ Name: "attachment.instance-id", Values: [made.instance] }],
          }),
        ),
      { NetworkInterfaces: [{ PrivateIpAddress: "10.0.1.4" }] },
    ],
    [
      "tokens are asked for",
      () =>
        ec2().send(
          new aws.ModifyInstanceMetadataOptionsCommand({ InstanceId: made.instance, HttpTokens: "required" }),
        ),
      { InstanceMetadataOptions: { State: "pending" } },
    ],
    [
      "and stay",
      machine,
      { MetadataOptions: { HttpTokens: "required", HttpEndpoint: "enabled", State: "applied" } },
    ],
    [
      "the group is in use",
      () => ec2().send(new aws.DeleteSecurityGroupCommand({ GroupId: made.group })),
      "400 DependencyViolation",
    ],
    [
      "the subnet too",
      () => ec2().send(new aws.DeleteSubnetCommand({ SubnetId: made.subnet })),
      "400 DependencyViolation",
    ],
    [
      "the volume too",
      () => ec2().send(new aws.DeleteVolumeCommand({ VolumeId: made.volume })),
      "400 VolumeInUse",
    ],
    [
      "it stops",
      () => ec2().send(new aws.StopInstancesCommand({ InstanceIds: [made.instance] })),
      { StoppingInstances: [{ PreviousState: { Name: "running" } }] },
    ],
    [
      "and says why",
      machine,
      { State: { Code: 80 }, StateTransitionReason: expect.stringMatching(/^User initiated \(/) },
    ],
    [
      "it starts",
      () => ec2().send(new aws.StartInstancesCommand({ InstanceIds: [made.instance] })),
      { StartingInstances: [{ PreviousState: { Name: "stopped" } }] },
    ],
    [
      "tags",
      () =>
        ec2().send(
          new aws.CreateTagsCommand({
            Resources: [made.instance, made.volume],
            Tags: [
              { Key: "a", Value: "1" },
              { Key: "b", Value: "2" },
            ],
          }),
        ),
      {},
    ],
    [
      "of AWS's are refused",
      () =>
        ec2().send(
          new aws.CreateTagsCommand({ Resources: [made.instance], Tags: [{ Key: "aws:x", Value: "1" }] }),
        ),
      "400 InvalidParameterValue",
    ],
    [
      "go",
      () =>
        ec2().send(
          new aws.DeleteTagsCommand({
            Resources: [made.instance],
            Tags: [{ Key: "a" }, { Key: "b", Value: "other" }],
          }),
        ),
      {},
    ],
    ["if the value fits", () => machine().then((a) => a.Tags ?? []), [{ Key: "b", Value: "2" }]],
    [
      "encryption by default",
      () => ec2().send(new aws.EnableEbsEncryptionByDefaultCommand({})),
      { EbsEncryptionByDefault: true },
    ],
    [
      "holds for new volumes",
      () => ec2().send(new aws.CreateVolumeCommand({ AvailabilityZone: `${region}b`, Size: 10 })),
      { Encrypted: true, KmsKeyId: expect.stringContaining(":key/") },
    ],
    [
      "a zone that is none",
      () => ec2().send(new aws.CreateVolumeCommand({ AvailabilityZone: "eu-north-1z", Size: 10 })),
      "400 InvalidZone.NotFound",
    ],
    [
      "a snapshot",
      async () => {
        const answer = await ec2().send(new aws.CreateSnapshotCommand({ VolumeId: made.volume }));
        made.snapshot = answer.SnapshotId ?? "";
        return answer;
      },
      { VolumeSize: 8, State: "pending" },
    ],
    [
      "it ends",
      () => ec2().send(new aws.TerminateInstancesCommand({ InstanceIds: [made.instance] })),
      { TerminatingInstances: [{ CurrentState: { Name: "terminated" } }] },
    ],
    [
      "and its volume with it",
      () => ec2().send(new aws.DescribeVolumesCommand({ VolumeIds: [made.volume] })),
      "400 InvalidVolume.NotFound",
    ],
    [
      "then the group goes",
      () => ec2().send(new aws.DeleteSecurityGroupCommand({ GroupId: made.group })),
      {},
    ],
    ["the subnet", () => ec2().send(new aws.DeleteSubnetCommand({ SubnetId: made.subnet })), {}],
    ["and the VPC", () => ec2().send(new aws.DeleteVpcCommand({ VpcId: made.vpc })), {}],
    [
      "with all that came with it",
      () =>
        ec2()
          .send(new aws.DescribeSecurityGroupsCommand({}))
          .then((a) => a.SecurityGroups ?? []),
      [],
    ],
  ]);
});

describe("snapshots", () => {
  const share = (add: boolean) =>
    ec2().send(
      new aws.ModifySnapshotAttributeCommand({
        SnapshotId: made.snapshot,
        CreateVolumePermission: { [add ? "Add" : "Remove"]: [{ Group: "all" }] },
      }),
    );
  const publicOnes = () =>
    ec2()
      .send(new aws.DescribeSnapshotsCommand({ OwnerIds: ["self"], RestorableByUserIds: ["all"] }))
      .then((a) => ({ count: a.Snapshots?.length }));
  checkCalls([
    [
      "are one's own",
      () =>
        ec2()
          .send(new aws.DescribeSnapshotsCommand({ OwnerIds: ["self"] }))
          .then((a) => ({ count: a.Snapshots?.length })),
      { count: 1 },
    ],
    ["are private", publicOnes, { count: 0 }],
    ["are shared with all", () => share(true), {}],
    ["and then public", publicOnes, { count: 1 }],
    [
      "as the attribute says",
      () =>
        ec2().send(
          new aws.DescribeSnapshotAttributeCommand({
            SnapshotId: made.snapshot,
            Attribute: "createVolumePermission",
          }),
        ),
      { CreateVolumePermissions: [{ Group: "all" }] },
    ],
    [
      "a block hides it",
      () => ec2().send(new aws.EnableSnapshotBlockPublicAccessCommand({ State: "block-all-sharing" })),
      { State: "block-all-sharing" },
    ],
    ["from all", publicOnes, { count: 0 }],
    ["and refuses more", () => share(true), "400 OperationNotPermitted"],
    ["it goes back", () => share(false), {}],
    ["it is deleted", () => ec2().send(new aws.DeleteSnapshotCommand({ SnapshotId: made.snapshot })), {}],
    [
      "and gone",
      () => ec2().send(new aws.DescribeSnapshotsCommand({ SnapshotIds: [made.snapshot] })),
      "400 InvalidSnapshot.NotFound",
    ],
  ]);
});

describe("regions and their settings", () => {
  checkCalls([
    [
      "17 are on",
      () =>
        ec2()
          .send(new aws.DescribeRegionsCommand({}))
          .then((a) => ({ count: a.Regions?.length })),
      { count: 17 },
    ],
    [
      "others are known",
      () => ec2().send(new aws.DescribeRegionsCommand({ AllRegions: true, RegionNames: ["af-south-1"] })),
      { Regions: [{ OptInStatus: "not-opted-in" }] },
    ],
    [
      "no such region",
      () => ec2().send(new aws.DescribeRegionsCommand({ RegionNames: ["mars-1"] })),
      "400 InvalidParameterValue",
    ],
    [
      "zones",
      () => ec2("us-east-1").send(new aws.DescribeAvailabilityZonesCommand({ ZoneNames: ["us-east-1f"] })),
      { AvailabilityZones: [{ ZoneId: "use1-az6" }] },
    ],
    [
      "encryption off again",
      () => ec2().send(new aws.DisableEbsEncryptionByDefaultCommand({})),
      { EbsEncryptionByDefault: false },
    ],
    [
      "reads so",
      () => ec2().send(new aws.GetEbsEncryptionByDefaultCommand({})),
      { EbsEncryptionByDefault: false },
    ],
    [
      "defaults of metadata",
      () => ec2().send(new aws.ModifyInstanceMetadataDefaultsCommand({ HttpTokens: "required" })),
      { Return: true },
    ],
    [
      "read so",
      () => ec2().send(new aws.GetInstanceMetadataDefaultsCommand({})),
      { AccountLevel: { HttpTokens: "required" } },
    ],
    [
      "images",
      () => ec2().send(new aws.DisableImageBlockPublicAccessCommand({})),
      { ImageBlockPublicAccessState: "unblocked" },
    ],
    [
      "read so too",
      () => ec2().send(new aws.GetImageBlockPublicAccessStateCommand({})),
      { ImageBlockPublicAccessState: "unblocked" },
    ],
    [
      "snapshots open again",
      () => ec2().send(new aws.DisableSnapshotBlockPublicAccessCommand({})),
      { State: "unblocked" },
    ],
    [
      "and read so",
      () => ec2().send(new aws.GetSnapshotBlockPublicAccessStateCommand({})),
      { State: "unblocked" },
    ],
    [
      "a page below five",
      () => ec2().send(new aws.DescribeVolumesCommand({ MaxResults: 4 })),
      "400 InvalidParameterValue",
    ],
    [
      "a token that is none",
      () => ec2().send(new aws.DescribeVolumesCommand({ MaxResults: 5, NextToken: "made up" })),
      "400 InvalidNextToken",
    ],
  ]);

  test("pages hold every subnet once", async () => {
    const home = ec2("us-east-1");
    const zone = "10.9";
    const { Vpc } = await home.send(new aws.CreateVpcCommand({ CidrBlock: `${zone}.0.0/16` }));
    const VpcId = Vpc?.VpcId ?? "";
    for (let index = 0; index < 12; index++) {
      await home.send(new aws.CreateSubnetCommand({ VpcId, CidrBlock: `${zone}.${index}.0/24` }));
    }
    const blocks: (string | undefined)[] = [];
    const Filters = [{ Name: "vpc-id", Values: [VpcId] }];
    for await (const page of aws.paginateDescribeSubnets({ client: home, pageSize: 5 }, { Filters })) {
      blocks.push(...(page.Subnets ?? []).map((subnet) => subnet.CidrBlock));
    }
    expect(blocks).toEqual(Array.from({ length: 12 }, (_, index) => `${zone}.${index}.0/24`));
  });
});

describe("filters", () => {
  const items = [
    { id: "a", Tags: [{ Key: "env", Value: "prod" }], Groups: [{ Id: "1" }, { Id: "2" }] },
    { id: "b", Tags: [{ Key: "env", Value: "p*d" }], Groups: [] },
  ];
  test.each<[string, string, string[], string]>([
    ["a value", "tag:env", ["prod"], "a"],
    ["one of several", "id", ["b", "x"], "b"],
    ["a path through lists", "group-id", ["2"], "a"],
    ["a star", "tag:env", ["p*"], "ab"],
    ["a star that means itself", "tag:env", ["p\\*d"], "b"],
    ["one letter", "tag:env", ["pro?"], "a"],
    ["a key", "tag-key", ["env"], "ab"],
    ["letters case counts", "tag:env", ["Prod"], ""],
    ["dots are dots", "tag:env", ["pr.d"], ""],
  ])("%s", (_, Name, Values, expected) => {
    const found = applyFilters(items, [{ Name, Values }], { id: "id", "group-id": "Groups.Id" });
    expect(found.map((each) => each.id).join("")).toBe(expected);
  });
});
