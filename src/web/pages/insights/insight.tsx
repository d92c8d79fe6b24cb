// One insight: how the estate fares, the rule, why it matters, the fix.
import { Link, useParams } from "@tanstack/react-router";
import { getInsight } from "#contract/inventory.ts";
import type { Rule } from "#rules/tree.ts";
import type { InsightDetail as Insight } from "../../nouns.ts";
import { CopyText } from "../../parts/copy.tsx";
import { Detail } from "../../parts/detail.tsx";
import { badgeQuery, badgeText, badgeTokens, joined } from "../../parts/filter-badges.ts";
import { FixText } from "../../parts/fix-text.tsx";
import { useListUrl } from "../../parts/list-url.ts";
import { SeverityMark, VerdictMark } from "../../parts/mark.tsx";
import { whole } from "../../parts/number.ts";
import { RuleText } from "../../parts/rule-text.tsx";
import { Facts, Section } from "../../parts/section.tsx";
import { Loaded } from "../../parts/state.tsx";
import { useRead } from "../../queries.ts";
import css from "./insight.module.css";

export function InsightDetail() {
  const { id = "" } = useParams({ strict: false });
  const { filter } = useListUrl(badgeTokens);
  const read = useRead(getInsight, { params: { id }, query: badgeQuery(filter) }, { keepPrevious: true });
  return (
    <Detail title={read.data?.title ?? "Insight"} parent={{ to: "/insights", label: "Insights" }}>
      <Loaded read={read}>{(insight) => <Content insight={insight} badges={badgeText(filter)} />}</Loaded>
    </Detail>
  );
}

function Content({ insight, badges }: { insight: Insight; badges: string }) {
  const { counts } = insight;
  return (
    <>
      <div className={css.counts}>
        <Link
          to="/findings"
          search={{ filter: joined(`insight:${insight.id}`, badges) }}
          className={css.count}
        >
          <strong>{whole(counts.fail)}</strong>
          <VerdictMark verdict="fail" />
        </Link>
        <span className={css.count}>
          <strong>{whole(counts.unknown)}</strong>
          <VerdictMark verdict="unknown" />
        </span>
        <span className={css.count}>
          <strong>{whole(counts.pass)}</strong>
          <VerdictMark verdict="pass" />
        </span>
        <span className={css.count}>
          <strong>{whole(counts.notApplicable)}</strong>
          <VerdictMark verdict="not-applicable" />
        </span>
      </div>
      <Facts
        rows={[
          ["Severity", <SeverityMark key="severity" severity={insight.severity} labelled />],
          [
            "Judges",
            <span key="type" className="mono">
              {insight.resourceType}
            </span>,
          ],
          ["Id", <CopyText key="id" value={insight.id} label="id" />],
          ...Object.entries(insight.frameworks).map(([framework, controls]): [string, React.ReactNode] => [
            framework,
            <Link key={framework} to="/compliance/$id" params={{ id: framework }} hash={controls[0] ?? ""}>
              {controls.join(", ")}
            </Link>,
          ]),
        ]}
      />
      <div style={{ height: 16 }} />
      <Section title="Why it matters">
        <p className={css.prose}>{insight.why}</p>
      </Section>
      <Section title="Rule">
        {insight.applies !== null && insight.applies !== undefined && (
          <>
            <p className="muted">It looks only at resources where</p>
            <RuleText rule={insight.applies as Rule} />
          </>
        )}
        <p className="muted">It passes if</p>
        <RuleText rule={insight.passes as Rule} />
      </Section>
      <Section title="Fix">
        <FixText steps={insight.fix.steps} />
      </Section>
    </>
  );
}
