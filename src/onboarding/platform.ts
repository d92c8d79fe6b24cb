// The installation's identity in each partition, as administrators see and set it. A stored key is tried before
// it is kept, and its secret is never shown again.
import { callerIdentity } from "#aws/caller-identity.ts";
import { parseArn, partitionNamed } from "#aws/partitions.ts";
import type { PlatformIdentityAnswer } from "#aws/platform-credentials.ts";
import { keySource, type PlatformKey } from "#aws/platform-sources.ts";
import { type PartitionName, platformPartitions } from "#model/partition.ts";
import type { FieldError } from "#model/problem.ts";
import { keyError } from "./check-assume.ts";
import { sentence } from "./checks.ts";
import { keyErrors } from "./form.ts";
import { parseRoleArn } from "./form-role.ts";
import { hostsIn, type ShownHost } from "./host-identities.ts";
import { type OnboardingParts, type Outcome, refusedForm } from "./onboarding-parts.ts";

export interface PlatformKeyForm {
  accessKeyId: string;
  /** null: keep the stored one of this key. */
  secretAccessKey: string | null;
  roleArn?: string | null | undefined;
}

export interface ShownIdentity {
  partition: PartitionName;
  accountId: string | null;
  roleArn: string | null;
  source: "iam" | "settings" | "guessed" | "stored-key" | "worker" | "none";
  /** Of a stored key. */
  accessKeyId: string | null;
  note: string | null;
  /** The installation's processes whose host is in the partition. */
  hosts: ShownHost[];
}

export async function shownIdentity(
  parts: OnboardingParts,
  partition: PartitionName,
): Promise<ShownIdentity> {
  const { hosts, difference } = await hostsIn(parts, partition);
  const shown = await ownIdentity(parts, partition);
  return {
    ...shown,
    note: [shown.note, difference].filter((text) => text !== null).join(" ") || null,
    hosts,
  };
}

async function ownIdentity(
  { platform }: OnboardingParts,
  partition: PartitionName,
): Promise<Omit<ShownIdentity, "hosts">> {
  const [key, answer] = await Promise.all([platform.key(partition), platform.identity(partition)]);
  const accessKeyId = key?.accessKeyId ?? null;
  if (!answer.ok) return { partition, ...unknownIdentity(key, answer.error.message), accessKeyId };
  const { accountId, roleArn, source } = answer.identity;
  return {
    partition,
    accountId,
    roleArn,
    source: key ? "stored-key" : (await platform.isLent(partition)) ? "worker" : source,
    accessKeyId,
    note: key || source !== "guessed" ? null : guessedNote,
  };
}

const guessedNote =
  "The role's path could not be read (iam:GetRole is denied). If the role has a path, set SKYWARDEN_PLATFORM_ROLE_ARN.";

function unknownIdentity(key: PlatformKey | null, why: string) {
  const roleArn = key?.roleArn ?? null;
  return {
    accountId: roleArn === null ? null : (parseRoleArn(roleArn)?.accountId ?? null),
    roleArn,
    source: key ? ("stored-key" as const) : ("none" as const),
    note: key
      ? `The stored access key does not work now: ${why}`
      : `There is no identity of this installation here. ${why}`,
  };
}

/** The one that templates trust unless told otherwise: where the host is, else the first that is known. */
export async function defaultPrincipal({ platform }: OnboardingParts): Promise<string | null> {
  const host = await platform.hostPartition();
  const others = platformPartitions.filter((name) => name !== host);
  for (const name of host === null ? others : [host, ...others]) {
    const answer: PlatformIdentityAnswer = await platform.identity(name);
    if (answer.ok) return answer.identity.roleArn;
  }
  return null;
}

export async function storePlatformKey(
  parts: OnboardingParts,
  partition: PartitionName,
  form: PlatformKeyForm,
  actor: string,
): Promise<Outcome<ShownIdentity>> {
  const { platform, sources } = parts;
  const known = await platform.key(partition);
  if (known === null && (await platform.hostPartition()) === partition)
    return {
      ok: false,
      code: "conflict",
      detail: `This installation's host is itself in ${partition}: its role is the identity there, and the roles of all connected accounts trust it. A key would replace it.`,
    };
  const { accessKeyId, secretAccessKey: given, roleArn = null } = form;
  const kept = accessKeyId === known?.accessKeyId ? known.secretAccessKey : "";
  const key = { accessKeyId, secretAccessKey: given ?? kept, roleArn };
  const errors = keyFormErrors(partition, key);
  const wrong = errors.length > 0 ? errors : await triedKey(parts, partition, key);
  if (wrong.length > 0) return refusedForm(wrong);
  await sources.save(partition, key, actor);
  platform.forgetKeys();
  return { ok: true, value: await shownIdentity(parts, partition) };
}

function keyFormErrors(partition: PartitionName, key: PlatformKey): FieldError[] {
  const role = key.roleArn === null ? null : parseRoleArn(key.roleArn);
  const wrong = (code: string, detail: string) => [{ path: "/roleArn", code, detail }];
  const roleErrors =
    key.roleArn === null
      ? []
      : role === null
        ? wrong("invalid-arn", `Give the ARN of a role in ${partition}, or leave it out.`)
        : role.partition === partition
          ? []
          : wrong("other-partition", `This role is in ${role.partition}; give one in ${partition}.`);
  return [...keyErrors(key, "user-key"), ...roleErrors];
}

/** The key must work in its partition, and the role must be assumed by it. */
async function triedKey(
  { call, roles }: OnboardingParts,
  partition: PartitionName,
  key: PlatformKey,
): Promise<FieldError[]> {
  const region = partitionNamed(partition)?.globalRegion ?? "us-east-1";
  const credentials = { accessKeyId: key.accessKeyId, secretAccessKey: key.secretAccessKey };
  const caller = await callerIdentity(call, credentials, region);
  if (!caller.ok) return [keyError(caller.error, ` in ${partition}`)];
  const found = parseArn(caller.identity.arn)?.partition;
  if (found !== partition) {
    const detail = `This key belongs to the partition ${found}, not to ${partition}.`;
    return [{ path: "/accessKeyId", code: "other-partition", detail }];
  }
  if (key.roleArn === null) return [];
  roles.forget(key.roleArn);
  const held = await keySource(roles, key, partition).credentials();
  if (held.ok) return [];
  const detail = `${caller.identity.arn} cannot assume this role: ${sentence(held.error.message)} Let the role trust that user, and allow the user sts:AssumeRole on it.`;
  return [{ path: "/roleArn", code: "assume-role-failed", detail }];
}

export interface PlatformKeyRemoval {
  organizations: number;
  clouds: number;
  removed: boolean;
}

export async function removePlatformKey(
  { sources, platform }: OnboardingParts,
  partition: PartitionName,
  preview: boolean,
): Promise<Outcome<PlatformKeyRemoval>> {
  if ((await platform.key(partition)) === null)
    return { ok: false, code: "not-found", detail: `No platform key is stored for ${partition}.` };
  const dependents = await sources.dependents(partition);
  if (preview) return { ok: true, value: { ...dependents, removed: false } };
  const removed = await sources.remove(partition);
  platform.forgetKeys();
  return { ok: true, value: { ...dependents, removed } };
}
