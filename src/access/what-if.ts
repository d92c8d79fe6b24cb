// What would change if the policy of a resource were another: who would gain and who would lose what. Nothing is
// written anywhere; the resource is judged as it is and as it would be.

import type { PolicyProblem } from "#iam/policy.ts";
import { readPolicy } from "#iam/read-policy.ts";
import type { KeptDocument } from "#store/identity-documents.ts";
import type { TenantTx } from "#store/open.ts";
import type { Candidate } from "./candidates.ts";
import type { Grant, StatementReference } from "./judge-candidate.ts";
import type { PrincipalsAsked } from "./principals-page.ts";
import { type AccessTarget, targetOf } from "./targets.ts";
import { type JudgedPage, judgedPage } from "./who-can.ts";

export interface AccessChange {
  action: string;
  level: string;
  before: Grant["verdict"] | "denied";
  after: Grant["verdict"] | "denied";
  /** That would grant it, or granted it before. */
  statements: StatementReference[];
}

export type Changed = Pick<
  Candidate,
  "kind" | "id" | "resourceId" | "name" | "accountId" | "cloudId" | "isAssumed"
> & {
  changes: AccessChange[];
};

export interface WhatIf extends Pick<JudgedPage, "judged" | "notRead" | "next"> {
  changed: Changed[];
}

/** `policy` null: the resource has none. A list: what is wrong with the policy. */
export async function whatIf(
  tx: TenantTx,
  resource: KeptDocument,
  policy: unknown,
  asked: PrincipalsAsked,
  now: Date,
): Promise<WhatIf | readonly PolicyProblem[] | "unsupported"> {
  const target = targetOf(resource.type);
  if (!target) return "unsupported";
  const read = policy === null ? null : readPolicy(policy).policy;
  if (read && "problems" in read) return read.problems;
  const before = await judgedPage(tx, resource, asked, now);
  const after = await judgedPage(tx, withPolicy(resource, target, read?.document ?? null), asked, now);
  if (before === "unsupported" || after === "unsupported") return "unsupported";
  const { judged, notRead, next } = after;
  return { changed: changesOf(before, after), judged, notRead, next };
}

function withPolicy(resource: KeptDocument, { policyAt }: AccessTarget, policy: unknown): KeptDocument {
  const properties = structuredClone(resource.properties);
  const path = policyAt.split(".");
  const last = path.pop() ?? policyAt;
  let holder = properties;
  for (const name of path) {
    holder[name] ??= {};
    holder = holder[name] as Record<string, unknown>;
  }
  if (policy === null) delete holder[last];
  else holder[last] = policy;
  const gaps = resource.gaps.filter(({ path: hidden }) => hidden !== policyAt && hidden !== "PolicyStatus");
  // Whether AWS would call the new policy of a bucket public, only AWS can say.
  const unsaid = resource.type === "aws.s3.bucket" && policy !== null ? [notAskedYet] : [];
  return { ...resource, properties, gaps: [...gaps, ...unsaid] };
}

const notAskedYet = {
  ...{ path: "PolicyStatus", operation: "s3:GetBucketPolicyStatus", code: "NotAskedYet" },
  ...{ reason: "failed" as const, message: "AWS has not seen this policy." },
};

function changesOf(before: JudgedPage, after: JudgedPage): Changed[] {
  const was = byCandidate(before);
  const is = byCandidate(after);
  return [...new Map([...was, ...is]).entries()].flatMap(([key, { candidate }]) => {
    const changes = compared(was.get(key)?.grants ?? [], is.get(key)?.grants ?? []);
    if (changes.length === 0) return [];
    const { kind, id, resourceId, name, accountId, cloudId, isAssumed } = candidate;
    return [{ kind, id, resourceId, name, accountId, cloudId, isAssumed, changes }];
  });
}

function byCandidate({ found }: JudgedPage) {
  return new Map(found.map((one) => [`${one.candidate.kind} ${one.candidate.id}`, one]));
}

function compared(before: readonly Grant[], after: readonly Grant[]): AccessChange[] {
  const was = byAction(before);
  const is = byAction(after);
  return [...new Map([...was, ...is]).keys()].flatMap((action) => {
    const [old, fresh] = [was.get(action), is.get(action)];
    if (old?.grant.verdict === fresh?.grant.verdict) return [];
    const { level, grant } = (fresh ?? old) as Granted;
    return [
      {
        ...{ action, level, statements: grant.statements },
        before: old?.grant.verdict ?? ("denied" as const),
        after: fresh?.grant.verdict ?? ("denied" as const),
      },
    ];
  });
}

interface Granted {
  level: string;
  grant: Grant;
}

function byAction(grants: readonly Grant[]): Map<string, Granted> {
  return new Map(
    grants.flatMap((grant) => grant.actions.map(({ action, level }) => [action, { level, grant }] as const)),
  );
}
