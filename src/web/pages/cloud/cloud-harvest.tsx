// What was read of a cloud: each harvest scope with its state, and for a gap what AWS refused.
import { Checkbox } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { getHarvest } from "#contract/cloud.ts";
import type { Harvest } from "../../nouns.ts";
import { classes } from "../../parts/classes.ts";
import { ScopeStateMark } from "../../parts/mark.tsx";
import { plural, whole } from "../../parts/number.ts";
import { Section } from "../../parts/section.tsx";
import { Empty, Loaded } from "../../parts/state.tsx";
import { Time } from "../../parts/time.tsx";
import { useRead } from "../../queries.ts";
import css from "./cloud.module.css";

const pollMs = 15_000;
type Scope = Harvest["items"][number];
const order: Record<Scope["state"], number> = { gap: 0, running: 1, due: 2, complete: 3 };

export function CloudHarvest({ cloudId }: { cloudId: string }) {
  const read = useRead(getHarvest, { params: { id: cloudId } }, { refetchInterval: pollMs });
  return <Loaded read={read}>{(harvest) => <Scopes harvest={harvest} cloudId={cloudId} />}</Loaded>;
}

function Scopes({ harvest, cloudId }: { harvest: Harvest; cloudId: string }) {
  const [isGapsOnly, setGapsOnly] = useState(false);
  if (harvest.items.length === 0) {
    return <Empty title="Nothing was harvested yet">The scopes appear here with the first harvest.</Empty>;
  }
  const shown = harvest.items
    .filter((scope) => !isGapsOnly || scope.gaps.length > 0)
    .toSorted(
      (one, other) =>
        order[one.state] - order[other.state] ||
        one.type.localeCompare(other.type) ||
        one.region.localeCompare(other.region),
    );
  return (
    <>
      <Gaps scopes={harvest.items} cloudId={cloudId} />
      <div className={css.harvestHead}>
        <span>
          {whole(harvest.scopesDone)} of {plural(harvest.items.length, "scope")} read,{" "}
          {whole(harvest.scopesDue)} due, {whole(harvest.scopesInGap)} in gap, over{" "}
          {plural(harvest.regions.length, "region")}
        </span>
        <Checkbox
          size="xs"
          label="Gaps only"
          checked={isGapsOnly}
          onChange={(event) => setGapsOnly(event.currentTarget.checked)}
        />
      </div>
      <ul className={css.scopes}>
        {shown.map((scope) => (
          <li key={`${scope.type} ${scope.region}`} className={css.scope}>
            <span className="mono trim">{scope.type}</span>
            <span>{scope.region}</span>
            <ScopeStateMark state={scope.state} />
            <span className="muted">
              <Time at={scope.lastCompletedAt} />
            </span>
            <Link
              className="number"
              to="/inventory"
              search={{
                filter: `cloud:${cloudId} type:${scope.type}${scope.region === "global" ? "" : ` region:${scope.region}`}`,
              }}
            >
              {whole(scope.resourceCount)}
            </Link>
          </li>
        ))}
      </ul>
    </>
  );
}

interface GapGroup {
  type: string;
  gap: Scope["gaps"][number];
  regions: string[];
  resources: number;
  lastTriedAt: string | null;
  nextTryAt: string | null;
}

/** The same refusal in every region is one cause, told once. */
function grouped(scopes: Scope[]): GapGroup[] {
  const groups = new Map<string, GapGroup>();
  for (const { type, region, gaps } of scopes) {
    for (const gap of gaps) {
      const key = [type, gap.path, gap.operation, gap.code].join(" ");
      const group = groups.get(key) ?? {
        type,
        gap,
        regions: [],
        resources: 0,
        lastTriedAt: null,
        nextTryAt: null,
      };
      if (!group.regions.includes(region)) group.regions.push(region);
      group.resources += gap.resources;
      group.lastTriedAt = [group.lastTriedAt ?? "", gap.lastTriedAt ?? ""].sort().at(-1) || null;
      group.nextTryAt = [group.nextTryAt, gap.nextTryAt].filter((at) => at !== null).sort()[0] ?? null;
      groups.set(key, group);
    }
  }
  return [...groups.values()];
}

const isPast = (at: string) => Date.parse(at) <= Date.now();

function Gaps({ scopes, cloudId }: { scopes: Scope[]; cloudId: string }) {
  const groups = grouped(scopes);
  if (groups.length === 0) return null;
  return (
    <Section
      title="What could not be read"
      aside={
        groups.some(({ nextTryAt }) => nextTryAt !== null) && (
          <span className={css.help}>“Harvest now” tries all of it at once.</span>
        )
      }
    >
      <ul className={css.gaps}>
        {groups.map(({ type, gap, regions, resources, lastTriedAt, nextTryAt }) => (
          <li key={`${type} ${gap.path} ${gap.operation} ${gap.code}`} className={classes(css.gap, "inline")}>
            <span className="mono">{gap.operation}</span> answered {gap.code} in{" "}
            <span title={regions.join(", ")}>
              {regions.length === 1 ? regions[0] : plural(regions.length, "region")}
            </span>
            , so{" "}
            {gap.path === "" ? (
              <>
                <span className="mono">{type}</span> is unknown there.
              </>
            ) : (
              <>
                <span className="mono">{gap.path}</span> of {plural(resources, "resource")} of{" "}
                <span className="mono">{type}</span> is unknown.
              </>
            )}
            <span className={css.gapMore}>
              {gap.action !== null && (
                <Link
                  to="/clouds/$id"
                  params={{ id: cloudId }}
                  search={{ tab: "permissions", filter: gap.action }}
                  hash="matrix"
                >
                  What the role may do, and what mends it
                </Link>
              )}
              {nextTryAt !== null && (
                <span>
                  Tried last <Time at={lastTriedAt} />, next{" "}
                  {isPast(nextTryAt) ? "with the next harvest" : <Time at={nextTryAt} />}
                </span>
              )}
            </span>
            <details className={css.answer}>
              <summary>What AWS answered</summary>
              {gap.message}
            </details>
          </li>
        ))}
      </ul>
    </Section>
  );
}
