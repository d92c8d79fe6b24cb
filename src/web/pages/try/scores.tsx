// Score and freshness before the role broke and now.
import type { DemoStep } from "../../nouns.ts";
import { whole } from "../../parts/number.ts";
import css from "./try.module.css";

type Shown = NonNullable<DemoStep["scores"]>;
type Score = Shown["now"]["estate"];

const columns: [name: string, text: (score: Score) => string][] = [
  ["Score", ({ value }) => tenths(value)],
  ["Fresh", ({ coverage }) => tenths(coverage)],
  ["Stale verdicts", ({ stale }) => whole(stale)],
];
const rows: [key: keyof Shown["now"], name: string][] = [
  ["estate", "Whole estate"],
  ["cloud", "This cloud"],
];

export function Scores({ scores: { before, now } }: { scores: Shown }) {
  return (
    <table className={css.scores} aria-label="Score and freshness, before and now">
      <thead>
        <tr>
          <td />
          {columns.map(([name]) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(([key, name]) => (
          <tr key={key}>
            <th scope="row">{name}</th>
            {columns.map(([column, text]) => (
              <td key={column}>
                {before && <span className="muted">{text(before[key])} → </span>}
                <strong>{text(now[key])}</strong>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** With a tenth, as one account of many moves little else; rounded down, so that "100 %" means everything. */
function tenths(share: number | null): string {
  return share === null ? "?" : `${(Math.floor(share * 1000) / 10).toFixed(1)} %`;
}
