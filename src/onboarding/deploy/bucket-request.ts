// CloudFormation's reading of a template in a bucket as a question to the evaluator: what the administrator may do is
// not known and taken for everything, so that only the bucket's own policy can say no.
import { type Context, type KeyState, multiple, single } from "#iam/context.ts";
import type { AttachedPolicy, Layers } from "#iam/layers.ts";
import { readPolicy } from "#iam/read-policy.ts";
import type { Principal, Request } from "#iam/request.ts";
import type { Administrator } from "./administrator.ts";

const everything = readPolicy({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
});

export function readThroughCloudFormation(
  administrator: Administrator,
  resource: string,
  bucketPolicy: AttachedPolicy,
): { request: Request; layers: Layers } {
  const { arn, accountId, organizationId } = administrator;
  const principal = principalOf(administrator);
  const keys: [string, KeyState][] = [
    ["aws:viaawsservice", single("true")],
    ["aws:calledvia", multiple(["cloudformation.amazonaws.com"])],
    ["aws:calledviafirst", single("cloudformation.amazonaws.com")],
    ["aws:calledvialast", single("cloudformation.amazonaws.com")],
    ["aws:principalisawsservice", single("false")],
    ["aws:securetransport", single("true")],
    ["aws:principalaccount", single(accountId)],
    ["aws:principalorgid", single(organizationId)],
    ["aws:principalarn", principal.kind === "role-session" ? "unknown" : single(arn)],
  ];
  const context: Context = { keys: new Map(keys), families: [], otherwise: "unknown" };
  const attachedTo = { kind: "principal", id: arn, path: null } as const;
  return {
    request: { action: "s3:GetObject", resource, resourceAccountId: null, principal, context },
    layers: {
      identity: [{ name: "everything", arn: null, readAt: null, ...everything, attachedTo }],
      boundary: null,
      session: null,
      scp: "exempt",
      rcp: "exempt",
      resource: bucketPolicy,
      endpoint: null,
      publicAccess: null,
    },
  };
}

/** A session's ARN does not tell the path of its role. */
function principalOf({ arn, accountId, partition }: Administrator): Principal {
  const account = { partition, accountId };
  const [, role = "", sessionName = ""] = /:assumed-role\/([^/]+)\/(.+)$/.exec(arn) ?? [];
  if (role) {
    const roleArn = `arn:${partition}:iam::${accountId}:role/${role}`;
    return { ...account, kind: "role-session", roleArn, sessionName, uniqueId: null };
  }
  return arn.endsWith(":root")
    ? { ...account, kind: "root" }
    : { ...account, kind: "user", arn, uniqueId: null };
}
