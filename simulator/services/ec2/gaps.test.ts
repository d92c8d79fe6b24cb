// What undoes or changes the parts of a network, images, templates and keys.
import * as aws from "@aws-sdk/client-ec2";
import { describe, expect, test } from "vitest";
import { checkCalls, startWire } from "../wire-clients.ts";

const wire = startWire();
const ec2 = () => wire.client(aws.EC2Client, "eu-north-1");
/** Ids of what earlier rows made. */
const ids: Record<string, string> = {};
const keep = (name: string, value: string | undefined) => {
  ids[name] = value ?? "";
};
const id = (name: string) => ids[name] ?? "";

describe("a way out", () => {
  const tables = () => ec2().send(new aws.DescribeRouteTablesCommand({ RouteTableIds: [id("table")] }));
  checkCalls([
    [
      "a VPC with a subnet",
      async () => {
        const { Vpc } = await ec2().send(new aws.CreateVpcCommand({ CidrBlock: "10.9.0.0/16" }));
        keep("vpc", Vpc?.VpcId);
        const subnet = new aws.CreateSubnetCommand({ VpcId: id("vpc"), CidrBlock: "10.9.1.0/24" });
        const { Subnet } = await ec2().send(subnet);
        keep("subnet", Subnet?.SubnetId);
        return Subnet;
      },
      { CidrBlock: "10.9.1.0/24" },
    ],
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

describe("what guards a network", () => {
  const entry = { RuleNumber: 100, Egress: false, Protocol: "6", PortRange: { From: 22, To: 22 } };
  const acl = () => ec2().send(new aws.DescribeNetworkAclsCommand({ NetworkAclIds: [id("acl")] }));
  checkCalls([
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

describe("machines, images, templates and keys", () => {
  const attribute = () =>
    ec2().send(
      new aws.DescribeImageAttributeCommand({ ImageId: id("image"), Attribute: "launchPermission" }),
    );
  const share = () =>
    ec2().send(
      new aws.ModifyImageAttributeCommand({
        ImageId: id("image"),
        LaunchPermission: { Add: [{ Group: "all" }] },
      }),
    );
  checkCalls([
    [
      "a machine",
      async () => {
        await ec2().send(new aws.DisableEbsEncryptionByDefaultCommand({}));
        const { Instances } = await ec2().send(
          new aws.RunInstancesCommand({
            ImageId: "ami-0123456789abcdef0",
            SubnetId: id("subnet"),
            MinCount: 1,
            MaxCount: 1,
          }),
        );
        keep("instance", Instances?.[0]?.InstanceId);
        return Instances?.[0];
      },
      { State: { Name: "pending" } },
    ],
    [
      "is kept from being terminated",
      () =>
        ec2().send(
          new aws.ModifyInstanceAttributeCommand({
            InstanceId: id("instance"),
            DisableApiTermination: { Value: true },
          }),
        ),
      {},
    ],
    [
      "which holds",
      () => ec2().send(new aws.TerminateInstancesCommand({ InstanceIds: [id("instance")] })),
      "400 OperationNotPermitted",
    ],
    [
      "an image of it",
      async () => {
        const answer = await ec2().send(
          new aws.CreateImageCommand({ InstanceId: id("instance"), Name: "golden" }),
        );
        keep("image", answer.ImageId);
        return ec2().send(new aws.DescribeImagesCommand({ Owners: ["self"] }));
      },
      { Images: [{ Name: "golden", Public: false, BlockDeviceMappings: [{ Ebs: { Encrypted: false } }] }] },
    ],
    [
      "the same name again",
      () => ec2().send(new aws.CreateImageCommand({ InstanceId: id("instance"), Name: "golden" })),
      "400 InvalidAMIName.Duplicate",
    ],
    ["public images are blocked", share, "400 OperationNotPermitted"],
    [
      "until that is off",
      async () => {
        await ec2().send(new aws.DisableImageBlockPublicAccessCommand({}));
        await share();
        return attribute();
      },
      { LaunchPermissions: [{ Group: "all" }] },
    ],
    [
      "it is private again",
      async () => {
        await ec2().send(
          new aws.ResetImageAttributeCommand({ ImageId: id("image"), Attribute: "launchPermission" }),
        );
        return attribute();
      },
      { LaunchPermissions: [] },
    ],
    ["deregistered", () => ec2().send(new aws.DeregisterImageCommand({ ImageId: id("image") })), {}],
    ["for good", attribute, "400 InvalidAMIID.NotFound"],
    [
      "a launch template",
      async () => {
        const { LaunchTemplate } = await ec2().send(
          new aws.CreateLaunchTemplateCommand({
            LaunchTemplateName: "web",
            LaunchTemplateData: { MetadataOptions: { HttpTokens: "optional" } },
          }),
        );
        keep("template", LaunchTemplate?.LaunchTemplateId);
        return LaunchTemplate;
      },
      { DefaultVersionNumber: 1, LatestVersionNumber: 1 },
    ],
    [
      "its second version",
      () =>
        ec2().send(
          new aws.CreateLaunchTemplateVersionCommand({
            LaunchTemplateName: "web",
            SourceVersion: "1",
            LaunchTemplateData: { MetadataOptions: { HttpTokens: "required" } },
          }),
        ),
      { LaunchTemplateVersion: { VersionNumber: 2, DefaultVersion: false } },
    ],
    [
      "becomes the default",
      () =>
        ec2().send(new aws.ModifyLaunchTemplateCommand({ LaunchTemplateName: "web", DefaultVersion: "2" })),
      { LaunchTemplate: { DefaultVersionNumber: 2 } },
    ],
    [
      "and is shown",
      () =>
        ec2().send(
          new aws.DescribeLaunchTemplateVersionsCommand({
            LaunchTemplateId: id("template"),
            Versions: ["$Default"],
          }),
        ),
      {
        LaunchTemplateVersions: [
          { VersionNumber: 2, LaunchTemplateData: { MetadataOptions: { HttpTokens: "required" } } },
        ],
      },
    ],
    [
      "it is deleted",
      () => ec2().send(new aws.DeleteLaunchTemplateCommand({ LaunchTemplateId: id("template") })),
      {},
    ],
    [
      "for good",
      () => ec2().send(new aws.DescribeLaunchTemplatesCommand({ LaunchTemplateIds: [id("template")] })),
      "400 InvalidLaunchTemplateId.NotFound",
    ],
    [
      "a key pair",
      () => ec2().send(new aws.CreateKeyPairCommand({ KeyName: "deploy", KeyType: "ed25519" })),
      { KeyMaterial: expect.stringContaining("PRIVATE KEY") },
    ],
    [
      "the same name again",
      () => ec2().send(new aws.CreateKeyPairCommand({ KeyName: "deploy" })),
      "400 InvalidKeyPair.Duplicate",
    ],
    ["is deleted", () => ec2().send(new aws.DeleteKeyPairCommand({ KeyName: "deploy" })), { Return: true }],
    [
      "for good",
      () => ec2().send(new aws.DescribeKeyPairsCommand({ KeyNames: ["deploy"] })),
      "400 InvalidKeyPair.NotFound",
    ],
    [
      "a volume",
      async () => {
        const { VolumeId } = await ec2().send(
          new aws.CreateVolumeCommand({ AvailabilityZone: "eu-north-1a", Size: 10 }),
        );
        keep("volume", VolumeId);
        return ec2().send(
          new aws.AttachVolumeCommand({ VolumeId, InstanceId: id("instance"), Device: "/dev/sdf" }),
        );
      },
      { State: "attaching" },
    ],
    ["in use", () => ec2().send(new aws.DeleteVolumeCommand({ VolumeId: id("volume") })), "400 VolumeInUse"],
    ["grows", () => ec2().send(new aws.ModifyVolumeCommand({ VolumeId: id("volume"), Size: 20 })), {}],
    [
      "is detached",
      async () => {
        await ec2().send(new aws.DetachVolumeCommand({ VolumeId: id("volume") }));
        return ec2().send(new aws.DescribeVolumesCommand({ VolumeIds: [id("volume")] }));
      },
      { Volumes: [{ Size: 20, State: "available", Attachments: [] }] },
    ],
  ]);

  test("encryption by default takes the chosen key", async () => {
    await expect(
      ec2().send(new aws.ModifyEbsDefaultKmsKeyIdCommand({ KmsKeyId: "alias/none" })),
    ).rejects.toMatchObject({ name: "InvalidKmsKey.NotFound" });
    await ec2().send(new aws.EnableEbsEncryptionByDefaultCommand({}));
    const AvailabilityZone = "eu-north-1a";
    const made = await ec2().send(new aws.CreateVolumeCommand({ AvailabilityZone, Size: 1 }));
    expect(made).toMatchObject({ Encrypted: true, KmsKeyId: expect.stringContaining(":key/") });
    await ec2().send(new aws.DisableEbsEncryptionByDefaultCommand({}));
    expect(await ec2().send(new aws.CreateVolumeCommand({ AvailabilityZone, Size: 1 }))).toMatchObject({
      Encrypted: false,
    });
  });

  test("pages hold every template once", async () => {
    for (let index = 0; index < 7; index++) {
      const LaunchTemplateData = { InstanceType: "t3.micro" as const };
      const LaunchTemplateName = `page-${index}`;
      await ec2().send(new aws.CreateLaunchTemplateCommand({ LaunchTemplateName, LaunchTemplateData }));
    }
    const names: (string | undefined)[] = [];
    for await (const page of aws.paginateDescribeLaunchTemplates({ client: ec2(), pageSize: 5 }, {}))
      names.push(...(page.LaunchTemplates ?? []).map((each) => each.LaunchTemplateName));
    expect(names.length).toBe(7);
    expect(new Set(names).size).toBe(7);
  });
});
