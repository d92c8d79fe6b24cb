// A summary of diagnoses as the API shows it: what becomes visible by mending it comes first.
import type { Catalog } from "#catalog/load.ts";
import { severities } from "#model/verdict.ts";
import type { Blindness } from "../role-blindness.ts";
import { believedText } from "./believed-words.ts";
import { type ProblemGroup, problemIdOf, type Summary } from "./summary.ts";
import { blindTo, shownJudgement } from "./view.ts";
import { blockerText, observedText } from "./words.ts";

type Parts = Pick<Catalog, "resourceTypes" | "insights">;

export async function shownSummary(catalog: Parts, { counts, problems, falseAlarms }: Summary) {
  const weighed = await Promise.all(
    [...problems.values()].map(async (group) => ({
      group,
      weight: weightOf(group, await blindTo(catalog, [...group.actions])),
    })),
  );
  weighed.sort((a, b) => b.weight - a.weight);
  const { "not-applicable": notApplicable, ...others } = counts;
  return {
    counts: { ...others, notApplicable },
    problems: await Promise.all(weighed.map(({ group }) => shownProblem(catalog, group))),
    falseAlarms: [...falseAlarms.values()]
      .sort((a, b) => b.clouds - a.clouds)
      .map(({ actions, ...rest }) => ({ ...rest, actions: [...actions].sort() })),
  };
}

/** Insights weigh by severity, in each cloud; a denial more than what is only not known. */
function weightOf(
  { row, clouds, rows, acknowledged }: ProblemGroup,
  { insights, resourceTypes }: Blindness,
): number {
  const bySeverity = insights.reduce(
    (sum, { severity }) => sum + 2 ** (severities.length - severities.indexOf(severity)),
    0,
  );
  const isOpen = rows > acknowledged ? 1 : 0.001;
  const certainty =
    row.verdict === "denied" ? 4 : row.verdict === "conditional" ? 2 : row.verdict === "unknown" ? 1 : 0.01;
  return (bySeverity + resourceTypes.length) * clouds * certainty * isOpen;
}

async function shownProblem(catalog: Parts, group: ProblemGroup) {
  const { row, actions, regions, clouds, examples, acknowledged, rows } = group;
  const sorted = [...actions].sort();
  return {
    ...(await shownJudgement(catalog, row, sorted)),
    id: problemIdOf(row) ?? "",
    title: titleOf(group),
    actions: sorted,
    regions: [...regions].sort(),
    ...{ clouds, examples, acknowledged, rows },
  };
}

function titleOf({ row }: ProblemGroup): string {
  const [first, ...others] = row.blockers;
  if (row.cause !== "policy" && row.observed) return observedText(row.observed);
  if (!first) return row.observed ? observedText(row.observed) : believedText(row);
  const more = others.length === 0 ? "" : ` Besides: ${others.map(blockerText).join(" ")}`;
  return blockerText(first) + more;
}
