// How much of the estate is seen: clouds by status, scopes, the oldest reading.
import { Link } from "@tanstack/react-router";
import { cloudStates } from "#model/cloud.ts";
import type { Summary } from "../../nouns.ts";
import { joined } from "../../parts/filter-badges.ts";
import { CloudStateMark } from "../../parts/mark.tsx";
import { percent, plural, whole } from "../../parts/number.ts";
import { Time } from "../../parts/time.tsx";
import css from "./overview.module.css";

export function Coverage({ summary, badges }: { summary: Summary; badges: string }) {
  const search = { filter: joined(badges) };
  const { clouds, resources, harvest } = summary;
  return (
    <>
      <dl className={css.figures}>
        <div>
          <dt>Clouds</dt>
          <dd>
            <Link to="/clouds" search={search}>
              {whole(clouds.total)}
            </Link>
          </dd>
        </div>
        <div>
          <dt>Resources</dt>
          <dd>
            <Link to="/inventory" search={search}>
              {whole(resources.total)}
            </Link>
          </dd>
        </div>
        <div>
          <dt>Verdicts known</dt>
          <dd>
            <Link to="/compliance" search={search}>
              {percent(summary.coverage)}
            </Link>
          </dd>
        </div>
      </dl>
      <ul className={css.states}>
        {cloudStates
          .filter((state) => clouds.byStatus[state] > 0)
          .map((state) => (
            <li key={state}>
              <Link to="/clouds" search={{ filter: joined(`status:${state}`, badges) }}>
                <CloudStateMark state={state} />
                <span>{whole(clouds.byStatus[state])}</span>
              </Link>
            </li>
          ))}
      </ul>
      <p className={css.note}>
        {harvest.oldestObservedAt === null && "Nothing was read yet. "}
        {plural(harvest.scopesDone, "harvest scope")} read, {whole(harvest.scopesDue)} due,{" "}
        <Link to="/clouds" search={{ filter: joined("status:warning", badges) }}>
          {whole(harvest.scopesInGap)} in gap
        </Link>
        .{" "}
        {harvest.oldestObservedAt !== null && (
          <>
            Oldest reading <Time at={harvest.oldestObservedAt} />.{" "}
          </>
        )}
        {whole(harvest.calls)} calls to AWS so far.
        {harvest.toJudge > 0 && ` ${plural(harvest.toJudge, "resource")} waiting to be judged again.`}
      </p>
    </>
  );
}
