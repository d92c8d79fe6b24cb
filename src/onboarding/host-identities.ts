// Whether the installation's hosts in a partition run as one identity (E21). A worker that runs as another role than
// the form was checked with is refused by every role that trusts only the first.
import { type ReportedIdentity, readHostIdentities } from "#store/host-identities.ts";
import type { OnboardingParts } from "./onboarding-parts.ts";

export interface ShownHost {
  host: string;
  kind: "serve" | "worker";
  roleArn: string | null;
  differs: boolean;
  error: string | null;
  reportedAt: string;
}

/** Processes report every minute; one that has not for so long has ended. */
const aliveMs = 180_000;

export async function hostsIn(
  { platform, store }: Pick<OnboardingParts, "platform" | "store">,
  partition: string,
): Promise<{ hosts: ShownHost[]; difference: string | null }> {
  const all = await readHostIdentities(store, aliveMs);
  const own = (await platform.hostPartition()) ?? "aws";
  // Who has no credentials is in no partition: it is told of where the installation itself is.
  const hosts = all.filter((row) => (row.partition ?? own) === partition);
  const usual = usualOf(hosts);
  const shown = hosts.map(({ host, kind, roleArn, error, reportedAt, ...row }) => ({
    ...{ host, kind, roleArn, error, reportedAt: reportedAt.toISOString() },
    differs: principalOf({ ...row, roleArn }) !== usual,
  }));
  // A stored key is every process's identity, whatever its host runs as.
  const isByHost = (await platform.key(partition)) === null;
  return { hosts: shown, difference: isByHost ? differenceOf(shown) : null };
}

/** A session does not tell the path of its role, and not every process may ask for it: account and name must do. */
function principalOf({ accountId, roleArn }: Pick<ReportedIdentity, "accountId" | "roleArn">): string | null {
  return roleArn === null ? null : `${accountId} ${roleArn.split("/").at(-1)}`;
}

function usualOf(hosts: ReportedIdentity[]): string | null {
  const counted = Map.groupBy(
    hosts.filter(({ roleArn }) => roleArn !== null),
    principalOf,
  );
  return [...counted].sort(([, a], [, b]) => b.length - a.length)[0]?.[0] ?? null;
}

function differenceOf(hosts: ShownHost[]): string | null {
  const others = hosts.filter(({ differs }) => differs);
  if (others.length === 0) return null;
  const kinds = [...new Set(others.map(({ roleArn }) => roleArn ?? "no identity at all"))];
  return `The hosts of this installation differ: ${others.length} of its ${hosts.length} processes here run as ${kinds.join(", ")}. Give all hosts the same role, or let the accounts' roles trust each of them.`;
}
