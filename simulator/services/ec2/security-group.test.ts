import * as aws from "@aws-sdk/client-ec2";
import { describe, expect } from "vitest";
import { checkCalls, startWire } from "../wire-clients.ts";

const wire = startWire();
const region = "eu-north-1";
const ec2 = (where = region) => wire.client(aws.EC2Client, where);
const first = <T>(list: T[] | undefined): T => {
  const [item] = list ?? [];
  if (item === undefined) throw new Error("nothing found");
  return item;
};

/** Ids of what earlier rows made. */
const made = { vpc: "", group: "", other: "" };

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
      "a VPC to be in",
      async () => {
        const { Vpc } = await ec2().send(new aws.CreateVpcCommand({ CidrBlock: "10.0.0.0/16" }));
        made.vpc = Vpc?.VpcId ?? "";
        return made;
      },
      {},
    ],
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
