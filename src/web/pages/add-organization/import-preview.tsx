// What adding the organization would do: which accounts come in, which are left out and why, whose credentials are
// replaced.
import { Button, Collapse } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import type { Validation } from "../../nouns.ts";
import { plural, whole } from "../../parts/number.ts";
import css from "./add-organization.module.css";

type Preview = NonNullable<Validation["preview"]>;

export default function ImportPreview({ preview }: { preview: Preview }) {
  const { accounts, included, excludedCount, excludedByReason, replacedCount, replaced } = preview;
  return (
    <>
      <p className={css.verdict}>
        {whole(included)} of {plural(accounts, "account")} would be imported, {whole(excludedCount)} excluded.
      </p>
      {excludedByReason.length > 0 && (
        <ul className={css.excluded}>
          {excludedByReason.map(({ reason, count }) => (
            <li key={reason}>
              {whole(count)} <span className="muted">{reason}</span>
            </li>
          ))}
        </ul>
      )}
      <Folded label={`the ${plural(included, "account")} that would be imported`}>
        <Rows total={included}>
          {preview.includedAccounts.map(({ accountId, name, path, note }) => (
            <li key={accountId}>
              {name} <span className="mono muted">{accountId}</span> <span className="muted">{path}</span>
              {note !== null && <div className="muted">{note}</div>}
            </li>
          ))}
        </Rows>
      </Folded>
      {excludedCount > 0 && (
        <Folded label={`the ${plural(excludedCount, "account")} that would stay out`}>
          <Rows total={excludedCount}>
            {preview.excluded.map(({ accountId, name, reason }) => (
              <li key={accountId}>
                {name} <span className="mono muted">{accountId}</span> <span className="muted">{reason}</span>
              </li>
            ))}
          </Rows>
        </Folded>
      )}
      {replacedCount > 0 && (
        <>
          <p className={css.verdict}>
            Credentials of {plural(replacedCount, "connected cloud")} would be replaced:
          </p>
          <Rows total={replacedCount}>
            {replaced.map(({ cloudId, accountId, name, organization }) => (
              <li key={cloudId}>
                <Link to="/clouds/$id" params={{ id: cloudId }}>
                  {name}
                </Link>{" "}
                <span className="mono muted">{accountId}</span>{" "}
                <span className="muted">
                  {organization === null ? "connected by itself now" : `managed by ${organization} now`}
                </span>
              </li>
            ))}
          </Rows>
        </>
      )}
    </>
  );
}

function Folded({ label, children }: { label: string; children: ReactNode }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button
        variant="subtle"
        color="gray"
        className={css.fold}
        onClick={() => setOpen(!isOpen)}
        aria-expanded={isOpen}
      >
        {isOpen ? "Hide" : "Show"} {label}
      </Button>
      <Collapse expanded={isOpen}>{isOpen && children}</Collapse>
    </>
  );
}

const shownRows = 100;

/** The server cuts the list, too; the total is whole. */
function Rows({ total, children }: { total: number; children: ReactNode[] }) {
  const rows = children.slice(0, shownRows);
  return (
    <ul className={`${css.excluded} inline`}>
      {rows}
      {total > rows.length && <li className="muted">and {whole(total - rows.length)} more</li>}
    </ul>
  );
}
