// A diagnosis as the API shows it. Shapes are those of contract/permission.ts; the server checks them.
import type { Catalog } from "#catalog/load.ts";
import type { Mend } from "#iam/change.ts";
import type { AttachmentPoint } from "#iam/layers.ts";
import { no, yes } from "#iam/three-valued.ts";
import type { Blocker, ComparedCondition, MatchedStatement } from "#iam/verdict.ts";
import { type Blindness, blindnessOf } from "../role-blindness.ts";
import { believedText } from "./believed-words.ts";
import { fixText } from "./fix-words.ts";
import type { Row } from "./rows.ts";
import { problemIdOf } from "./summary.ts";
import { blockerText, layerName, observedText } from "./words.ts";

type Parts = Pick<Catalog, "resourceTypes" | "insights">;

export async function shownRow(catalog: Parts, row: Row) {
  return {
    region: row.region,
    action: row.action,
    ...(await shownJudgement(catalog, row, [row.action])),
    problem: problemIdOf(row),
    opinions: {
      observed: row.observed && {
        verdict: row.observed.outcome,
        at: row.observed.at.toISOString(),
        detail: observedText(row.observed),
      },
      computed: row.cause === "region-off" ? null : computedOpinion(row),
      simulated: simulatedOpinion(row),
      believed: believedText(row),
    },
    checkedAt: row.at.toISOString(),
  };
}

function computedOpinion({ computed, blockers, at }: Row) {
  const { verdict } = computed;
  const detail = verdict === "allowed" ? "The policies allow it." : blockers.map(blockerText).join(" ");
  return { verdict, at: at.toISOString(), detail };
}

function simulatedOpinion({ simulated }: Row) {
  if (simulated === null) return null;
  if (simulated === "allowed")
    return { verdict: "allowed", at: null, detail: "AWS's policy simulator allows it." };
  const blamed = simulated.allowedByOrganizations === false ? ", and blames the organization's policies" : "";
  const missing =
    simulated.missingKeys.length > 0 ? ` It was not told ${simulated.missingKeys.join(", ")}.` : "";
  const detail = `AWS's policy simulator says ${simulated.decision}${blamed}. It does not say which policy.${missing}`;
  return { verdict: "denied", at: null, detail };
}

/** What a row and a group of rows have alike. */
export async function shownJudgement(catalog: Parts, row: Row, actions: readonly string[]) {
  const { verdict, denial, cause, evidence, layer, blockers, conditionKeys, mend } = row;
  const isSeen = verdict === "allowed" || verdict === "not-applicable";
  const fixes = mend === null || isSeen ? [] : fixesOf(mend, row.isOfTemplate);
  return {
    ...{ verdict, denial, cause, evidence, layer },
    blocking: isSeen ? [] : blockers.map(shownBlocker),
    conditionKeys: [...conditionKeys],
    blind: isSeen ? { resourceTypes: [], insights: [] } : await shownBlindness(catalog, actions),
    fix: fixes[0] ?? null,
    furtherFixes: fixes.slice(1),
    proof: mend !== null && fixes.length > 0 ? { verdict: mend.verdict.verdict } : null,
  };
}

/** Of one action; a diagnosis asks for the same few over and over. */
const known = new WeakMap<object, Map<string, Promise<Blindness>>>();

async function shownBlindness(catalog: Parts, actions: readonly string[]) {
  const { resourceTypes, insights } = await blindTo(catalog, actions);
  return { resourceTypes: resourceTypes.map(({ type, title }) => ({ type, title })), insights };
}

export function blindTo(catalog: Parts, actions: readonly string[]): Promise<Blindness> {
  const memo = known.get(catalog.insights) ?? new Map<string, Promise<Blindness>>();
  known.set(catalog.insights, memo);
  const key = actions.toSorted().join();
  const found = memo.get(key) ?? blindnessOf(catalog, actions);
  memo.set(key, found);
  return found;
}

function shownBlocker(blocker: Blocker) {
  const statement = blocker.kind === "deny" ? blocker.by : null;
  const policy = blockedBy(blocker);
  return {
    kind: blocker.kind,
    layer: blocker.layer,
    layerName: layerName(blocker.layer),
    policyName: policy?.name ?? null,
    policyArn: policy?.arn ?? null,
    sid: statement?.statement.sid ?? null,
    index: statement?.statement.index ?? null,
    attachedTo: attachmentOf(blocker)?.id ?? null,
    attachment: attachmentOf(blocker),
    conditions: statement ? shownConditions(statement) : [],
    text: blockerText(blocker),
  };
}

function blockedBy(blocker: Blocker) {
  if (blocker.kind === "deny") return blocker.by.policy;
  if (blocker.kind === "unread") return blocker.policy;
  return blocker.policies.length === 1 ? blocker.policies[0] : null;
}

function attachmentOf(blocker: Blocker): AttachmentPoint | null {
  if (blocker.kind === "deny") return blocker.by.policy.attachedTo;
  return blocker.kind === "unread" ? (blocker.policy?.attachedTo ?? null) : blocker.attachedTo;
}

function shownConditions({ conditions }: MatchedStatement) {
  return conditions.map(({ operator, key, expected, actual, holds }: ComparedCondition) => ({
    ...{ operator, key },
    expected: [...expected],
    actual: actual === "unknown" ? null : actual === "absent" ? [] : [...actual],
    holds: holds === yes ? ("yes" as const) : holds === no ? ("no" as const) : ("unknown" as const),
  }));
}

/** One for each document: what several blockers ask of it comes one after the other. */
function fixesOf({ steps }: Mend, isOfTemplate: boolean) {
  return steps.flatMap(({ blocker, change }) => {
    if ("none" in change) return [];
    const { policy, operations, document } = change;
    const before = policy && "document" in policy.policy ? policy.policy.document : null;
    return [
      {
        document: {
          name: policy?.name ?? "",
          arn: policy?.arn ?? null,
          attachedTo: attachmentOf(blocker),
          hash: policy?.hash ?? "",
        },
        diff: operations.map(({ op, path, value }) => ({ op, path, value })),
        text: fixText(blocker, change, isOfTemplate),
        before,
        after: document,
      },
    ];
  });
}
