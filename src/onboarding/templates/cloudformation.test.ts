// The generated templates as stacks in the small world: each with its parameters, and who may assume what.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { loadCatalog } from "#catalog/load.ts";
import type { AwsCredentials } from "#model/aws-call.ts";
import { iam } from "../../../simulator/iam-lookup.ts";
import { small } from "../../../simulator/worlds/small.ts";
import { organizationRoleActions } from "../organization-actions.ts";
import { type SimulatedAws, startSimulatedAws } from "../testing/simulated-aws.ts";
import { roleTemplate, yamlOf } from "./cloudformation.ts";
import { concreteRole } from "./concrete-role.ts";
import { type RoleName, type RoleType, roleModel, type TemplateParameters } from "./role-model.ts";

let aws: SimulatedAws;
let harvestActions: string[] = [];
const externalId = "skywarden-0123456789abcdef";
const { managementAccountId, hostingAccountId, prodAccountId, devAccountId } = small;

beforeAll(async () => {
  aws = await startSimulatedAws({ world: "small" });
  harvestActions = [...(await loadCatalog()).allHarvestActions()];
});
afterAll(() => aws.close());

const template = (name: RoleName, given: TemplateParameters = {}) =>
  yamlOf(roleTemplate(roleModel(name, harvestActions), given));

/** A role of another account that may assume anything, as a second installation would have. */
async function otherInstallation(accountId: string): Promise<{ arn: string; credentials: AwsCredentials }> {
  const RoleName = `Second-${randomUUID().slice(0, 8)}`;
  const trust = {
    Effect: "Allow",
    Principal: { AWS: `arn:aws:iam::${accountId}:root` },
    Action: "sts:AssumeRole",
  };
  await aws.must(accountId, "iam", "CreateRole", {
    RoleName,
    AssumeRolePolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: [trust] }),
  });
  await aws.must(accountId, "iam", "AttachRolePolicy", {
    RoleName,
    PolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess",
  });
  const arn = `arn:aws:iam::${accountId}:role/${RoleName}`;
  const credentials = await assume(await aws.administrator(accountId), arn, null);
  if (typeof credentials === "string") throw new Error(credentials);
  return { arn, credentials };
}

/** The session's credentials, or the error's code. */
async function assume(
  credentials: AwsCredentials,
  roleArn: string,
  withExternalId: string | null,
): Promise<AwsCredentials | string> {
  const held = await aws.roles().assume({
    source: { id: randomUUID(), credentials: async () => ({ ok: true, credentials }) },
    roleArn,
    externalId: withExternalId,
    sessionName: "test",
    durationSeconds: 3600,
    region: "us-east-1",
  });
  return held.ok ? held.credentials : held.error.code;
}

const mayAssume = async (credentials: AwsCredentials, roleArn: string, id: string | null) =>
  typeof (await assume(credentials, roleArn, id)) !== "string";

const stackName = () => `s-${randomUUID().slice(0, 8)}`;
const ownName = () => `Skywarden-Harvest-${randomUUID().slice(0, 8)}`;

interface StackCase {
  title: string;
  name: RoleName;
  accountId: string;
  values: (RoleName: string) => Record<string, string>;
  /** What the role must look like. */
  path?: string;
  boundary?: string;
  attached: (string | RegExp)[];
  externalId: string | null;
}

const platform = { PlatformRoleArn: `arn:aws:iam::${hostingAccountId}:role/${small.installRoleName}` };
const boundary = "arn:aws:iam::aws:policy/ReadOnlyAccess";
const supplement = /:policy\/.*Policy(-\d)?$/;

const stackCases: StackCase[] = [
  {
    title: "organization role, defaults",
    name: "organization-role",
    accountId: managementAccountId,
    values: () => ({ ...platform, ExternalId: externalId }),
    attached: [/:policy\/Skywarden-Harvest-Org-Policy$/],
    externalId,
  },
  {
    title: "organization role with path, boundary and names of its own, without an external id",
    name: "organization-role",
    accountId: managementAccountId,
    values: (RoleName) => ({
      ...platform,
      RoleName,
      PolicyName: `${RoleName}-Reading`,
      RolePath: "/security/audit/",
      PermissionsBoundaryArn: boundary,
    }),
    path: "/security/audit/",
    boundary,
    attached: [/:policy\/security\/audit\/.*-Reading$/],
    externalId: null,
  },
  ...(["standard", "standard-managed", "power-user"] satisfies RoleType[]).flatMap((RoleType) =>
    [externalId, null].map(
      (id): StackCase => ({
        title: `member role, ${RoleType}, ${id === null ? "without" : "with"} an external id`,
        name: "member-role",
        accountId: prodAccountId,
        values: (RoleName) => ({
          ...platform,
          RoleName,
          PolicyName: `${RoleName}-Policy`,
          RoleType,
          ...(id === null ? {} : { ExternalId: id }),
        }),
        attached: {
          standard: [supplement],
          "standard-managed": [supplement, "arn:aws:iam::aws:policy/SecurityAudit"],
          "power-user": [supplement, "arn:aws:iam::aws:policy/PowerUserAccess"],
        }[RoleType],
        externalId: id,
      }),
    ),
  ),
];

interface RoleShape {
  Role?: { Arn?: string; Path?: string; PermissionsBoundary?: { PermissionsBoundaryArn?: string } };
}

describe.each(stackCases)("$title", ({ name, accountId, values, externalId: id, ...expected }) => {
  let roleArn = "";
  beforeAll(async () => {
    // The install role may not assume a role under a path: its own template below may.
    const made = await aws.createStack(accountId, stackName(), template(name), values(ownName()));
    expect(made).toMatchObject({ status: "CREATE_COMPLETE", reason: "" });
    roleArn = made.roleArn;
  });

  test("is made as the parameters say", async () => {
    const RoleName = roleArn.slice(roleArn.lastIndexOf("/") + 1);
    const { Role } = await aws.must<RoleShape>(accountId, "iam", "GetRole", { RoleName });
    expect(Role?.Path).toBe(expected.path ?? "/");
    expect(Role?.Arn).toBe(roleArn);
    expect(Role?.PermissionsBoundary?.PermissionsBoundaryArn).toBe(expected.boundary);
    const { AttachedPolicies = [] } = await aws.must<{ AttachedPolicies?: { PolicyArn?: string }[] }>(
      accountId,
      "iam",
      "ListAttachedRolePolicies",
      { RoleName },
    );
    const arns = AttachedPolicies.map((policy) => policy.PolicyArn ?? "").sort();
    expect(arns).toEqual(
      expected.attached.map((arn) => (typeof arn === "string" ? arn : expect.stringMatching(arn))),
    );
  });

  test("may do all that is asked of it", async () => {
    const ActionNames =
      name === "organization-role"
        ? [...organizationRoleActions]
        : [...harvestActions, "account:ListRegions", "ec2:DescribeRegions"];
    const { EvaluationResults = [] } = await aws.must<{
      EvaluationResults?: { EvalActionName?: string; EvalDecision?: string }[];
    }>(accountId, "iam", "SimulatePrincipalPolicy", {
      PolicySourceArn: roleArn,
      ActionNames,
      MaxItems: 1000,
    });
    // The boundary of one row is narrower than the organization role.
    const isAllowed = ({ EvalActionName = "", EvalDecision = "" }) =>
      EvalDecision === "allowed" || (expected.boundary && EvalActionName === "iam:SimulatePrincipalPolicy");
    expect(EvaluationResults).toHaveLength(ActionNames.length);
    expect(EvaluationResults.filter((result) => !isAllowed(result))).toEqual([]);
  });

  test("is assumed by the platform role with the right external id, and by nobody else", async () => {
    const { credentials } = await aws.platform.credentials();
    const outcomes = {
      platform: await mayAssume(credentials, roleArn, id),
      withoutId: await mayAssume(credentials, roleArn, null),
      wrongId: await mayAssume(credentials, roleArn, "skywarden-ffffffffffffffff"),
      hostingAdministrator: await mayAssume(await aws.administrator(hostingAccountId), roleArn, id),
      ownAdministrator: await mayAssume(await aws.administrator(accountId), roleArn, id),
      otherAccount: await mayAssume(await aws.administrator(devAccountId), roleArn, id),
    };
    expect(outcomes).toEqual({
      platform: expected.path === undefined,
      withoutId: id === null && expected.path === undefined,
      wrongId: id === null && expected.path === undefined,
      hostingAdministrator: false,
      ownAdministrator: false,
      otherAccount: false,
    });
  });
});

test("two platform roles may be trusted, of one account or of two, and no third one", async () => {
  const second = await otherInstallation(devAccountId);
  const third = await otherInstallation(devAccountId);
  const { credentials } = await aws.platform.credentials();
  const make = async (arns: string[]) => {
    const values = {
      PlatformRoleArn: arns.join(","),
      RoleName: ownName(),
      PolicyName: ownName(),
      ExternalId: externalId,
    };
    return (await aws.createStack(prodAccountId, stackName(), template("member-role"), values)).roleArn;
  };
  const both = await make([platform.PlatformRoleArn, second.arn]);
  expect(await mayAssume(credentials, both, externalId)).toBe(true);
  expect(await mayAssume(second.credentials, both, externalId)).toBe(true);
  expect(await mayAssume(second.credentials, both, "skywarden-ffffffffffffffff")).toBe(false);
  expect(await mayAssume(third.credentials, both, externalId)).toBe(false);
  const sameAccount = await make([second.arn, third.arn]);
  expect(await mayAssume(third.credentials, sameAccount, externalId)).toBe(true);
  expect(await mayAssume(credentials, sameAccount, externalId)).toBe(false);
  const one = await make([platform.PlatformRoleArn]);
  expect(await mayAssume(second.credentials, one, externalId)).toBe(false);
});

test("while the external id is rotated the role accepts both, by each format (E28)", async () => {
  const previousExternalId = "skywarden-fedcba9876543210";
  const { credentials } = await aws.platform.credentials();
  const values = { ...platform, RoleName: ownName(), PolicyName: ownName(), ExternalId: externalId };
  const { roleArn } = await aws.createStack(prodAccountId, stackName(), template("member-role"), {
    ...values,
    PreviousExternalId: previousExternalId,
  });
  const ids = [externalId, previousExternalId, "skywarden-0000000000000000"];
  const accepted = ids.map((id) => mayAssume(credentials, roleArn, id));
  expect(await Promise.all(accepted)).toEqual([true, true, false]);
  const given = { externalId, previousExternalId };
  expect(concreteRole(roleModel("member-role", []), given).trustPolicy).toMatchObject({
    Statement: [{ Condition: { StringEquals: { "sts:ExternalId": [externalId, previousExternalId] } } }],
  });
});

test("a template asked for with three platform roles trusts the third too", async () => {
  const [second, third] = [await otherInstallation(devAccountId), await otherInstallation(prodAccountId)];
  const platformRoleArn = [platform.PlatformRoleArn, second.arn, third.arn];
  const text = template("member-role", {
    platformRoleArn,
    externalId,
    roleName: ownName(),
    policyName: ownName(),
  });
  const { roleArn } = await aws.createStack(devAccountId, stackName(), text);
  expect(await mayAssume(third.credentials, roleArn, externalId)).toBe(true);
});

test("a platform role that was deleted and made again is still trusted (E16)", async () => {
  const values = { ...platform, RoleName: ownName(), PolicyName: ownName(), ExternalId: externalId };
  const { roleArn } = await aws.createStack(prodAccountId, stackName(), template("member-role"), values);
  const { roles } = iam(aws.simulator.world, hostingAccountId);
  const before = roles.get(small.installRoleName);
  roles.delete(small.installRoleName);
  // Made again by its own template, which also lets it assume roles under a path.
  const made = await aws.createStack(hostingAccountId, stackName(), template("install-role"));
  expect(made).toMatchObject({ status: "CREATE_COMPLETE", roleArn: platform.PlatformRoleArn });
  expect(roles.get(small.installRoleName)?.RoleId).not.toBe(before?.RoleId);
  const { credentials } = await aws.platform.credentials();
  expect(await mayAssume(credentials, roleArn, externalId)).toBe(true);
  const underPath = { ...values, RoleName: ownName(), PolicyName: ownName(), RolePath: "/security/" };
  const { roleArn: deepArn } = await aws.createStack(
    prodAccountId,
    stackName(),
    template("member-role"),
    underPath,
  );
  expect(await mayAssume(credentials, deepArn, externalId)).toBe(true);
  const foreign = { ...values, RoleName: "Reader", PolicyName: ownName() };
  const { roleArn: foreignArn } = await aws.createStack(
    prodAccountId,
    stackName(),
    template("member-role"),
    foreign,
  );
  expect(await mayAssume(credentials, foreignArn, externalId)).toBe(false);
});

test("an install role stands in an instance profile, names itself, and may assume roles of other names", async () => {
  const RoleName = `Host-${randomUUID().slice(0, 8)}`;
  const values = { RoleName, PolicyName: `${RoleName}-Policy`, RolePath: "/hosts/", HarvestRoles: "Reader*" };
  const { status } = await aws.createStack(devAccountId, stackName(), template("install-role"), values);
  expect(status).toBe("CREATE_COMPLETE");
  const { InstanceProfile } = await aws.must<{
    InstanceProfile?: { Path?: string; Roles?: { RoleName?: string }[] };
  }>(devAccountId, "iam", "GetInstanceProfile", { InstanceProfileName: RoleName });
  expect(InstanceProfile?.Path).toBe("/hosts/");
  expect(InstanceProfile?.Roles?.map((role) => role.RoleName)).toEqual([RoleName]);
  const decisions = await aws.must<{ EvaluationResults?: { EvalDecision?: string }[] }>(
    devAccountId,
    "iam",
    "SimulatePrincipalPolicy",
    {
      PolicySourceArn: `arn:aws:iam::${devAccountId}:role/hosts/${RoleName}`,
      ActionNames: ["sts:AssumeRole"],
      ResourceArns: [`arn:aws:iam::${prodAccountId}:role/Reader-1`],
    },
  );
  expect(decisions.EvaluationResults?.[0]?.EvalDecision).toBe("allowed");
});

const refusedValues: [title: string, values: Record<string, string>][] = [
  ["no platform role", { ExternalId: externalId }],
  ["something else than a role's ARN", { PlatformRoleArn: hostingAccountId }],
  ["an unknown role type", { ...platform, RoleType: "administrator" }],
  ["a path without its last slash", { ...platform, RolePath: "/security" }],
];
test.each(refusedValues)("a member role with %s is not made", async (_, values) => {
  await expect(aws.createStack(prodAccountId, stackName(), template("member-role"), values)).rejects.toThrow(
    "ValidationError",
  );
});

test.each([
  "organization-role",
  "member-role",
  "install-role",
] satisfies RoleName[])("%s is YAML of the size that CloudFormation takes from a command line", (name) => {
  const text = template(name);
  expect(parse(text)).toMatchObject({ AWSTemplateFormatVersion: "2010-09-09" });
  expect(Buffer.byteLength(text)).toBeLessThan(51_200);
});
