import { CreateSAMLProviderCommand, IAMClient } from "@aws-sdk/client-iam";
import { AssumeRoleWithSAMLCommand, AssumeRootCommand, STSClient } from "@aws-sdk/client-sts";
import { beforeAll, expect, test } from "vitest";
import { errorOf, startSmall } from "../../small-clients.ts";
import { small } from "../../worlds/small.ts";

const wire = startSmall();
const RoleArn = `arn:aws:iam::${small.prodAccountId}:role/OrganizationAccountAccessRole`;
const PrincipalArn = `arn:aws:iam::${small.prodAccountId}:saml-provider/okta`;
const response = (inside: string) =>
  Buffer.from(`<samlp:Response xmlns:samlp="urn:p">${inside}</samlp:Response>`).toString("base64");
const signed = response("<ds:Signature></ds:Signature>");

beforeAll(async () => {
  const SAMLMetadataDocument = `<EntityDescriptor>${" ".repeat(1000)}</EntityDescriptor>`;
  await wire
    .client(IAMClient, await wire.asMember(small.prodAccountId))
    .send(new CreateSAMLProviderCommand({ Name: "okta", SAMLMetadataDocument }));
});

const cases: [title: string, input: Partial<AssumeRoleWithSAMLCommand["input"]>, error: object][] = [
  [
    "a provider that nobody registered",
    { PrincipalArn: `${PrincipalArn}x` },
    { code: "InvalidIdentityTokenException", message: "Specified provider doesn't exist" },
  ],
  [
    "a provider of another account",
    { PrincipalArn: PrincipalArn.replace(small.prodAccountId, small.devAccountId) },
    { code: "InvalidIdentityTokenException" },
  ],
  ["no assertion at all", { SAMLAssertion: "eHl6eA==" }, { code: "InvalidIdentityTokenException" }],
  [
    "an assertion that nobody signed",
    { SAMLAssertion: response("<Assertion></Assertion>") },
    { code: "InvalidIdentityTokenException", message: "Response signature invalid" },
  ],
  [
    "a signature, which the simulator cannot verify",
    {},
    { code: "NotImplemented", status: 501, message: expect.stringContaining("cannot verify") },
  ],
];

test.each(cases)("a role is not given for %s", async (_, input, error) => {
  const command = new AssumeRoleWithSAMLCommand({ RoleArn, PrincipalArn, SAMLAssertion: signed, ...input });
  expect(await errorOf(wire.client(STSClient).send(command))).toMatchObject(error);
});

test("AssumeRoot says that it is not implemented", async () => {
  const TaskPolicyArn = { arn: "arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials" };
  const command = new AssumeRootCommand({ TargetPrincipal: small.prodAccountId, TaskPolicyArn });
  expect(await errorOf(wire.client(STSClient).send(command))).toMatchObject({
    code: "NotImplemented",
    status: 501,
    message: "The simulator does not implement STS AssumeRoot.",
  });
});
