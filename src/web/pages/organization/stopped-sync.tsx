// A sync that stopped because it would take much away (E14): what would go, account by account. The button that
// confirms it stands in the head of the page and covers this and nothing else.
import { Alert } from "@mantine/core";
import type { SyncPreview } from "../../nouns.ts";
import { Icon } from "../../parts/icon.tsx";
import { plural } from "../../parts/number.ts";
import css from "./organization.module.css";

const effects = {
  absent: "has left the organization: out of scope, its data is kept",
  excluded: "out of scope, its data is kept",
  "to-remove": "is suspended: the cloud is removed",
};

interface StoppedSyncProps {
  reason: string | null;
  preview: SyncPreview | null;
}
export function StoppedSync({ reason, preview }: StoppedSyncProps) {
  return (
    <Alert color="yellow" icon={<Icon name="warning" />} mb="sm" title="The last sync stopped and asks">
      {reason}
      {preview && (
        <details className={css.group}>
          <summary>
            What would go: {plural(preview.clouds, "cloud")}, {plural(preview.badges, "badge")}
          </summary>
          <ul className={css.removals}>
            {preview.accounts.map(({ accountId, name, placement, reason: why, badges }) => (
              <li key={accountId}>
                {name} <span className="mono">{accountId}</span>
                {placement && `: ${effects[placement]}${why === null ? "" : ` (${why})`}`}
                {badges > 0 && `; loses ${plural(badges, "badge")} whose tag is gone`}
              </li>
            ))}
          </ul>
          {preview.accounts.length === 200 && <p className={css.help}>The first 200 are shown.</p>}
        </details>
      )}
    </Alert>
  );
}
