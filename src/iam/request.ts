// Who asks for what. It must not know policies.
import type { Context } from "#iam/context.ts";

/** Every principal of an account. */
interface AccountPrincipal {
  partition: string;
  accountId: string;
}

/** ARNs of users and roles are with their path. Unique ids (AIDA…, AROA…) are null when not known. */
export type Principal =
  | (AccountPrincipal & { kind: "user"; arn: string; uniqueId: string | null })
  | (AccountPrincipal & {
      kind: "role-session";
      roleArn: string;
      sessionName: string;
      uniqueId: string | null;
    })
  | (AccountPrincipal & { kind: "federated-user"; name: string; userArn: string; uniqueId: string | null })
  | (AccountPrincipal & { kind: "root" })
  | { kind: "service"; name: string }
  /** Who calls sts:AssumeRoleWithWebIdentity or WithSAML: `provider` is what a trust policy names. */
  | { kind: "federated"; provider: string }
  | { kind: "anonymous" };

export interface Request {
  /** "s3:GetObject"; case does not matter. */
  action: string;
  /** The ARN, "*" for an action without a resource; parts that are not known are `unknownPart`. */
  resource: string;
  /** Null when the action has no resource or its owner is not known. */
  resourceAccountId: string | null;
  principal: Principal;
  context: Context;
}

/** Stands in an ARN for a part that is not known, as the name in "any queue of this account". */
export const unknownPart = "\u0000";

export function accountOf(principal: Principal): string | null {
  return "accountId" in principal ? principal.accountId : null;
}
