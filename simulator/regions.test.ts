// Regions over time, and worlds of other partitions: their regions, ARNs and AWS's own policies there.
import {
  AccountClient,
  DisableRegionCommand,
  EnableRegionCommand,
  GetRegionOptStatusCommand,
  ListRegionsCommand,
} from "@aws-sdk/client-account";
import { DescribeVpcsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { GetPolicyCommand, IAMClient, ListRolesCommand } from "@aws-sdk/client-iam";
import { ListAccountsCommand, OrganizationsClient } from "@aws-sdk/client-organizations";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { describe, expect, test } from "vitest";
import { errorOf, startSmall } from "./small-clients.ts";
import { small, smallWorld } from "./worlds/small.ts";

// A clock that stands until told.
let nowMs = Date.now();
const wire = startSmall({ now: () => new Date(nowMs), settings: { settleMs: 1000 } });

test("a region is enabled and disabled over a while, and answers only when it is", async () => {
  const RegionName = "eu-south-2";
  const account = () => wire.client(AccountClient);
  const status = async () =>
    (await account().send(new GetRegionOptStatusCommand({ RegionName }))).RegionOptStatus;
  const vpcs = () => errorOf(wire.client(EC2Client, undefined, RegionName).send(new DescribeVpcsCommand({})));
  expect([await status(), (await vpcs())?.code]).toEqual(["DISABLED", "AuthFailure"]);
  await account().send(new EnableRegionCommand({ RegionName }));
  expect([await status(), (await vpcs())?.code]).toEqual(["ENABLING", "AuthFailure"]);
  expect(await errorOf(account().send(new DisableRegionCommand({ RegionName })))).toMatchObject({
    code: "ConflictException",
    status: 409,
  });
  nowMs += 1000;
  expect([await status(), await vpcs()]).toEqual(["ENABLED", undefined]);
  await account().send(new DisableRegionCommand({ RegionName }));
  expect([await status(), await vpcs()]).toEqual(["DISABLING", undefined]);
  nowMs += 1000;
  expect([await status(), (await vpcs())?.code]).toEqual(["DISABLED", "AuthFailure"]);
});

describe.each([
  ["aws-us-gov", "us-gov-west-1", "us-gov-east-1"],
  ["aws-cn", "cn-north-1", "cn-northwest-1"],
])("a world of %s", (partition, home, other) => {
  const there = startSmall({ world: { ...smallWorld, partition } });

  test("has its own regions and knows nobody in another's", async () => {
    const { Regions } = await there.client(AccountClient, undefined, home).send(new ListRegionsCommand({}));
    expect(Regions?.map(({ RegionName }) => RegionName).sort()).toEqual([home, other].sort());
    const foreign = there.client(STSClient, undefined, "us-east-1").send(new GetCallerIdentityCommand({}));
    expect(await errorOf(foreign)).toMatchObject({ code: "InvalidClientTokenId" });
  });

  test("names everything by its partition", async () => {
    const who = await there.client(STSClient, undefined, home).send(new GetCallerIdentityCommand({}));
    expect(who.Arn).toBe(`arn:${partition}:iam::${small.managementAccountId}:user/administrator`);
    const { Accounts = [] } = await there
      .client(OrganizationsClient, undefined, home)
      .send(new ListAccountsCommand({}));
    expect(Accounts.every(({ Arn }) => Arn?.startsWith(`arn:${partition}:organizations::`))).toBe(true);
    const RoleArn = `arn:${partition}:iam::${small.prodAccountId}:role/OrganizationAccountAccessRole`;
    const assumed = await there
      .client(STSClient, undefined, home)
      .send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "test" }));
    expect(assumed.AssumedRoleUser?.Arn).toMatch(new RegExp(`^arn:${partition}:sts::`));
    const iam = there.client(IAMClient, undefined, home);
    const PolicyArn = `arn:${partition}:iam::aws:policy/SecurityAudit`;
    expect((await iam.send(new GetPolicyCommand({ PolicyArn }))).Policy?.Arn).toBe(PolicyArn);
    expect((await iam.send(new ListRolesCommand({}))).Roles).toBeDefined();
    const wrong = RoleArn.replace(partition, "aws");
    const across = there
      .client(STSClient, undefined, home)
      .send(new AssumeRoleCommand({ RoleArn: wrong, RoleSessionName: "test" }));
    expect(await errorOf(across)).toMatchObject({ code: "AccessDenied" });
  });
});
