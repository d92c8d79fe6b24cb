import * as aws from "@aws-sdk/client-ec2";
import { describe, expect, test } from "vitest";
import { checkCalls, startWire } from "../wire-clients.ts";

const wire = startWire();
const region = "eu-north-1";
const ec2 = (where = region) => wire.client(aws.EC2Client, where);

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
