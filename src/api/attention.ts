// What needs a person now: causes grouped by what there is to do, at most five, the largest first.

import type { getSummary } from "#contract/activity.ts";
import type { ResponseOf } from "#contract/route.ts";
import type { CloudState } from "#model/cloud.ts";
import type { SeverityCounts } from "#model/verdict.ts";
import type { TroubledSync } from "#store/summary.ts";

type Cause = ResponseOf<typeof getSummary>["attention"][number];

const most = 5;

const ofClouds: [CloudState, string, string][] = [
  ["awaiting-role", "have no member role yet", "Create the member role"],
  ["assume-role-failed", "refuse the member role", "See why the role fails"],
  ["invalid-credentials", "have credentials that no longer work", "Mend the credentials"],
  ["warning", "cannot be read completely", "See what is denied"],
];

export function attentionOf(estate: {
  byStatus: Record<CloudState, number>;
  findings: SeverityCounts;
  scopesInGap: number;
  syncs: TroubledSync[];
}): Cause[] {
  const clouds = ofClouds.map(([state, what, action]) => {
    const count = estate.byStatus[state];
    const title = count === 1 ? singular(what) : what;
    return {
      kind: "clouds" as const,
      code: state,
      title: `${amount(count, "cloud")} ${title}`,
      count,
      action,
      link: `/clouds?filter=status:${state}`,
    };
  });
  const { critical } = estate.findings;
  const causes: Cause[] = [
    ...clouds,
    ...estate.syncs.map(syncCause),
    {
      kind: "findings",
      code: "critical",
      title: `${amount(critical, "critical finding")} ${critical === 1 ? "is" : "are"} open`,
      count: critical,
      action: "Look at them",
      link: "/findings?filter=severity:critical",
    },
    {
      kind: "gaps",
      code: "scopes-in-gap",
      title: `${amount(estate.scopesInGap, "harvest scope")} could not be read`,
      count: estate.scopesInGap,
      action: "See the clouds",
      link: "/clouds?filter=status:warning",
    },
  ];
  return causes
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count)
    .slice(0, most);
}

function syncCause({ id, nickname, state }: TroubledSync): Cause {
  const failed = state === "failed";
  return {
    kind: "clouds",
    code: failed ? "sync-failed" : "sync-needs-confirmation",
    title: failed ? `The sync of ${nickname} failed` : `The sync of ${nickname} would remove much and waits`,
    count: 1,
    action: failed ? "See why" : "Confirm or refuse",
    link: `/organizations/${id}`,
  };
}

function amount(count: number, noun: string): string {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}

function singular(words: string): string {
  return words.replace(/^have /, "has ").replace(/^refuse /, "refuses ");
}
