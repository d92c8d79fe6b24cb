// The credentials of the person at the terminal, by the SDK's chain: a profile of their own machine, or what the
// environment gives (variables, single sign-on, AWS CloudShell). They stay in this process.
import { defaultProvider } from "@aws-sdk/credential-provider-node";
import { loadSharedConfigFiles } from "@smithy/core/config";
import type { CredentialsAnswer } from "./assume.ts";

export interface AdministratorSource {
  /** null = what the environment gives. */
  profile: string | null;
  /** Asked for where a profile's role needs a second factor. */
  mfaCode: (serial: string) => Promise<string>;
}

export function openAdministratorCredentials({
  profile,
  mfaCode,
}: AdministratorSource): () => Promise<CredentialsAnswer> {
  const chain = defaultProvider({ ...(profile === null ? {} : { profile }), mfaCodeProvider: mfaCode });
  return async () => {
    try {
      // The chain would go on to the host's own role, which is not who was asked for.
      if (profile !== null && !(await hasProfile(profile)))
        return refused(`There is no profile ${profile} in this machine's AWS configuration.`);
      const { accessKeyId, secretAccessKey, sessionToken, expiration } = await chain();
      const credentials = {
        accessKeyId,
        secretAccessKey,
        ...(sessionToken === undefined ? {} : { sessionToken }),
        ...(expiration === undefined ? {} : { expiration }),
      };
      return { ok: true, credentials };
    } catch (cause) {
      return refused(cause instanceof Error ? cause.message : String(cause));
    }
  };
}

async function hasProfile(name: string): Promise<boolean> {
  const { configFile, credentialsFile } = await loadSharedConfigFiles();
  return name in configFile || name in credentialsFile;
}

function refused(message: string): CredentialsAnswer {
  const error = {
    code: "NoAdministratorCredentials",
    message,
    status: null,
    requestId: null,
    reason: "unavailable",
  } as const;
  return { ok: false, error };
}
