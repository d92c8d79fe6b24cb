// One framework: its controls in its own order, each with its score and the insights behind it.
import { Link, useParams } from "@tanstack/react-router";
import { listFrameworks, listInsights } from "#contract/inventory.ts";
import type { Framework, Insight } from "../../nouns.ts";
import { badgeQuery, badgeText, badgeTokens, joined, useBadgeKeys } from "../../parts/filter-badges.ts";
import { FilterBar } from "../../parts/filter-bar.tsx";
import type { Filter } from "../../parts/filter-text.ts";
import { Page } from "../../parts/frame.tsx";
import { useListUrl } from "../../parts/list-url.ts";
import { SeverityMark } from "../../parts/mark.tsx";
import { percent, plural, whole } from "../../parts/number.ts";
import { ScoreBar, ScoreText } from "../../parts/score.tsx";
import { Empty, Loaded } from "../../parts/state.tsx";
import { useRead } from "../../queries.ts";
import css from "./framework.module.css";

export function FrameworkPage() {
  const { id = "" } = useParams({ strict: false });
  const { filter, setFilter } = useListUrl(badgeTokens);
  const keys = useBadgeKeys();
  const frameworks = useRead(listFrameworks, { query: badgeQuery(filter) }, { keepPrevious: true });
  const framework = frameworks.data?.items.find((each) => each.id === id);
  return (
    <Page title={framework?.title ?? "Framework"} parent={{ to: "/compliance", label: "Compliance" }}>
      <FilterBar keys={keys} filter={filter} onChange={setFilter} />
      <Loaded read={frameworks}>
        {() =>
          framework ? (
            <Content framework={framework} filter={filter} />
          ) : (
            <Empty title="There is no such framework" />
          )
        }
      </Loaded>
    </Page>
  );
}

function Content({ framework, filter }: { framework: Framework; filter: Filter }) {
  const insights = useRead(
    listInsights,
    { query: { framework: framework.id, ...badgeQuery(filter) } },
    { keepPrevious: true },
  );
  const badges = badgeText(filter);
  const byId = new Map(insights.data?.items.map((insight) => [insight.id, insight]));
  const { score } = framework;
  return (
    <>
      <div className={css.head}>
        <span className={css.score}>{percent(score.value)}</span>
        <div className={css.meaning}>
          <ScoreBar score={score} />
          <span className="muted">
            {whole(score.passed)} passed, {whole(score.failed)} failed, {whole(score.unknown)} unknown. Seen{" "}
            {percent(score.coverage)} of what applies
            {score.stale > 0 && `; ${plural(score.stale, "verdict")} stale`}.
          </span>
        </div>
        <span className="muted">
          {framework.publisher}, version {framework.version}
        </span>
      </div>
      <ul className={css.controls}>
        {framework.controls.map((control) => (
          <li key={control.id} id={control.id} className={css.control}>
            <span className={css.id}>{control.id}</span>
            <div className={css.body}>
              <span className={css.title}>{control.title}</span>
              {control.insightIds.length === 0 && (
                <span className="muted">No insight looks at this control yet.</span>
              )}
              {control.insightIds.map((insightId) => (
                <ControlInsight
                  key={insightId}
                  id={insightId}
                  insight={byId.get(insightId)}
                  badges={badges}
                />
              ))}
            </div>
            <div className={css.bar}>
              {control.insightIds.length > 0 && <ScoreBar score={control.score} />}
            </div>
            <div className={css.figure}>
              {control.insightIds.length > 0 && <ScoreText score={control.score} />}
            </div>
          </li>
        ))}
      </ul>
    </>
  );
}

function ControlInsight({
  id,
  insight,
  badges,
}: {
  id: string;
  insight: Insight | undefined;
  badges: string;
}) {
  return (
    <span className={css.insight}>
      {insight && <SeverityMark severity={insight.severity} />}
      <Link to="/insights/$id" params={{ id }} search={{ filter: joined(badges) }} className="trim">
        {insight?.title ?? id}
      </Link>
      {insight && insight.counts.fail > 0 && (
        <Link to="/findings" search={{ filter: joined(`insight:${id}`, badges) }} className={css.fails}>
          {whole(insight.counts.fail)} failing
        </Link>
      )}
    </span>
  );
}
