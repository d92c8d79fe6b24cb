import * as aws from "@aws-sdk/client-ec2";
import { describe } from "vitest";
import { checkCalls, startWire } from "../wire-clients.ts";

const wire = startWire();
const region = "eu-north-1";
const ec2 = () => wire.client(aws.EC2Client, region);

/** Ids of what earlier rows made. */
const made = { volume: "", snapshot: "" };

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
      "may be shared",
      () => ec2().send(new aws.DisableSnapshotBlockPublicAccessCommand({})),
      { State: "unblocked" },
    ],
    ["of volumes that are open", () => ec2().send(new aws.DisableEbsEncryptionByDefaultCommand({})), {}],
    [
      "need a volume",
      async () => {
        const answer = await ec2().send(
          new aws.CreateVolumeCommand({ AvailabilityZone: `${region}a`, Size: 8 }),
        );
        made.volume = answer.VolumeId ?? "";
        return answer;
      },
      { Encrypted: false, State: "creating" },
    ],
    [
      "are made",
      async () => {
        const answer = await ec2().send(new aws.CreateSnapshotCommand({ VolumeId: made.volume }));
        made.snapshot = answer.SnapshotId ?? "";
        return answer;
      },
      { VolumeSize: 8, State: "pending" },
    ],
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
