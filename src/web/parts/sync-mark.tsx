// The state of an organization's sync.
import { Tooltip } from "@mantine/core";
import type { Organization } from "../nouns.ts";
import { plural } from "./number.ts";

const names: Record<Organization["sync"]["state"], string> = {
  pending: "Not yet synced",
  running: "Syncing",
  done: "In sync",
  failed: "Sync failed",
  "needs-confirmation": "Needs confirmation",
};
const tones: Partial<Record<Organization["sync"]["state"], string>> = {
  failed: "var(--sky-bad)",
  "needs-confirmation": "var(--sky-warn)",
  done: "var(--sky-good)",
};

export function SyncMark({ sync }: { sync: Organization["sync"] }) {
  return (
    <Tooltip label={sync.error ?? `${plural(sync.calls, "call")} to AWS in the last sync`}>
      <span style={{ color: tones[sync.state] }}>{names[sync.state]}</span>
    </Tooltip>
  );
}
