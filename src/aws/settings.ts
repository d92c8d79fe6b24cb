// How this installation reaches AWS: endpoints, FIPS, proxies, timeouts. Read once from the
// environment and handed over; nothing else in aws/ looks at process.env.

export interface AwsSettings {
  /** Skywarden's version, for the user agent. */
  version: string;
  /** One endpoint for every service (AWS_ENDPOINT_URL), null = AWS's own. */
  endpointUrl: string | null;
  /** Endpoints of single services by the SDK's name, for example "S3_CONTROL". */
  endpointUrls: Record<string, string>;
  useFips: boolean;
  useDualstack: boolean;
  httpProxy: string | null;
  httpsProxy: string | null;
  noProxy: string;
  /** Demo and tests: a connection to anything but loopback is refused. */
  loopbackOnly: boolean;
  connectTimeoutMs: number;
  headersTimeoutMs: number;
  bodyTimeoutMs: number;
  /** Largest answer that is read; a larger one is an error, not a full memory. */
  maxAnswerBytes: number;
  maxConnectionsPerOrigin: number;
  /** Time from the first sending of a call to giving up on it, retries included. */
  callBudgetMs: number;
  /** Sendings of one call that may end in a broken connection or a 5xx. */
  transientAttempts: number;
}

export const userAgentOf = (version: string): string => `skywarden/${version}`;

export const defaultAwsSettings: AwsSettings = {
  version: "0.0.0",
  endpointUrl: null,
  endpointUrls: {},
  useFips: false,
  useDualstack: false,
  httpProxy: null,
  httpsProxy: null,
  noProxy: "",
  loopbackOnly: false,
  connectTimeoutMs: 5_000,
  headersTimeoutMs: 30_000,
  bodyTimeoutMs: 30_000,
  maxAnswerBytes: 64 * 1024 * 1024,
  maxConnectionsPerOrigin: 128,
  callBudgetMs: 45_000,
  transientAttempts: 4,
};

/** AWS's own variables and the usual proxy variables, as the SDKs read them. */
export function awsSettingsFrom(
  env: Record<string, string | undefined>,
  given: Partial<AwsSettings> = {},
): AwsSettings {
  const prefix = "AWS_ENDPOINT_URL_";
  const isIgnored = isTrue(env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS);
  const endpointUrls: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (!isIgnored && value && name.startsWith(prefix)) endpointUrls[name.slice(prefix.length)] = value;
  }
  return {
    ...defaultAwsSettings,
    endpointUrl: (!isIgnored && env.AWS_ENDPOINT_URL) || null,
    endpointUrls,
    useFips: isTrue(env.AWS_USE_FIPS_ENDPOINT),
    useDualstack: isTrue(env.AWS_USE_DUALSTACK_ENDPOINT),
    httpProxy: env.http_proxy || env.HTTP_PROXY || null,
    httpsProxy: env.https_proxy || env.HTTPS_PROXY || null,
    noProxy: env.no_proxy || env.NO_PROXY || "",
    ...given,
  };
}

function isTrue(text: string | undefined): boolean {
  return text?.toLowerCase() === "true";
}
