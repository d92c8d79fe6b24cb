// Who comes into a repository of another account, by its policy and the caller's own permissions.
import * as aws from "@aws-sdk/client-ecr";
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { beforeAll, expect, test } from "vitest";
import { type Credentials, errorOf, startSmall } from "../small-clients.ts";
import { small } from "../worlds/small.ts";

const wire = startSmall();
const region = "eu-west-1";
const registryId = small.prodAccountId;
const repositoryName = "team/app";
const document = (Statement: object) => JSON.stringify({ Version: "2012-10-17", Statement });
const ecr = (credentials: Credentials) => wire.client(aws.ECRClient, credentials, region);
let owner: Credentials;
let reader: Credentials;
let nobody: Credentials;

async function roleIn(accountId: string, RoleName: string, Action: string[]): Promise<Credentials> {
  const iam = wire.client(IAMClient, await wire.asMember(accountId));
  const trust = { Effect: "Allow", Principal: { AWS: small.managementAccountId }, Action: "sts:AssumeRole" };
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: document(trust) }));
  const PolicyDocument = document({ Effect: "Allow", Action, Resource: "*" });
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "own", PolicyDocument }));
  return wire.assume(`arn:aws:iam::${accountId}:role/${RoleName}`);
}

beforeAll(async () => {
  owner = await wire.asMember(registryId);
  reader = await roleIn(small.devAccountId, "Reader", ["ecr:*"]);
  nobody = await roleIn(small.devAccountId, "Nobody", ["s3:*"]);
  await ecr(owner).send(new aws.CreateRepositoryCommand({ repositoryName }));
});

const policy = (Statement: object | object[]) =>
  ecr(owner).send(new aws.SetRepositoryPolicyCommand({ repositoryName, policyText: document(Statement) }));
const allow = (Action: string, more: object = {}) => ({
  Effect: "Allow",
  Principal: { AWS: `arn:aws:iam::${small.devAccountId}:root` },
  Action,
  ...more,
});
const images = (as: Credentials) =>
  ecr(as).send(new aws.DescribeImagesCommand({ registryId, repositoryName }));
const codeOf = async (sent: Promise<unknown>) => (await errorOf(sent))?.code ?? "none";

test("without a policy nobody comes in from outside, and the owner does", async () => {
  expect(await codeOf(images(reader))).toBe("AccessDeniedException");
  const all = ecr(reader).send(new aws.DescribeRepositoriesCommand({ registryId }));
  expect(await codeOf(all)).toBe("AccessDeniedException");
  expect(await codeOf(images(owner))).toBe("none");
});

test("what the policy allows is allowed who may ask for it, and nothing else", async () => {
  await policy(allow("ecr:DescribeImages"));
  expect(await codeOf(images(reader))).toBe("none");
  expect(await codeOf(images(nobody))).toBe("AccessDeniedException");
  const listed = ecr(reader).send(new aws.ListImagesCommand({ registryId, repositoryName }));
  expect(await codeOf(listed)).toBe("AccessDeniedException");
});

test("a denial binds the owner too, and conditions hold", async () => {
  const Condition = { StringEquals: { "aws:PrincipalOrgID": "o-somebodyel" } };
  await policy(allow("ecr:DescribeImages", { Condition }));
  expect(await codeOf(images(reader))).toBe("AccessDeniedException");
  await policy({ Effect: "Deny", Principal: "*", Action: "ecr:DescribeImages" });
  expect(await codeOf(images(owner))).toBe("AccessDeniedException");
});

test("in the owner's account the policy alone is enough", async () => {
  const own = await roleIn(registryId, "Puller", ["s3:*"]);
  await policy({
    Effect: "Allow",
    Principal: { AWS: `arn:aws:iam::${registryId}:role/Puller` },
    Action: "ecr:DescribeImages",
  });
  expect(await codeOf(images(own))).toBe("none");
});
