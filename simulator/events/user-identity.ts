// Who made a call, as the userIdentity of a CloudTrail record says it.
import type { Principal } from "../operation.ts";
import type { Session } from "../sessions.ts";

export type UserIdentity = Record<string, unknown> & { type: string };

/** `invokedBy`: the service that called on behalf of the principal. */
export function userIdentityOf(
  principal: Principal,
  session: Session | undefined,
  now: Date,
  invokedBy?: string,
): UserIdentity {
  const { accountId, arn, userId, accessKeyId } = principal;
  const own = { principalId: userId, arn, accountId, accessKeyId, ...(invokedBy ? { invokedBy } : {}) };
  const creationDate = seconds(session?.issuedAt ?? now.toISOString());
  const attributes = { creationDate, mfaAuthenticated: String(session?.mfaAt !== undefined) };
  const name = arn.slice(arn.lastIndexOf("/") + 1);
  switch (principal.kind) {
    case "root":
      return { type: "Root", ...own, principalId: accountId };
    case "user":
      return {
        type: "IAMUser",
        ...own,
        userName: name,
        ...(session ? { sessionContext: { attributes } } : {}),
      };
    case "role-session":
      return { type: "AssumedRole", ...own, sessionContext: ofRole(principal, session, attributes) };
    case "federated-user": {
      const sessionIssuer = issuerOf("IAMUser", principal, session?.userId);
      return { type: "FederatedUser", ...own, sessionContext: { sessionIssuer, attributes } };
    }
    default:
      return { type: "Unknown", principalId: userId, accountId };
  }
}

function ofRole(principal: Principal, session: Session | undefined, attributes: object) {
  const { sourceIdentity, federatedProvider } = session ?? {};
  return {
    sessionIssuer: issuerOf("Role", principal, principal.userId.split(":")[0]),
    attributes,
    ...(federatedProvider ? { webIdFederationData: { federatedProvider, attributes: {} } } : {}),
    ...(sourceIdentity ? { sourceIdentity } : {}),
  };
}

/** The role or user that the session is of. */
function issuerOf(
  type: string,
  { roleArn: arn = "", accountId }: Principal,
  principalId: string | undefined,
) {
  return { type, principalId, arn, accountId, userName: arn.slice(arn.lastIndexOf("/") + 1) };
}

/** How the owner of a resource sees a caller from another account. */
export function foreignIdentityOf({ userId, accountId }: Principal): UserIdentity {
  return { type: "AWSAccount", principalId: userId, accountId };
}

export function serviceIdentityOf(service: string): UserIdentity {
  return { type: "AWSService", invokedBy: service };
}

/** Whom a token vouched for: nobody of an account. */
export function webIdentityOf(output: unknown): UserIdentity {
  const {
    Provider,
    SubjectFromWebIdentityToken: userName,
    Audience,
  } = (output ?? {}) as Record<string, string>;
  const principalId = [Provider, Audience, userName].join(":");
  return { type: "WebIdentityUser", principalId, userName, identityProvider: Provider };
}

/** As event history names the caller. */
export function userNameOf(principal: Principal): string {
  return principal.kind === "root" ? "root" : principal.arn.slice(principal.arn.lastIndexOf("/") + 1);
}

export function seconds(instant: string): string {
  return instant.replace(/\.\d+Z$/, "Z");
}
