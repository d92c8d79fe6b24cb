// Statements of policies by name, with where the policy hangs and when it was read.
import type { AccessStatement } from "../../../nouns.ts";
import { placeText, statementText } from "../../../parts/permission/words.ts";
import { Time } from "../../../parts/time.tsx";
import css from "./resource-access.module.css";

export function Statements({ title, of, none }: { title: string; of: AccessStatement[]; none: string }) {
  return (
    <div className={css.statements}>
      <span className="muted">{title}</span>
      {of.length === 0 && <span>{none}</span>}
      {of.map((statement) => (
        <span
          key={`${statement.policyHash} ${statement.index} ${statement.attachedTo.id}`}
          className={css.statement}
        >
          <span className="mono">{statementText(statement)}</span> of {statement.policyName}{" "}
          <span className="muted">
            {placeText(statement.attachedTo)}
            {statement.readAt !== null && (
              <>
                , read <Time at={statement.readAt} />
              </>
            )}
          </span>
        </span>
      ))}
    </div>
  );
}
