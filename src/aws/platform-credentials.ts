// The installation's own AWS identity: the SDK's default credential chain (environment, profile,
// process, web identity, container, instance), and which role that is. The one place where SDK
// clients work by themselves. In the demo nothing but a loopback source is asked.
import { devNull } from "node:os";
import { defaultProvider } from "@aws-sdk/credential-provider-node";
import type { AwsCaller, AwsError } from "#model/aws-call.ts";
import type { CredentialSource, CredentialsAnswer } from "./assume.ts";
import { callerIdentity } from "./caller-identity.ts";
import { isLoopback } from "./endpoint.ts";
import { buildArn, parseArn } from "./partitions.ts";

export interface PlatformIdentity {
  partition: string;
  accountId: string;
  /** ARN to trust; of a user where the installation runs as one. */
  roleArn: string;
  /** "guessed": the role's path is not known, so a role under a path is named wrongly. */
  source: "iam" | "settings" | "guessed";
}

export type PlatformIdentityAnswer =
  | { ok: true; identity: PlatformIdentity }
  | { ok: false; error: AwsError };

/** Asked anew until it succeeds, so a role attached to the host later is found; then kept and refreshed. */
export function openPlatformCredentials(
  env: Record<string, string | undefined>,
  settings: { loopbackOnly: boolean },
): CredentialSource {
  let chain: ReturnType<typeof defaultProvider> | undefined;
  return {
    id: "platform",
    async credentials(): Promise<CredentialsAnswer> {
      if (settings.loopbackOnly) {
        const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env;
        const sessionToken = env.AWS_SESSION_TOKEN;
        if (accessKeyId && secretAccessKey) {
          const credentials = { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
          return { ok: true, credentials };
        }
        const refusal = notLoopback(env);
        if (refusal) return { ok: false, error: noCredentials(refusal) };
      }
      // In the demo the host's profiles, which can name commands and single sign-on, do not count.
      chain ??= defaultProvider(settings.loopbackOnly ? { filepath: devNull, configFilepath: devNull } : {});
      try {
        const { accessKeyId, secretAccessKey, sessionToken, expiration } = await chain();
        return {
          ok: true,
          credentials: {
            accessKeyId,
            secretAccessKey,
            ...(sessionToken === undefined ? {} : { sessionToken }),
            ...(expiration === undefined ? {} : { expiration }),
          },
        };
      } catch (cause) {
        return { ok: false, error: noCredentials(cause instanceof Error ? cause.message : String(cause)) };
      }
    },
  };
}

function noCredentials(detail: string): AwsError {
  return {
    code: "NoPlatformCredentials",
    message: detail,
    status: null,
    requestId: null,
    reason: "unavailable",
  };
}

/** Why the demo does not ask the chain, or null: only a container endpoint on loopback may be asked. */
function notLoopback(env: Record<string, string | undefined>): string | null {
  const url = env.AWS_CONTAINER_CREDENTIALS_FULL_URI;
  if (env.AWS_WEB_IDENTITY_TOKEN_FILE || env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI || !url) {
    return "The demo takes credentials only from its own simulator";
  }
  const host = URL.canParse(url) ? new URL(url).hostname.replace(/^\[|\]$/g, "") : "";
  return isLoopback(host) ? null : "AWS_CONTAINER_CREDENTIALS_FULL_URI is not on this machine";
}

/** The role behind the credentials: its ARN with path from iam:GetRole, which the install role's template grants. */
export async function platformIdentity(
  call: AwsCaller,
  source: CredentialSource,
  region: string,
  configuredArn: string | null,
): Promise<PlatformIdentityAnswer> {
  const configured = configuredArn === null ? null : parseArn(configuredArn);
  if (configured) {
    const { partition, accountId } = configured;
    return {
      ok: true,
      identity: { partition, accountId, roleArn: configuredArn as string, source: "settings" },
    };
  }
  const held = await source.credentials();
  if (!held.ok) return held;
  const { credentials } = held;
  const answer = await callerIdentity(call, credentials, region);
  if (!answer.ok) return answer;
  const { arn, accountId } = answer.identity;
  const parsed = parseArn(arn);
  const partition = parsed?.partition ?? "";
  const [kind, roleName] = parsed?.resource.split("/") ?? [];
  // A user's own ARN is complete; only a session's leaves out the path of its role.
  if (kind !== "assumed-role" || !roleName) {
    return { ok: true, identity: { partition, accountId, roleArn: arn, source: "iam" } };
  }
  const input = { RoleName: roleName };
  const role = await call<{ Role?: { Arn?: string } }>({
    client: "iam",
    operation: "GetRole",
    input,
    region,
    accountId: null,
    credentials,
  });
  const exact = role.ok ? role.output.Role?.Arn : undefined;
  if (exact) return { ok: true, identity: { partition, accountId, roleArn: exact, source: "iam" } };
  const roleArn = buildArn({
    partition,
    service: "iam",
    region: "",
    accountId,
    resource: `role/${roleName}`,
  });
  return { ok: true, identity: { partition, accountId, roleArn, source: "guessed" } };
}
