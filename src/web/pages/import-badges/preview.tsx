// What an import would change, badge by badge, and which rows it would leave out and why.
import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { Icon } from "../../parts/icon.tsx";
import { plural, whole } from "../../parts/number.ts";
import { Section } from "../../parts/section.tsx";
import css from "./import-badges.module.css";
import type { BadgeImport } from "./import-badges.tsx";

interface PreviewProps {
  told: BadgeImport;
  isPending: boolean;
  onApply: () => void;
}
export function Preview({ told, isPending, onApply }: PreviewProps) {
  const { changes, refused, added, changed, removed, unchanged, clouds } = told;
  return (
    <>
      <Section
        title={
          changes.length === 0
            ? "Nothing would change"
            : `${plural(changes.length, "change")} of ${plural(clouds, "cloud")}`
        }
        aside={
          changes.length > 0 && (
            <Button loading={isPending} onClick={onApply}>
              Apply {plural(changes.length, "change")}
            </Button>
          )
        }
      >
        <p className={css.help}>
          {changes.length > 0 &&
            `${whole(added)} added, ${whole(changed)} changed, ${whole(removed)} removed. `}
          {unchanged > 0 && `${plural(unchanged, "row")} already as the file says.`}
        </p>
        <Rows rows={changes}>
          {(change) => (
            <li key={change.line} className={css.row}>
              <span className="muted number">{change.line}</span>
              <span className="trim inline">
                <Link to="/clouds/$id" params={{ id: change.cloudId }}>
                  {change.cloudName}
                </Link>{" "}
                <span className="mono muted">{change.accountId}</span>
              </span>
              <span className={css.change}>
                <strong>{change.key}</strong>{" "}
                {change.from !== null && <del className={css.from}>{change.from || "(empty)"}</del>}{" "}
                {change.from !== null && change.to !== null && <Icon name="right" size={10} />}{" "}
                {change.to === null ? (
                  <span className={css.removed}>removed</span>
                ) : (
                  <ins className={css.to}>{change.to || "(empty)"}</ins>
                )}
              </span>
            </li>
          )}
        </Rows>
      </Section>
      {refused.length > 0 && (
        <Section title={`${plural(refused.length, "row")} would be left out`}>
          <Rows rows={refused}>
            {(row) => (
              <li key={row.line} className={css.row}>
                <span className="muted number">{row.line}</span>
                <span className="trim mono">{row.cloud || "?"}</span>
                <span className={css.change}>
                  <strong>{row.key}</strong> {row.reason}
                </span>
              </li>
            )}
          </Rows>
        </Section>
      )}
    </>
  );
}

const rowsAtOnce = 100;

/** As many as the reader asks for. */
function Rows<Row extends { line: number }>({
  rows,
  children,
}: {
  rows: Row[];
  children: (row: Row) => React.ReactNode;
}) {
  const [count, setCount] = useState(rowsAtOnce);
  if (rows.length === 0) return null;
  const left = rows.length - count;
  return (
    <>
      <p className={css.head} aria-hidden="true">
        <span>Line</span>
        <span>Cloud</span>
        <span>Badge</span>
      </p>
      <ol className={css.rows}>{rows.slice(0, count).map(children)}</ol>
      {left > 0 && (
        <Button variant="subtle" onClick={() => setCount(count + 10 * rowsAtOnce)}>
          Show {whole(Math.min(left, 10 * rowsAtOnce))} more of {whole(left)}
        </Button>
      )}
    </>
  );
}
