// Open findings by severity now, and their line over the last 30 days; the same as a table.
import { SegmentedControl } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { severities } from "#model/verdict.ts";
import type { Summary } from "../../nouns.ts";
import { joined } from "../../parts/filter-badges.ts";
import { SeverityMark, severityName } from "../../parts/mark.tsx";
import { whole } from "../../parts/number.ts";
import { Section } from "../../parts/section.tsx";
import css from "./overview.module.css";

const SeverityLines = lazy(() => import("./severity-lines.tsx"));

export function FindingsBySeverity({ summary, badges }: { summary: Summary; badges: string }) {
  const [view, setView] = useState("chart");
  const { findings, history } = summary;
  const hasLine = history.length > 1;
  return (
    <Section title="Open findings" aside={hasLine && <ViewSwitch view={view} onChange={setView} />}>
      <dl className={css.figures}>
        <div>
          <dt>All</dt>
          <dd>
            <Link to="/findings" search={{ filter: joined(badges) }}>
              {whole(findings.total)}
            </Link>
          </dd>
        </div>
        {severities.map((severity) => (
          <div key={severity}>
            <dt className={css.severity}>
              <SeverityMark severity={severity} labelled />
            </dt>
            <dd>
              <Link to="/findings" search={{ filter: joined(`severity:${severity}`, badges) }}>
                {whole(findings.bySeverity[severity])}
              </Link>
            </dd>
          </div>
        ))}
      </dl>
      {!hasLine ? (
        <p className={css.tooEarly}>The 30-day line begins on the second day.</p>
      ) : (
        <div className={css.chart}>
          {view === "table" ? (
            <HistoryTable history={history} />
          ) : (
            <Suspense>
              <SeverityLines history={history} />
            </Suspense>
          )}
          {badges !== "" && (
            <p className={css.tooEarly}>
              The past of the clouds that carry these badges today, kept since {history[0]?.day}.
            </p>
          )}
        </div>
      )}
    </Section>
  );
}

function ViewSwitch({ view, onChange }: { view: string; onChange: (view: string) => void }) {
  return (
    <SegmentedControl
      size="xs"
      value={view}
      onChange={onChange}
      data={[
        { value: "chart", label: "Line" },
        { value: "table", label: "Table" },
      ]}
      aria-label="View of the last 30 days"
    />
  );
}

function HistoryTable({ history }: { history: Summary["history"] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard.
    <section className={css.tableScroll} tabIndex={0} aria-label="Findings of the last 30 days">
      <table className={css.history}>
        <thead>
          <tr>
            <th>Day</th>
            {severities.map((severity) => (
              <th key={severity} className="number">
                {severityName(severity)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {history.toReversed().map(({ day, findings }) => (
            <tr key={day}>
              <td>{day}</td>
              {severities.map((severity) => (
                <td key={severity} className="number">
                  {whole(findings[severity])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
