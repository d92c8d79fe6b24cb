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
  /** The ARN, "*" for an action without a resource; parts that are not known are `unknownPart` or `unknownText` of glob.ts. */
  resource: string;
  /** Null: the caller's own account, as for every action without a resource. */
  resourceAccountId: string | null;
  principal: Principal;
  context: Context;
}

export function accountOf(principal: Principal): string | null {
  return "accountId" in principal ? principal.accountId : null;
}
