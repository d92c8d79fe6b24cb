// The AWS side of a process: caller with pacing, role cache, the installation's own credentials.

import { openRoleCache } from "#aws/assume.ts";
import { openAws } from "#aws/call.ts";
import { type CallCounter, openCallCounter } from "#aws/call-counter.ts";
import { openPacer } from "#aws/pace.ts";
import { openPlatformCredentials } from "#aws/platform-credentials.ts";
import { awsSettingsFrom } from "#aws/settings.ts";
import { quotas } from "../../facts/quotas.ts";

export function openAwsSide(env: NodeJS.ProcessEnv, options: { version: string; loopbackOnly: boolean }) {
  const counter: CallCounter = openCallCounter();
  const connection = openAws(awsSettingsFrom(env, options), {
    pacer: openPacer(quotas),
    onSent: counter.count,
  });
  return {
    call: connection.call,
    roles: openRoleCache(connection.call),
    platform: openPlatformCredentials(env, { loopbackOnly: options.loopbackOnly }),
    counter,
    close: connection.close,
  };
}
