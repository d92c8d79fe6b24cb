// Roles of any set of actions, as the Remediation type will ask for: what each format says as a role comes near AWS's
// limits and passes them, and that AWS takes what is said to fit.
import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { readPolicy } from "#iam/read-policy.ts";
import { Problem } from "#model/problem.ts";
import { small } from "../../../simulator/worlds/small.ts";
import { type SimulatedAws, startSimulatedAws } from "../testing/simulated-aws.ts";
import { concreteRole } from "./concrete-role.ts";
import { type RoleType, roleModel } from "./role-model.ts";
import { renderTemplate, type TemplateFormat } from "./template.ts";

const formats: TemplateFormat[] = ["cloudformation", "terraform", "json", "cli"];
const types: RoleType[] = ["standard", "standard-managed", "power-user"];
const { prodAccountId, devAccountId } = small;

/** Each takes 100 of the 5,800 characters that a policy gives to actions. */
const actions = (count: number) =>
  Array.from({ length: count }, (_, at) => `service:Do${`${at}`.padStart(4, "0")}${"x".repeat(83)}`);
const charactersOf = (document: object) => JSON.stringify(document).length;

const action = fc
  .tuple(
    fc.constantFrom("s3", "ec2", "iam", "resource-explorer-2"),
    fc.stringMatching(/^[A-Z][A-Za-z]{3,60}$/),
  )
  .map(([service, name]) => `${service}:${name}`);

test("any set of actions is in the policies once, each within AWS's 6,144 characters (S39, E22)", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(action, { maxLength: 1_500, size: "max" }),
      fc.constantFrom(...types),
      (asked, roleType) => {
        const role = concreteRole(roleModel("member-role", asked), { roleType });
        const documents = role.policies.map(
          ({ document }) => document as { Statement: { Action: string[] }[] },
        );
        for (const document of documents) expect(charactersOf(document)).toBeLessThanOrEqual(6_144);
        const allowed = documents.flatMap(({ Statement }) => Statement.flatMap(({ Action }) => Action));
        expect(new Set(allowed).size).toBe(allowed.length);
        if (roleType === "standard") expect(allowed).toEqual(expect.arrayContaining(asked));
        expect(new Set(role.policies.map(({ name }) => name)).size).toBe(role.policies.length);
        expect(role.managedPolicyArns.length + role.policies.length).toBeLessThanOrEqual(20);
      },
    ),
    { numRuns: 12 },
  );
});

/** The most actions with which a standard role has so many policies of its own. */
function fillOf(policies: number): number {
  const { policies: own } = concreteRole(roleModel("member-role", []), { roleType: "standard" });
  const always = own.flatMap(({ document }) => (document as { Statement: { Action: string[] }[] }).Statement);
  const taken = always.flatMap(({ Action }) => Action).reduce((sum, { length }) => sum + length + 3, 0);
  return Math.floor((5_800 - taken) / 100) + 58 * (policies - 1);
}

describe("at the limits of a role", () => {
  const most = fillOf(10);
  const render = (count: number, format: TemplateFormat) =>
    renderTemplate("member-role", format, { roleType: "standard" }, actions(count)).text;

  test.each(
    formats,
  )("%s says up to ten policies nothing of quotas, and from eleven on which to raise", (format) => {
    // With AWS's own policy beside them the other two types have ten policies earlier.
    expect(render(fillOf(9), format)).not.toContain("L-0DA4ABF3");
    const text = render(most + 1, format);
    expect(text).toMatch(/Has 1[12] managed policies/);
    expect(text).toContain("L-0DA4ABF3");
  });

  test.each(
    formats,
  )("%s of more than twenty policies is refused with how many actions there are", (format) => {
    // Standard-Managed has AWS's own policy beside its nineteen.
    expect(render(fillOf(19), format)).toMatch(/Has (19|20) managed policies/);
    expect(() => render(fillOf(20) + 1, format)).toThrow(Problem);
    expect(() => render(fillOf(20) + 1, format)).toThrow(
      /type standard: \d{4} actions fill 21 managed policies, and AWS attaches 20 .* divide them between two roles/,
    );
  });

  test("a combined template that cannot carry the member role says which way remains", () => {
    expect(() => renderTemplate("combined", "cloudformation", {}, actions(300))).toThrow(
      /CloudFormation takes 51200 within another one\. Use skywarden organization add/,
    );
  });

  test("a description that CloudFormation takes has at most 1,024 bytes", () => {
    const { Description } = parse(render(most + 1, "cloudformation")) as { Description: string };
    expect(Buffer.byteLength(Description)).toBeLessThanOrEqual(1_024);
  });
});

describe("a role of many actions at AWS", () => {
  const make = async (aws: SimulatedAws, count: number) => {
    const Bucket = "templates-at-the-limit";
    await aws.must(prodAccountId, "s3", "CreateBucket", { Bucket });
    const Body = Buffer.from(renderTemplate("member-role", "cloudformation", {}, actions(count)).text);
    await aws.must(prodAccountId, "s3", "PutObject", { Bucket, Key: "t.yaml", Body });
    const TemplateURL = `https://${Bucket}.s3.us-east-1.amazonaws.com/t.yaml`;
    const ask = (operation: string, input: object) =>
      aws.must<{ StackEvents: { ResourceStatus: string; ResourceStatusReason?: string }[] }>(
        prodAccountId,
        "cloudformation",
        operation,
        { StackName: "S", ...input },
      );
    await ask("CreateStack", {
      TemplateURL,
      Capabilities: ["CAPABILITY_NAMED_IAM"],
      Parameters: [
        { ParameterKey: "PlatformRoleArn", ParameterValue: aws.platformArn },
        { ParameterKey: "RoleType", ParameterValue: "standard" },
      ],
    });
    const { StackEvents } = await ask("DescribeStackEvents", {});
    return StackEvents.flatMap(({ ResourceStatus, ResourceStatusReason = "" }) =>
      ResourceStatus.endsWith("FAILED") ? [ResourceStatusReason] : [],
    );
  };

  test("ten policies are taken, the eleventh is what AWS refuses without a raised quota", async () => {
    const most = fillOf(10);
    for (const [count, failure] of [
      [most, []],
      [most + 1, [expect.stringContaining("Cannot exceed quota for PoliciesPerRole: 10")]],
    ] as const) {
      const aws = await startSimulatedAws({ world: "small" });
      expect(await make(aws, count)).toEqual(failure);
      await aws.close();
    }
  });

  test("the lines of the AWS CLI are a script that a shell can read, with every policy an argument", () => {
    const text = renderTemplate("member-role", "cli", { roleType: "standard" }, actions(500)).text;
    execFileSync("bash", ["-n"], { input: text });
    for (const line of text.split("\n")) expect(line.length).toBeLessThan(131_072);
  });

  test("every document is a policy without a problem to our own evaluator", () => {
    const { policies, trustPolicy } = concreteRole(roleModel("member-role", actions(500)), {
      ...{ roleType: "standard", externalId: "skywarden-0123456789abcdef" },
      platformRoleArn: [`arn:aws:iam::${devAccountId}:role/P`],
    });
    for (const document of [trustPolicy, ...policies.map((policy) => policy.document)])
      expect(readPolicy(document).policy).not.toHaveProperty("problems");
  });
});
