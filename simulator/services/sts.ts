// STS: who am I, and becoming somebody else for a while.
import { accountOfAccessKey } from "../ids.ts";
import { AwsFault, type Call, type ServiceDefinition } from "../operation.ts";
import { openedMessage } from "../policy/authorization-message.ts";
import { assumePermissions, assumeRole } from "./sts/assume-role.ts";
import { assumeRoleWithSaml } from "./sts/saml.ts";
import { trustOf } from "./sts/trust.ts";
import { federationPermissions, getFederationToken, getSessionToken } from "./sts/user-sessions.ts";
import { assumeRoleWithWebIdentity } from "./sts/web-identity.ts";

export const sts: ServiceDefinition = {
  client: "sts",
  operations: {
    GetCallerIdentity: getCallerIdentity,
    AssumeRole: assumeRole,
    AssumeRoleWithWebIdentity: assumeRoleWithWebIdentity,
    AssumeRoleWithSAML: assumeRoleWithSaml,
    GetSessionToken: getSessionToken,
    GetFederationToken: getFederationToken,
    GetAccessKeyInfo: getAccessKeyInfo,
    DecodeAuthorizationMessage: decodeAuthorizationMessage,
  },
  permissions: {
    // Need no permission, and no policy can deny them.
    GetCallerIdentity: () => [],
    GetSessionToken: () => [],
    // Unsigned: the role's trust policy is asked with the token's claims.
    AssumeRoleWithWebIdentity: () => [],
    AssumeRoleWithSAML: () => [],
    AssumeRole: assumePermissions,
    GetFederationToken: federationPermissions,
  },
  resourcePolicy: trustOf,
};

function getCallerIdentity({ principal }: Call) {
  return { UserId: principal.userId, Account: principal.accountId, Arn: principal.arn };
}

function getAccessKeyInfo({ input }: Call<{ AccessKeyId: string }>) {
  const Account = accountOfAccessKey(input.AccessKeyId);
  if (Account === undefined) throw new AwsFault("ValidationError", "Invalid access key");
  return { Account };
}

function decodeAuthorizationMessage({ input, secret }: Call<{ EncodedMessage: string }>) {
  const DecodedMessage = secret && openedMessage(secret, input.EncodedMessage);
  if (!DecodedMessage) throw new AwsFault("InvalidAuthorizationMessageException", "Message is not valid");
  return { DecodedMessage };
}
