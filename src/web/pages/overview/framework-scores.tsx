// The score of each framework, with its coverage.
import { Link } from "@tanstack/react-router";
import { listFrameworks } from "#contract/inventory.ts";
import { badgeQuery, badgeText, joined } from "../../parts/filter-badges.ts";
import type { Filter } from "../../parts/filter-text.ts";
import { ScoreBar, ScoreText } from "../../parts/score.tsx";
import { Loaded } from "../../parts/state.tsx";
import { useRead } from "../../queries.ts";
import css from "./overview.module.css";

export function FrameworkScores({ filter }: { filter: Filter }) {
  const frameworks = useRead(listFrameworks, { query: badgeQuery(filter) }, { keepPrevious: true });
  const search = { filter: joined(badgeText(filter)) };
  return (
    <Loaded read={frameworks} rows={3}>
      {({ items }) =>
        items.length === 0 ? (
          <p className="muted">No framework is loaded.</p>
        ) : (
          <ul className={css.rows}>
            {items.map(({ id, title, version, score }) => (
              <li key={id} className={css.framework}>
                <Link to="/compliance/$id" params={{ id }} search={search} className="trim">
                  {title} <span className="muted">{version}</span>
                </Link>
                <ScoreText score={score} />
                <div className={css.frameworkBar}>
                  <ScoreBar score={score} />
                </div>
              </li>
            ))}
          </ul>
        )
      }
    </Loaded>
  );
}
