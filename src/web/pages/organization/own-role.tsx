// The role that the organization itself is read by: its template, what it lacks for this release, what was changed by hand.
import type { CloudRole } from "../../nouns.ts";
import { Actions } from "../../parts/blind.tsx";
import { Mend } from "../../parts/mend.tsx";
import { plural } from "../../parts/number.ts";
import { Facts } from "../../parts/section.tsx";
import { TemplateMark } from "../../parts/template-mark.tsx";
import { Time } from "../../parts/time.tsx";
import css from "./organization.module.css";

export function OwnRole({ role }: { role: CloudRole | null }) {
  if (role === null) return <p className={css.help}>The role appears here after the next sync.</p>;
  const open = role.differences.filter(({ accepted }) => !accepted);
  const names = role.missing?.map(({ action }) => action) ?? [];
  return (
    <>
      <Facts
        rows={[
          ["Template", <Made key="template" role={role} />],
          ["Looked at", <Time key="looked" at={role.inspectedAt} />],
          ["Lacks", <Lacks key="lacks" role={role} />],
          [
            "Changed by hand",
            role.driftSince === null ? (
              "no"
            ) : (
              <span key="drift">
                since <Time at={role.driftSince} />
              </span>
            ),
          ],
        ]}
      />
      {role.unread[0] && (
        <p className={css.help}>
          Not all of it could be read: <span className="mono">{role.unread[0].operation}</span> answered{" "}
          {role.unread[0].code}.
        </p>
      )}
      {(names.length > 0 || open.length > 0 || role.warnings.length > 0) && (
        <details className={css.group}>
          <summary>What differs, and what mends it</summary>
          {names.length > 0 && <Actions names={names} label="Actions that the organization role lacks" />}
          <ul className={css.removals}>
            {[...open, ...role.warnings].map(({ text }) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
          {role.mend && <Mend {...role.mend} />}
        </details>
      )}
    </>
  );
}

function Made({ role }: { role: CloudRole }) {
  if (role.madeBy === "unknown") return <span className="muted">? The role could not be read</span>;
  return <TemplateMark template={role.template} />;
}

function Lacks({ role: { missing } }: { role: CloudRole }) {
  if (missing === null) return <span className="muted">? Its policies could not all be read</span>;
  return missing.length === 0 ? "no action of this release" : plural(missing.length, "action");
}
