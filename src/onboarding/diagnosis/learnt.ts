// What a refusal teaches: AWS named the policy that denied one of our calls, and of that policy just one statement can
// have done it, if its condition holds. So it holds for us, and for every other action that the statement covers.
import { deniedByOf } from "#aws/classify.ts";
import { explain } from "#iam/explain.ts";
import { maybe } from "#iam/three-valued.ts";
import type { Blocker, MatchedStatement } from "#iam/verdict.ts";
import type { KnownDenial } from "#model/known-denial.ts";
import type { UnreadOperation } from "#model/role-inspection.ts";
import { type Asker, questionOf } from "./compute.ts";
import type { NeededAction } from "./needed-actions.ts";

/** Statements that deny us whatever they are asked: "policy ARN#index". */
export type Learnt = ReadonlySet<string>;

interface Refusal {
  action: string;
  region: string;
  policyArn: string;
}

/** Keys that are the same for all of our calls, whatever they ask. */
const ofOurs =
  /^aws:(source(ip|vpc|vpce|vpcarn)|vpc|principal|userid|useragent|tokenissuetime|sourceidentity)/i;

export function learntFrom(
  asker: Asker,
  needed: readonly NeededAction[],
  denials: readonly KnownDenial[],
  unread: readonly UnreadOperation[],
): Learnt {
  const learnt = new Set<string>();
  for (const refusal of refusalsOf(asker, needed, denials, unread)) {
    const one: NeededAction = { action: refusal.action, place: "regional", calls: [], resource: "*" };
    const { request, layers } = questionOf(asker, one, refusal.region, refusal.region);
    const may = explain(request, layers).blockers.flatMap((blocker) =>
      blocker.kind === "deny" && blocker.by.policy.arn === refusal.policyArn ? [blocker.by] : [],
    );
    const [only] = may;
    if (only && may.length === 1 && hangsOnOurs(only)) learnt.add(nameOf(only));
  }
  return learnt;
}

function refusalsOf(
  { homeRegion }: Asker,
  needed: readonly NeededAction[],
  denials: readonly KnownDenial[],
  unread: readonly UnreadOperation[],
): Refusal[] {
  const actionOf = new Map(
    needed.flatMap(({ action, calls }) => calls.map(({ operation }) => [operation, action] as const)),
  );
  const told = [
    // IAM's operations are called as its actions are.
    ...unread.map(({ operation, message }) => ({ action: operation, region: homeRegion, message })),
    ...denials.map(({ operation, region, message }) => ({
      action: actionOf.get(operation),
      region,
      message,
    })),
  ];
  return told.flatMap(({ action, region, message }) => {
    const policyArn = /explicit deny/i.test(message) ? deniedByOf(message)?.policyArn : null;
    return action && policyArn ? [{ action, region, policyArn }] : [];
  });
}

/** Nothing but conditions on what all our calls have in common is open. */
function hangsOnOurs({ resource, principal, conditions }: MatchedStatement): boolean {
  const open = conditions.filter(({ holds }) => holds === maybe);
  return (
    resource !== maybe && principal !== maybe && open.length > 0 && open.every(({ key }) => ofOurs.test(key))
  );
}

export function isLearnt(learnt: Learnt, blocker: Blocker): boolean {
  return blocker.kind === "deny" && hangsOnOurs(blocker.by) && learnt.has(nameOf(blocker.by));
}

function nameOf({ policy, statement }: MatchedStatement): string {
  return `${policy.arn}#${statement.index}`;
}
