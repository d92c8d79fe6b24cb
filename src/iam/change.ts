// The change of the very document that blocks, and the proof: the verdict with it. It exempts who asks from a
// deny, or adds the allow that is missing, and no more than that.
import { denyExemption } from "#iam/deny-exemption.ts";
import { evaluate } from "#iam/evaluate.ts";
import { explain } from "#iam/explain.ts";
import { changedDocument, type JsonOperation } from "#iam/json-change.ts";
import type { AttachedPolicy, LayerName, Layers } from "#iam/layers.ts";
import { missingAllow, newStatement } from "#iam/missing-allow.ts";
import { readPolicy } from "#iam/read-policy.ts";
import type { Request } from "#iam/request.ts";
import type { Blocker, Verdict } from "#iam/verdict.ts";

export interface Change {
  layer: LayerName;
  /** The policy to edit; null: a new one, to be attached where the blocker says. */
  policy: AttachedPolicy | null;
  operations: readonly JsonOperation[];
  /** After the change. */
  document: unknown;
}

/** Why there is no document to change. */
export type NoChange = "not-read" | "aws-managed" | "not-a-policy" | "no-principal-to-name";

export type Proposal = Change | { none: NoChange };

export function proposeChange(blocker: Blocker, request: Request): Proposal {
  if (blocker.kind === "unread") return { none: "not-read" };
  if (blocker.kind === "deny") {
    const { policy, statement } = blocker.by;
    if (isAwsManaged(policy)) return { none: "aws-managed" };
    return edited(blocker.layer, policy, (document) =>
      denyExemption(document, statement, blocker.layer, request),
    );
  }
  if (blocker.layer === "public-access-block") return { none: "not-a-policy" };
  const editable = blocker.policies.find((policy) => !isAwsManaged(policy) && "statements" in policy.policy);
  if (editable)
    return edited(blocker.layer, editable, (document) => missingAllow(document, blocker.layer, request));
  // A boundary is one policy, and AWS's own cannot be edited.
  if (blocker.layer === "boundary") return { none: "aws-managed" };
  const statement = newStatement(blocker.layer, request);
  if (statement === null) return { none: "no-principal-to-name" };
  const document = { Version: "2012-10-17", Statement: [statement] };
  return {
    layer: blocker.layer,
    policy: null,
    operations: [{ op: "add", path: "", value: document }],
    document,
  };
}

function edited(
  layer: LayerName,
  policy: AttachedPolicy,
  operationsOn: (document: unknown) => JsonOperation[] | null,
): Proposal {
  if ("problems" in policy.policy) return { none: "not-read" };
  const { document } = policy.policy;
  const operations = operationsOn(document);
  if (operations === null) return { none: "no-principal-to-name" };
  return { layer, policy, operations, document: changedDocument(document, operations) };
}

function isAwsManaged({ arn }: AttachedPolicy): boolean {
  return /^arn:[^:]+:(iam|organizations)::aws:policy\//.test(arn ?? "");
}

export interface Mend {
  steps: readonly { blocker: Blocker; change: Proposal; verdict: Verdict }[];
  /** With all of the changes. */
  verdict: Verdict;
}

/** Every certain blocker one after the other, each on the documents as the change before left them. */
export function mend(request: Request, layers: Layers): Mend {
  const steps: Mend["steps"][number][] = [];
  let current = layers;
  for (;;) {
    const open = explain(request, current).blockers.filter(({ certain }) => certain);
    const blocker = open[steps.filter(({ change }) => "none" in change).length];
    if (blocker === undefined || steps.length >= maxSteps)
      return { steps, verdict: evaluate(request, current) };
    const change = proposeChange(blocker, request);
    if (!("none" in change)) current = withChange(current, change, blocker);
    steps.push({ blocker, change, verdict: evaluate(request, current) });
  }
}

const maxSteps = 50;

/** The layers as they would be: the policy is changed wherever it is attached. */
export function withChange(layers: Layers, change: Change, blocker: Blocker): Layers {
  const read = readPolicy(change.document);
  const before = change.policy;
  if (before === null) return withNewPolicy(layers, change, blocker);
  const swap = (policy: AttachedPolicy): AttachedPolicy =>
    isSamePolicy(policy, before) ? { ...policy, ...read, readAt: null } : policy;
  const all = <Kept>(policies: readonly AttachedPolicy[] | Kept) =>
    Array.isArray(policies) ? (policies as readonly AttachedPolicy[]).map(swap) : (policies as Kept);
  const one = <Kept extends string | null>(policy: AttachedPolicy | Kept) =>
    policy !== null && typeof policy === "object" ? swap(policy) : policy;
  const levels = (given: Layers["scp"]) =>
    typeof given === "string"
      ? given
      : given.map((level) => ({ ...level, policies: level.policies.map(swap) }));
  return {
    ...layers,
    identity: all(layers.identity),
    boundary: one(layers.boundary),
    session: all(layers.session),
    scp: levels(layers.scp),
    rcp: levels(layers.rcp),
    resource: one(layers.resource),
    endpoint: one(layers.endpoint),
  };
}

function isSamePolicy(left: AttachedPolicy, right: AttachedPolicy): boolean {
  if (left.arn !== null || right.arn !== null) return left.arn === right.arn;
  // Inline policies of different layers may share a name.
  return left.name === right.name && left.attachedTo.id === right.attachedTo.id && left.hash === right.hash;
}

function withNewPolicy(layers: Layers, change: Change, blocker: Blocker): Layers {
  const attachedTo = ("attachedTo" in blocker ? blocker.attachedTo : null) ?? {
    kind: change.layer === "identity" ? ("principal" as const) : ("resource" as const),
    id: "",
    path: null,
  };
  const fresh: AttachedPolicy = {
    name: "",
    arn: null,
    attachedTo,
    readAt: null,
    ...readPolicy(change.document),
  };
  switch (change.layer) {
    case "identity":
      return { ...layers, identity: layers.identity === "unread" ? "unread" : [...layers.identity, fresh] };
    case "session":
      return { ...layers, session: [fresh] };
    case "scp":
      return {
        ...layers,
        scp:
          typeof layers.scp === "string"
            ? layers.scp
            : layers.scp.map((level) =>
                level.attachedTo.id === attachedTo.id
                  ? { ...level, policies: [...level.policies, fresh] }
                  : level,
              ),
      };
    default:
      return { ...layers, resource: fresh };
  }
}
