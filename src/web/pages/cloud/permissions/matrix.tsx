// The matrix as a grid: one stop for Tab, arrows move between cells, Enter opens one.
import { type KeyboardEvent, memo, useRef, useState } from "react";
import { PermissionMark, permissionName } from "../../../parts/mark.tsx";
import css from "./cloud-permissions.module.css";
import type { MatrixRow } from "./matrix-section.tsx";

export interface MatrixProps {
  rows: MatrixRow[];
  regions: string[];
  /** Verdicts that are filtered by; the others fade. */
  wanted: string[];
  onOpen: (action: string, region: string) => void;
}

const steps: Record<string, [rows: number, columns: number]> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  Home: [0, Number.NEGATIVE_INFINITY],
  End: [0, Number.POSITIVE_INFINITY],
};

export function Matrix({ rows, regions, wanted, onOpen }: MatrixProps) {
  const grid = useRef<HTMLTableElement>(null);
  const [stop, setStop] = useState<[number, number] | null>(null);
  const [row, column] = stopIn(rows, stop);
  const move = (event: KeyboardEvent) => {
    const step = steps[event.key];
    if (!step || event.altKey || event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    const next = neighbour(rows, [row, column], step);
    setStop(next);
    grid.current?.querySelector<HTMLElement>(`[data-cell="${next.join(" ")}"]`)?.focus();
  };
  return (
    <div className={css.scroll}>
      {/* biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a table whose cells are walked by arrows is a grid. */}
      <table ref={grid} role="grid" className={css.matrix} aria-label="Verdicts" onKeyDown={move}>
        <thead>
          <tr>
            <th scope="col" className={css.corner}>
              Action
            </th>
            {regions.map((region) => (
              <th key={region} scope="col" className={css.region}>
                <span>{region}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((each, at) => (
            <ActionRow
              key={each.action}
              row={each}
              at={at}
              stop={at === row ? column : null}
              regions={regions}
              wanted={wanted.join()}
              onOpen={onOpen}
              onStop={setStop}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Where Tab comes in: where one was last, or the first cell there is. */
function stopIn(rows: MatrixRow[], stop: [number, number] | null): [number, number] {
  if (stop && rows[stop[0]]?.verdicts[stop[1]]) return stop;
  return [0, Math.max(0, rows[0]?.verdicts.findIndex((verdict) => verdict !== null) ?? 0)];
}

/** The next cell in that direction that is not empty; the same one at the edge. */
function neighbour(
  rows: MatrixRow[],
  [row, column]: [number, number],
  [down, right]: [number, number],
): [number, number] {
  const isEdge = !Number.isFinite(right);
  const step = Math.sign(right);
  const start = right === Number.POSITIVE_INFINITY ? (rows[row]?.verdicts.length ?? 1) - 1 : 0;
  let [y, x] = isEdge ? [row, start] : [row + down, column + step];
  const inward = isEdge ? -step : step;
  while (y >= 0 && y < rows.length && x >= 0 && x < (rows[y]?.verdicts.length ?? 0)) {
    if (rows[y]?.verdicts[x]) return [y, x];
    y += down;
    x += inward;
  }
  return [row, column];
}

interface ActionRowProps {
  row: MatrixRow;
  at: number;
  stop: number | null;
  regions: string[];
  /** Joined, so that a row of the same wants is not drawn again. */
  wanted: string;
  onOpen: MatrixProps["onOpen"];
  onStop: (stop: [number, number]) => void;
}
const ActionRow = memo(
  function ActionRow({ row, at, stop, regions, wanted, onOpen, onStop }: ActionRowProps) {
    const { action, verdicts } = row;
    const wants = wanted === "" ? null : wanted.split(",");
    return (
      <tr>
        <th scope="row" className={css.action}>
          {action}
        </th>
        {regions.map((region, column) => {
          const verdict = verdicts[column] ?? null;
          return (
            <td key={region} className={css.cell}>
              {verdict !== null && (
                <button
                  type="button"
                  className={css.verdict}
                  data-cell={`${at} ${column}`}
                  data-faded={(wants !== null && !wants.includes(verdict)) || undefined}
                  tabIndex={stop === column ? 0 : -1}
                  aria-label={`${action} in ${region}: ${permissionName(verdict)}`}
                  title={`${region}: ${permissionName(verdict)}`}
                  onFocus={() => onStop([at, column])}
                  onClick={() => onOpen(action, region)}
                >
                  <PermissionMark verdict={verdict} bare />
                </button>
              )}
            </td>
          );
        })}
      </tr>
    );
  },
  (was, is) => was.row === is.row && was.at === is.at && was.stop === is.stop && was.wanted === is.wanted,
);
