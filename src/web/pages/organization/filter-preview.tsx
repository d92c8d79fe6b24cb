// What other filters would mean for the accounts of an organization: how many are imported, and which clouds would go.
import { Alert } from "@mantine/core";
import type { Validation } from "../../nouns.ts";
import { Icon } from "../../parts/icon.tsx";
import { plural, whole } from "../../parts/number.ts";
import css from "./organization.module.css";

export function FilterPreview({ checked }: { checked: Validation }) {
  const { preview, checks } = checked;
  const failed = checks.find(({ outcome }) => outcome === "fail");
  if (!preview)
    return (
      <Alert color="yellow" icon={<Icon name="warning" />} title="What this would change could not be read">
        {failed?.detail ?? checked.errors[0]?.detail}
      </Alert>
    );
  const { accounts, included, excludedCount, leaving, leavingCount } = preview;
  const parts = [
    [
      "would go out of scope; what is known of it is kept and no longer refreshed",
      leaving.filter((row) => !row.isRemoved),
    ],
    ["would be removed", leaving.filter((row) => row.isRemoved)],
  ] as const;
  return (
    <div role="status">
      <p>
        {whole(included)} of {plural(accounts, "account")} would be imported, {whole(excludedCount)} left out.{" "}
        {leavingCount === 0 && "No cloud would go."}
      </p>
      {parts.map(
        ([effect, rows]) =>
          rows.length > 0 && (
            <div key={effect}>
              <p>
                {plural(rows.length, "cloud")} {effect}:
              </p>
              <ul className={css.removals}>
                {rows.map(({ accountId, name, reason }) => (
                  <li key={accountId}>
                    {name} <span className="mono">{accountId}</span> <span className="muted">{reason}</span>
                  </li>
                ))}
              </ul>
            </div>
          ),
      )}
      {leavingCount > leaving.length && (
        <p className={css.help}>
          The first {whole(leaving.length)} of {plural(leavingCount, "cloud")} are shown.
        </p>
      )}
    </div>
  );
}
