// What the organization's resource policy hands to a member: actions on resources, under conditions.
import * as aws from "@aws-sdk/client-organizations";
import { beforeAll, describe, expect, test } from "vitest";
import { type Credentials, errorOf, startSmall } from "../../small-clients.ts";
import { small } from "../../worlds/small.ts";

const wire = startSmall();
const own = () => wire.client(aws.OrganizationsClient);
let member: Credentials;
const asMember = () => wire.client(aws.OrganizationsClient, member);
const codeOf = async (sent: Promise<unknown>) => (await errorOf(sent))?.code ?? "none";
const arn = (resource: string) =>
  `arn:aws:organizations::${small.managementAccountId}:${resource.replace("/", `/${small.organizationId}/`)}`;
const Principal = { AWS: `arn:aws:iam::${small.prodAccountId}:root` };

const put = (Statement: object[]) =>
  own().send(
    new aws.PutResourcePolicyCommand({ Content: JSON.stringify({ Version: "2012-10-17", Statement }) }),
  );
const attach = (TargetId: string) =>
  codeOf(asMember().send(new aws.AttachPolicyCommand({ PolicyId: small.guardPolicyId, TargetId })));
const detach = (TargetId: string) =>
  own().send(new aws.DetachPolicyCommand({ PolicyId: small.guardPolicyId, TargetId }));
const list = (Filter: aws.PolicyType) => codeOf(asMember().send(new aws.ListPoliciesCommand({ Filter })));

beforeAll(async () => {
  member = await wire.asMember(small.prodAccountId);
});

describe("a member", () => {
  test("may do nothing without a policy", async () => {
    expect(await attach(small.devUnitId)).toBe("AccessDeniedException");
    expect(await list("SERVICE_CONTROL_POLICY")).toBe("AccessDeniedException");
  });

  test("may attach where the policy names both the policy and the unit", async () => {
    const Action = "organizations:AttachPolicy";
    const policies = arn("policy/service_control_policy/*");
    await put([{ Effect: "Allow", Principal, Action, Resource: [policies, arn(`ou/${small.devUnitId}`)] }]);
    expect(await attach(small.rootId)).toBe("AccessDeniedException");
    expect(await attach(small.devUnitId)).toBe("none");
    await detach(small.devUnitId);
  });

  test("may not where only one of the two is named", async () => {
    const Action = "organizations:AttachPolicy";
    await put([{ Effect: "Allow", Principal, Action, Resource: arn(`ou/${small.devUnitId}`) }]);
    expect(await attach(small.devUnitId)).toBe("AccessDeniedException");
  });

  test("may list the types that the condition names", async () => {
    const Condition = { StringLikeIfExists: { "organizations:PolicyType": ["SERVICE_CONTROL_POLICY"] } };
    await put([
      { Effect: "Allow", Principal, Action: "organizations:ListPolicies", Resource: "*", Condition },
    ]);
    expect(await list("SERVICE_CONTROL_POLICY")).toBe("none");
    expect(await list("TAG_POLICY")).toBe("AccessDeniedException");
  });

  test("is known by its role's tags and paths as in any policy", async () => {
    const role = (name: string) => ({ ArnEquals: { "aws:PrincipalArn": `arn:aws:iam::*:role/${name}` } });
    const statement = { Effect: "Allow", Principal, Action: "organizations:ListPolicies", Resource: "*" };
    await put([{ ...statement, Condition: role("Other") }]);
    expect(await list("SERVICE_CONTROL_POLICY")).toBe("AccessDeniedException");
    await put([{ ...statement, Condition: role("OrganizationAccountAccessRole") }]);
    expect(await list("SERVICE_CONTROL_POLICY")).toBe("none");
  });

  test("is bound by a denial, a delegated administrator too", async () => {
    const service = { AccountId: small.prodAccountId, ServicePrincipal: "guardduty.amazonaws.com" };
    await own().send(new aws.EnableAWSServiceAccessCommand(service));
    await own().send(new aws.RegisterDelegatedAdministratorCommand(service));
    await own().send(new aws.DeleteResourcePolicyCommand({}));
    expect(await list("SERVICE_CONTROL_POLICY")).toBe("none");
    await put([{ Effect: "Deny", Principal, Action: "organizations:ListPolicies", Resource: "*" }]);
    expect(await list("SERVICE_CONTROL_POLICY")).toBe("AccessDeniedException");
  });
});
