// One finding: evidence first, then the rule with those parts marked, then the fix, then its history.
import { Link, useParams } from "@tanstack/react-router";
import { getFinding, getInsight } from "#contract/inventory.ts";
import type { Rule } from "#rules/tree.ts";
import type { FindingDetail as Finding } from "../../nouns.ts";
import { CopyText } from "../../parts/copy.tsx";
import { Detail } from "../../parts/detail.tsx";
import { Evidence } from "../../parts/evidence.tsx";
import { FixText } from "../../parts/fix-text.tsx";
import { SeverityMark } from "../../parts/mark.tsx";
import { RuleText } from "../../parts/rule-text.tsx";
import { Facts, Section } from "../../parts/section.tsx";
import { Loaded } from "../../parts/state.tsx";
import { Time } from "../../parts/time.tsx";
import { useRead } from "../../queries.ts";

export function FindingDetail() {
  const { id = "" } = useParams({ strict: false });
  const read = useRead(getFinding, { params: { id } });
  return (
    <Detail title={read.data?.insightTitle ?? "Finding"} parent={{ to: "/findings", label: "Findings" }}>
      <Loaded read={read}>{(finding) => <Content finding={finding} />}</Loaded>
    </Detail>
  );
}

function Content({ finding }: { finding: Finding }) {
  const insight = useRead(getInsight, { params: { id: finding.insightId } });
  return (
    <>
      <Facts
        rows={[
          ["Severity", <SeverityMark key="severity" severity={finding.severity} labelled />],
          [
            "Resource",
            <Link key="resource" to="/inventory/$id" params={{ id: finding.resourceId }} search={{}}>
              {finding.resourceName ?? finding.resourceNativeId}
            </Link>,
          ],
          [
            "Type",
            <span key="type" className="mono">
              {finding.resourceType}
            </span>,
          ],
          [
            "Where",
            <span key="where">
              <Link to="/clouds/$id" params={{ id: finding.cloudId }}>
                {finding.cloudName}
              </Link>{" "}
              › {finding.region}
            </span>,
          ],
          ["Native id", <CopyText key="id" value={finding.resourceNativeId} label="id" />],
          [
            "Status",
            <span key="status">
              {finding.status}, opened <Time at={finding.openedAt} />
              {finding.closedAt && (
                <>
                  , closed <Time at={finding.closedAt} />
                </>
              )}
              {finding.stale && ". Stale: the resource can no longer be seen, this is the last verdict."}
            </span>,
          ],
        ]}
      />
      <div style={{ height: 16 }} />
      <Section title="Evidence">
        {finding.evidence.length === 0 ? (
          <p className="muted">The rule needed no field of the resource itself.</p>
        ) : (
          <Evidence evidence={finding.evidence} />
        )}
      </Section>
      <Loaded read={insight} rows={4}>
        {({ passes, fix, why }) => (
          <>
            <Section
              title="Rule"
              aside={
                <Link to="/insights/$id" params={{ id: finding.insightId }}>
                  Open insight
                </Link>
              }
            >
              <p className="muted">It would pass if</p>
              <RuleText rule={passes as Rule} marked={finding.evidence.map(({ path }) => path)} />
            </Section>
            <Section title="Why it matters">
              <p>{why}</p>
            </Section>
            <Section title="Fix">
              <FixText steps={fix.steps} />
            </Section>
          </>
        )}
      </Loaded>
      <Section title="History">
        <Facts
          rows={finding.history.map(({ at, event, reason }) => [
            event.charAt(0).toUpperCase() + event.slice(1),
            <span key={at}>
              <Time at={at} /> <span className="muted">{reason}</span>
            </span>,
          ])}
        />
      </Section>
    </>
  );
}
