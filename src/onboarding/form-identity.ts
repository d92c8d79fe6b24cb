// Whose credentials a form's calls are made with: the installation's own, or a key that the form gives.
import type { CredentialSource } from "#aws/assume.ts";
import { callerIdentity } from "#aws/caller-identity.ts";
import { userKeySource } from "#aws/credential-sources.ts";
import { partitionNamed } from "#aws/partitions.ts";
import type { FieldError } from "#model/problem.ts";
import { keyError } from "./check-assume.ts";
import { type Findings, note, sentence } from "./checks.ts";
import { hostsIn } from "./host-identities.ts";
import type { OnboardingParts } from "./onboarding-parts.ts";

export interface FormKey {
  credentialSource?: "host" | "user-key" | "access-key" | undefined;
  accessKeyId?: string | null | undefined;
  secretAccessKey?: string | null | undefined;
}

export type FormIdentity =
  | { ok: true; arn: string; accountId: string; warning: string | null }
  | { ok: false; error: FieldError };

export function sourceOf(
  parts: Pick<OnboardingParts, "platform">,
  form: FormKey,
  partition: string,
): CredentialSource {
  return (form.credentialSource ?? "host") === "host"
    ? parts.platform.in(partition)
    : userKeySource(form.accessKeyId ?? "", form.secretAccessKey ?? "");
}

/** What the check of it says: hosts that differ are a warning, for the calls go out all the same (E21). */
export function noteIdentity(
  findings: Findings,
  { arn, warning }: { arn: string; warning: string | null },
): void {
  const detail = `Calls are made as ${arn}.${warning === null ? "" : ` ${warning}`}`;
  note(findings, "platform-identity", warning === null ? "pass" : "warning", detail);
}

export async function identityOf(
  parts: OnboardingParts,
  form: FormKey,
  partition: string,
): Promise<FormIdentity> {
  if ((form.credentialSource ?? "host") !== "host") return keyIdentity(parts, form, partition);
  const known = await parts.platform.identity(partition);
  if (known.ok) {
    const { roleArn: arn, accountId } = known.identity;
    return { ok: true, arn, accountId, warning: (await hostsIn(parts, partition)).difference };
  }
  return {
    ok: false,
    error: {
      path: "/credentialSource",
      code: "no-platform-identity",
      detail: noIdentityText(known.error.message, partition),
    },
  };
}

function noIdentityText(why: string, partition: string): string {
  const how =
    partition === "aws" ? "Attach a role to its host" : `Store a platform key for ${partition} in this form`;
  return `This installation has no identity of its own in the partition ${partition}: ${sentence(why)} ${how}, or choose STS Assume Role and give a user's access key.`;
}

async function keyIdentity(parts: OnboardingParts, form: FormKey, partition: string): Promise<FormIdentity> {
  const region = partitionNamed(partition)?.globalRegion ?? "us-east-1";
  const held = await sourceOf(parts, form, partition).credentials();
  const known = held.ok ? await callerIdentity(parts.call, held.credentials, region) : held;
  if (known.ok)
    return { ok: true, arn: known.identity.arn, accountId: known.identity.accountId, warning: null };
  return { ok: false, error: keyError(known.error) };
}
