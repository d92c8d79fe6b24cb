// AssumeRoleWithSAML: unsigned by AWS's keys; the assertion of a provider that the role's account knows is the proof.
// What cannot be a good one is refused as AWS does; its signature is not verified here, so none is ever accepted.
import { AwsFault, type Call } from "../../operation.ts";
import { samlProviders } from "../iam/providers.ts";
import { checkSessionInput, invalid, type SessionInput } from "./session-input.ts";

interface SamlInput extends SessionInput {
  RoleArn: string;
  PrincipalArn: string;
  SAMLAssertion: string;
}

export function assumeRoleWithSaml({ input, world }: Call<SamlInput>): never {
  const { RoleArn, PrincipalArn, SAMLAssertion } = input;
  if (!/^arn:[\w-]+:iam::\d{12}:role\/[\w+=,.@/-]+$/.test(RoleArn)) invalid(`${RoleArn} is invalid`);
  if (!/^arn:[\w-]+:iam::\d{12}:saml-provider\/[\w+=,.@/-]+$/.test(PrincipalArn))
    invalid(`${PrincipalArn} is invalid`);
  checkSessionInput(input, 43_200);
  const accountId = RoleArn.split(":")[4] ?? "";
  if (!samlProviders(world, accountId).get(PrincipalArn))
    throw invalidToken("Specified provider doesn't exist");
  const assertion = Buffer.from(SAMLAssertion, "base64").toString("utf8");
  if (!/<(\w+:)?Response[\s>]/.test(assertion)) throw invalidToken("Invalid base64 SAMLResponse");
  if (!/<(\w+:)?Signature[\s>]/.test(assertion)) throw invalidToken("Response signature invalid");
  throw new AwsFault(
    "NotImplemented",
    "The simulator does not implement STS AssumeRoleWithSAML for signed assertions: it cannot verify their signatures.",
    501,
  );
}

function invalidToken(message: string): AwsFault {
  return new AwsFault("InvalidIdentityToken", message);
}
