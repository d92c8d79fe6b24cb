// Why one kind of evidence is believed and not another, in a sentence for the person who looks at a row.
import type { Row } from "./rows.ts";

export function believedText(row: Row): string {
  if (row.cause === "region-off")
    return "The account has not enabled the region, as AWS's list of its regions says.";
  if (row.evidence === "observed") return observedWords(row);
  const { observed, verdict, simulated } = row;
  const past = observed ? ` The last call, of ${stamp(observed.at)}, is older than the policies.` : "";
  if (row.cause !== "not-read" && row.evidence === "computed")
    return `Computed from the policies as they were read; no call of ours has shown it yet.${past}`;
  const unread = "Not all policies could be read";
  if (simulated === null) return `${unread}, and nobody else has told.${past}`;
  if (verdict === "allowed") return `${unread}; AWS's policy simulator allows it.${past}`;
  return `${unread}; AWS's policy simulator denies it, but without knowing the whole request.${past}`;
}

function observedWords({ observed, computed, cause, verdict }: Row): string {
  if (!observed)
    return "AWS refused other calls of ours by the same statement, so its condition holds for us.";
  const when = stamp(observed.at);
  if (observed.outcome === "allowed") {
    const isAgainst = computed.verdict !== "allowed";
    const against = isAgainst
      ? ` The policies say ${computed.verdict}: a key that only AWS knows decides.`
      : "";
    return `Our call of ${when} was answered.${against}`;
  }
  if (verdict === "unknown" || verdict === "not-applicable")
    return `Our call of ${when} failed, and not for a lack of permission.`;
  const isAgainst = computed.verdict === "allowed" && cause === "policy";
  return `AWS refused our call of ${when}.${isAgainst ? " The policies that we could read allow it: another one denies." : ""}`;
}

function stamp(at: Date): string {
  return `${at.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
