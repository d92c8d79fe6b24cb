// The estate at a glance: what needs a person, how much is seen, what fails, what changed. Every figure
// leads to the list behind it.
import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { getSummary } from "#contract/activity.ts";
import type { Summary } from "../../nouns.ts";
import { classes } from "../../parts/classes.ts";
import {
  badgeQuery,
  badgeText,
  badgeTokens,
  joined,
  useBadgeKeys,
  withBadges,
} from "../../parts/filter-badges.ts";
import { FilterBar } from "../../parts/filter-bar.tsx";
import type { Filter } from "../../parts/filter-text.ts";
import { Page } from "../../parts/frame.tsx";
import { NothingFits } from "../../parts/list.tsx";
import { useListUrl } from "../../parts/list-url.ts";
import { PathLink, usePathLink } from "../../parts/path-link.tsx";
import { Reason } from "../../parts/reason.tsx";
import { Section } from "../../parts/section.tsx";
import { Empty, Loaded } from "../../parts/state.tsx";
import { Time } from "../../parts/time.tsx";
import { useMay, useMe, useRead } from "../../queries.ts";
import { Coverage } from "./coverage.tsx";
import { FindingsBySeverity } from "./findings-by-severity.tsx";
import { FrameworkScores } from "./framework-scores.tsx";
import css from "./overview.module.css";

const pollMs = 15_000;

export function Overview() {
  const { filter, isFiltered, setFilter, clear } = useListUrl(badgeTokens);
  const keys = useBadgeKeys();
  const isDemo = useMe().data?.tryIt ?? false;
  const summary = useRead(
    getSummary,
    { query: badgeQuery(filter) },
    { refetchInterval: pollMs, keepPrevious: true },
  );
  return (
    <Page title="Overview" action={isDemo && <TryIt />}>
      {(isFiltered || (summary.data?.clouds.total ?? 0) > 0) && (
        <FilterBar keys={keys} filter={filter} onChange={setFilter} />
      )}
      <Loaded read={summary} rows={14}>
        {(estate) => {
          if (estate.clouds.total > 0) return <Estate summary={estate} filter={filter} />;
          return isFiltered ? <NothingFits what="clouds" onClear={clear} /> : <NoClouds />;
        }}
      </Loaded>
    </Page>
  );
}

function TryIt() {
  return (
    <Button component={Link} to="/try" variant="default">
      Try it
    </Button>
  );
}

function NoClouds() {
  const mayAdd = useMay("organizations:write");
  return (
    <Empty
      title="Nothing is connected yet"
      action={
        mayAdd && (
          <Button component={Link} to="/organizations/add">
            Add organization
          </Button>
        )
      }
    >
      Connect an AWS Organization. Its accounts are found within a minute or two; what needs attention appears
      here as their resources are read and judged.
    </Empty>
  );
}

function Estate({ summary, filter }: { summary: Summary; filter: Filter }) {
  const badges = badgeText(filter);
  return (
    <div className={css.grid}>
      <div className={css.wide}>
        <Section title="Needs attention">
          <Attention items={summary.attention} badges={badges} />
        </Section>
      </div>
      <div className={css.slim}>
        <Section title="How much is seen">
          <Coverage summary={summary} badges={badges} />
        </Section>
      </div>
      <div className={css.wide}>
        <FindingsBySeverity summary={summary} badges={badges} />
      </div>
      <div className={css.slim}>
        <Section
          title="Score by framework"
          aside={
            <Link to="/compliance" search={{ filter: joined(badges) }}>
              All controls
            </Link>
          }
        >
          <FrameworkScores filter={filter} />
        </Section>
      </div>
      <div className={css.full}>
        <Section title="What changed last">
          <Recent items={summary.recent} />
        </Section>
      </div>
    </div>
  );
}

interface AttentionProps {
  items: Summary["attention"];
  badges: string;
}
function Attention({ items, badges }: AttentionProps) {
  if (items.length === 0) return <p className="muted">Nothing needs a person now.</p>;
  return (
    <ul className={css.rows}>
      {items.map((item) => (
        <li key={`${item.kind} ${item.code}`} className={css.attention}>
          <AttentionText title={item.title} link={withBadges(item.link, badges)} />
          <ActButton action={item.action} link={withBadges(item.link, badges)} />
        </li>
      ))}
    </ul>
  );
}

/** The size of the cause, which its title begins with, stands out and leads to the list. */
function AttentionText({ title, link }: { title: string; link: string }) {
  const size = /^[\d,]+/.exec(title)?.[0] ?? "";
  return (
    <>
      <span className={css.count}>{size !== "" && <PathLink path={link}>{size}</PathLink>}</span>
      <span className={css.cause}>{title.slice(size.length)}</span>
    </>
  );
}

function ActButton({ action, link }: { action: string; link: string }) {
  return (
    <Button component="a" {...usePathLink(link)} variant="default" className={css.act ?? ""}>
      {action}
    </Button>
  );
}

const kindNames: Record<Summary["recent"][number]["kind"], string> = {
  "finding-opened": "Finding opened",
  "finding-closed": "Finding closed",
  "cloud-status": "Cloud status",
  audit: "Skywarden",
};

function Recent({ items }: { items: Summary["recent"] }) {
  if (items.length === 0) return <p className="muted">Nothing changed yet.</p>;
  return (
    <ul className={css.rows}>
      {items.map((item) => (
        <li key={`${item.at} ${item.title} ${item.detail ?? ""}`} className={css.change}>
          <span className="muted">
            <Time at={item.at} />
          </span>
          <span className={css.kind}>{kindNames[item.kind]}</span>
          <span className={classes(css.what, "inline")}>
            {item.link === null ? item.title : <PathLink path={item.link}>{item.title}</PathLink>}
            {item.detail && (
              <span className="muted">
                {" "}
                <Reason text={item.detail} />
              </span>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}
