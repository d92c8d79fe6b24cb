import { CreateSubnetCommand, CreateVpcCommand, DeleteSubnetCommand, EC2Client } from "@aws-sdk/client-ec2";
import * as aws from "@aws-sdk/client-efs";
import { expect, test } from "vitest";
import { checkCalls, startWire } from "./wire-clients.ts";

const wire = startWire();
const client = () => wire.client(aws.EFSClient, "eu-north-1");
const ec2 = () => wire.client(EC2Client, "eu-north-1");
const ids = { system: "", subnet: "", mount: "", point: "" };
const FileSystemId = () => ids.system;
const describe = () => client().send(new aws.DescribeFileSystemsCommand({ FileSystemId: ids.system }));
const create = () =>
  client().send(
    new aws.CreateFileSystemCommand({
      CreationToken: "one",
      Encrypted: true,
      Tags: [{ Key: "Name", Value: "home" }],
    }),
  );
const mount = () =>
  client().send(new aws.CreateMountTargetCommand({ FileSystemId: FileSystemId(), SubnetId: ids.subnet }));
const policy = (Policy: string) =>
  client().send(new aws.PutFileSystemPolicyCommand({ FileSystemId: FileSystemId(), Policy }));
const closed = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"elasticfilesystem:*","Condition":{"Bool":{"aws:SecureTransport":"true"}}}]}`;

checkCalls([
  [
    "a file system",
    async () => {
      const answer = await create();
      ids.system = answer.FileSystemId ?? "";
      return answer;
    },
    { LifeCycleState: "creating", Encrypted: true, KmsKeyId: expect.stringContaining(":key/") },
  ],
  ["the same token", create, "409 FileSystemAlreadyExists"],
  [
    "a key without encryption",
    () => client().send(new aws.CreateFileSystemCommand({ CreationToken: "two", KmsKeyId: "k" })),
    "400 BadRequest",
  ],
  ["is there", describe, { FileSystems: [{ LifeCycleState: "available", NumberOfMountTargets: 0 }] }],
  [
    "not backed up",
    () => client().send(new aws.DescribeBackupPolicyCommand({ FileSystemId: FileSystemId() })),
    { BackupPolicy: { Status: "DISABLED" } },
  ],
  [
    "now it is",
    async () => {
      const BackupPolicy = { Status: "ENABLED" as const };
      await client().send(new aws.PutBackupPolicyCommand({ FileSystemId: FileSystemId(), BackupPolicy }));
      return client().send(new aws.DescribeBackupPolicyCommand({ FileSystemId: FileSystemId() }));
    },
    { BackupPolicy: { Status: "ENABLED" } },
  ],
  [
    "without a policy",
    () => client().send(new aws.DescribeFileSystemPolicyCommand({ FileSystemId: FileSystemId() })),
    "404 PolicyNotFound",
  ],
  ["one that is none", () => policy("{}"), "400 InvalidPolicyException"],
  ["with one", () => policy(closed), { Policy: closed }],
  [
    "a mount target in no subnet",
    () =>
      client().send(
        new aws.CreateMountTargetCommand({ FileSystemId: FileSystemId(), SubnetId: "subnet-0a" }),
      ),
    "400 SubnetNotFound",
  ],
  [
    "a mount target",
    async () => {
      const { Vpc } = await ec2().send(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16" }));
      const subnet = new CreateSubnetCommand({ VpcId: Vpc?.VpcId, CidrBlock: "10.0.0.0/24" });
      ids.subnet = (await ec2().send(subnet)).Subnet?.SubnetId ?? "";
      const answer = await mount();
      ids.mount = answer.MountTargetId ?? "";
      return answer;
    },
    { LifeCycleState: "available", NetworkInterfaceId: expect.stringMatching(/^eni-0/) },
  ],
  ["one per zone", mount, "409 MountTargetConflict"],
  [
    "holds the subnet",
    () => ec2().send(new DeleteSubnetCommand({ SubnetId: ids.subnet })),
    "400 DependencyViolation",
  ],
  [
    "and the file system",
    () => client().send(new aws.DeleteFileSystemCommand({ FileSystemId: FileSystemId() })),
    "409 FileSystemInUse",
  ],
  [
    "an access point",
    async () => {
      const PosixUser = { Uid: 1000, Gid: 1000 };
      const command = new aws.CreateAccessPointCommand({
        ClientToken: "t",
        FileSystemId: FileSystemId(),
        PosixUser,
        RootDirectory: { Path: "/app" },
      });
      const answer = await client().send(command);
      ids.point = answer.AccessPointId ?? "";
      return answer;
    },
    { RootDirectory: { Path: "/app" } },
  ],
  ["deleted", () => client().send(new aws.DeleteAccessPointCommand({ AccessPointId: ids.point })), {}],
  [
    "for good",
    () => client().send(new aws.DescribeAccessPointsCommand({ AccessPointId: ids.point })),
    "404 AccessPointNotFound",
  ],
  [
    "tags",
    async () => {
      const Tags = [{ Key: "b", Value: "2" }];
      await client().send(new aws.TagResourceCommand({ ResourceId: FileSystemId(), Tags }));
      return describe();
    },
    { FileSystems: [{ Tags: [{ Key: "Name" }, { Key: "b" }], NumberOfMountTargets: 1 }] },
  ],
  [
    "no mount target",
    () => client().send(new aws.DeleteMountTargetCommand({ MountTargetId: ids.mount })),
    {},
  ],
  ["deleted", () => client().send(new aws.DeleteFileSystemCommand({ FileSystemId: FileSystemId() })), {}],
  ["for good", describe, "404 FileSystemNotFound"],
]);

test("pages hold every file system once", async () => {
  for (let index = 0; index < 5; index++)
    await client().send(new aws.CreateFileSystemCommand({ CreationToken: `page-${index}` }));
  const found: (string | undefined)[] = [];
  for await (const page of aws.paginateDescribeFileSystems({ client: client(), pageSize: 2 }, {}))
    found.push(...(page.FileSystems ?? []).map((each) => each.CreationToken));
  expect(found).toEqual(["page-0", "page-1", "page-2", "page-3", "page-4"]);
});
