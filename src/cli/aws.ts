// The AWS side of a process: caller with pacing, role cache, the installation's own credentials.

import { openRoleCache } from "#aws/assume.ts";
import { openAws } from "#aws/call.ts";
import { type CallCounter, openCallCounter } from "#aws/call-counter.ts";
import { openPacer } from "#aws/pace.ts";
import { openPlatformCredentials } from "#aws/platform-credentials.ts";
import { type LentSession, openPlatformSources, type PlatformKey } from "#aws/platform-sources.ts";
import { awsSettingsFrom } from "#aws/settings.ts";
import { quotas } from "../../facts/quotas.ts";

interface AwsSideOptions {
  version: string;
  loopbackOnly: boolean;
  platformRoleArn: string | null;
  storedKeys: () => Promise<ReadonlyMap<string, PlatformKey>>;
  lentSessions: () => Promise<ReadonlyMap<string, LentSession>>;
}

export function openAwsSide(env: NodeJS.ProcessEnv, options: AwsSideOptions) {
  const { version, loopbackOnly } = options;
  const counter: CallCounter = openCallCounter();
  const connection = openAws(awsSettingsFrom(env, { version, loopbackOnly }), {
    pacer: openPacer(quotas),
    onSent: counter.count,
  });
  const { call } = connection;
  const roles = openRoleCache(call);
  const host = openPlatformCredentials(env, { loopbackOnly });
  return {
    call,
    roles,
    host,
    platform: openPlatformSources({
      call,
      roles,
      host,
      hostRegion: env.AWS_REGION ?? env.AWS_DEFAULT_REGION ?? null,
      configuredArn: options.platformRoleArn,
      storedKeys: options.storedKeys,
      lentSessions: options.lentSessions,
    }),
    counter,
    close: connection.close,
  };
}
