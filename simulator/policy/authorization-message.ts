// The sealed text that EC2 adds to a denial, which only STS opens: what was asked, by whom, and why it was denied.
import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import type { Decision } from "../authorize.ts";
import type { NeededPermission, Principal } from "../operation.ts";

export function sealedMessage(
  worldSecret: string,
  principal: Principal,
  { action, resource }: NeededPermission,
  decision: Extract<Decision, { allowed: false }>,
): string {
  const text = JSON.stringify({
    allowed: false,
    explicitDeny: decision.isExplicit,
    matchedStatements: { items: [] },
    failures: { items: [] },
    context: {
      principal: { id: principal.userId, arn: principal.arn },
      action,
      resource,
      conditions: { items: [] },
    },
  });
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", keyOf(worldSecret), nonce);
  const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString("base64url");
}

/** Undefined when it was not sealed by this world. */
export function openedMessage(worldSecret: string, message: string): string | undefined {
  const bytes = Buffer.from(message, "base64url");
  if (bytes.length < 29) return undefined;
  const decipher = createDecipheriv("aes-256-gcm", keyOf(worldSecret), bytes.subarray(0, 12));
  decipher.setAuthTag(bytes.subarray(12, 28));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString("utf8");
  } catch (error) {
    // Node's only sign that the tag does not fit.
    if (error instanceof Error && /unable to authenticate/i.test(error.message)) return undefined;
    throw error;
  }
}

function keyOf(worldSecret: string): Buffer {
  return createHash("sha256").update(`authorization-message|${worldSecret}`).digest();
}
