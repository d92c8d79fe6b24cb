// The role of one account whose trust asks for another external id than ours: it cannot be assumed any more. What was
// changed can be read off the document, so that it can be taken back whoever comes back to it.
import type { StepInWorld } from "#api/simulated-world.ts";
import { type Administrator, CallRefused } from "../administrator-access.ts";
import { memberRoleName } from "../roles.ts";

const mark = "broken-by-try-it-";

export async function lookAtRole(
  administrator: Administrator,
  accountId: string | null,
): Promise<StepInWorld> {
  const step = {
    ...{
      id: "role" as const,
      policy: null,
      shownBy: null,
      isSynced: false,
      isHarvested: true,
      isScored: true,
    },
    account: accountId === null ? null : { id: accountId, name: null, unitId: null },
  };
  const trust = accountId === null ? null : await readTrust(administrator, accountId);
  if (trust === null) return { ...step, state: "untouched", acts: [] };
  return JSON.stringify(trust).includes(mark)
    ? { ...step, state: "broken", acts: ["mend"] }
    : { ...step, state: "untouched", acts: ["break"] };
}

export async function changeTrust(
  administrator: Administrator,
  accountId: string,
  act: "break" | "mend",
): Promise<void> {
  const trust = await readTrust(administrator, accountId);
  if (trust === null) throw new Error(`${accountId} has no ${memberRoleName}`);
  await administrator.ask(accountId, "iam", "UpdateAssumeRolePolicy", {
    RoleName: memberRoleName,
    PolicyDocument: JSON.stringify(withExternalIds(trust, act === "break" ? marked : unmarked)),
  });
}

const unmarked = (text: string) => (text.startsWith(mark) ? text.slice(mark.length) : text);
const marked = (text: string) => mark + unmarked(text);

/** null: the account has no such role. */
async function readTrust(administrator: Administrator, accountId: string): Promise<unknown> {
  try {
    const { Role } = await administrator.ask<{ Role: { AssumeRolePolicyDocument: string } }>(
      ...([accountId, "iam", "GetRole", { RoleName: memberRoleName }] as const),
    );
    return JSON.parse(decodeURIComponent(Role.AssumeRolePolicyDocument));
  } catch (cause) {
    if (cause instanceof CallRefused && cause.error.code === "NoSuchEntity") return null;
    throw cause;
  }
}

/** The document with each value that it asks of sts:ExternalId changed. */
function withExternalIds(value: unknown, change: (text: string) => string, isAsked = false): unknown {
  if (typeof value === "string") return isAsked ? change(value) : value;
  if (Array.isArray(value)) return value.map((one) => withExternalIds(one, change, isAsked));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [
      key,
      withExternalIds(one, change, isAsked || key.toLowerCase() === "sts:externalid"),
    ]),
  );
}
