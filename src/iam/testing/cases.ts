// What the evaluator's tests and benchmark are written in: policies from statements, a request from what differs.
import { type Context, type KeyState, multiple, single } from "#iam/context.ts";
import type { AttachedPolicy, AttachmentPoint, Layers, OrganizationLevel } from "#iam/layers.ts";
import { readPolicy } from "#iam/read-policy.ts";
import type { Principal, Request } from "#iam/request.ts";

export const accountId = "111122223333";
export const otherAccountId = "444455556666";
export const roleArn = `arn:aws:iam::${accountId}:role/csp-harvest`;
export const sessionArn = `arn:aws:sts::${accountId}:assumed-role/csp-harvest/Skywarden`;

export const role: Principal = roleSession(roleArn);
export const user: Principal = {
  kind: "user",
  partition: "aws",
  accountId,
  arn: `arn:aws:iam::${accountId}:user/eve`,
  uniqueId: "AIDAEVE",
};
export const root: Principal = { kind: "root", partition: "aws", accountId };

export function roleSession(arn: string): Principal {
  const [, partition = "aws", , , account = ""] = arn.split(":");
  return {
    kind: "role-session",
    partition,
    accountId: account,
    roleArn: arn,
    sessionName: "Skywarden",
    uniqueId: "AROAHARVEST",
  };
}

/** A JSON statement; the rest is Allow on every resource. */
export type RawStatement = Readonly<Record<string, unknown>>;

export function document(...statements: RawStatement[]) {
  return {
    Version: "2012-10-17",
    Statement: statements.map((one) => ({
      Effect: "Allow",
      ...("NotResource" in one ? {} : { Resource: "*" }),
      ...one,
    })),
  };
}

export function attached(
  given: unknown,
  {
    name = "policy",
    arn = null,
    attachedTo = { kind: "principal", id: roleArn, path: null },
  }: Partial<AttachedPolicy> = {},
): AttachedPolicy {
  return { name, arn, attachedTo, readAt: null, ...readPolicy(given) };
}

/** A policy of Allow statements on everything. */
export function allowing(...actions: string[]): AttachedPolicy {
  return attached(document({ Action: actions }));
}

export const everything = allowing("*");

/** An attached resource policy: without Resource where the case does not name one. */
export function resourcePolicy(...statements: RawStatement[]): AttachedPolicy {
  return attached({
    Version: "2012-10-17",
    Statement: statements.map((one) => ({ Effect: "Allow", ...one })),
  });
}

export function level(
  kind: AttachmentPoint["kind"],
  id: string,
  ...policies: AttachedPolicy[]
): OrganizationLevel {
  const attachedTo = { kind, id, path: id };
  return { attachedTo, policies: policies.map((policy) => ({ ...policy, attachedTo })) };
}

/** Nothing is attached, and nothing is hidden: SCPs do not apply. */
export const noLayers: Layers = {
  identity: [],
  boundary: null,
  session: null,
  scp: "exempt",
  rcp: "exempt",
  resource: null,
  endpoint: null,
  publicAccess: null,
};

export function layersOf(some: Partial<Layers>): Layers {
  return { ...noLayers, ...some };
}

export type Keys = Readonly<Record<string, string | readonly string[] | "unknown" | null>>;
export const unknownKey = "unknown";

/** A list is multivalued, `null` absent, "unknown" unknown; every other key is absent. */
export function contextOf(keys: Keys): Context {
  const states = Object.entries(keys).map(([key, value]): [string, KeyState] => [
    key.toLowerCase(),
    stateFrom(value),
  ]);
  return { keys: new Map(states), families: [], otherwise: "absent" };
}

function stateFrom(value: Keys[string]): KeyState {
  if (value === null) return "absent";
  if (value === unknownKey) return "unknown";
  return typeof value === "string" ? single(value) : multiple(value);
}

export function requestOf({ keys = {}, ...some }: Partial<Request> & { keys?: Keys | undefined }): Request {
  return {
    action: "ec2:DescribeInstances",
    resource: "*",
    resourceAccountId: null,
    principal: role,
    context: contextOf({ "aws:PrincipalArn": roleArn, ...keys }),
    ...some,
  };
}
