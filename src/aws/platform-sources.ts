// The installation's own identity in each partition: what its host runs as where that is, elsewhere a stored key
// or what a worker there lends. Credentials never cross partitions. Must not know where stored keys are kept.
import type { AwsCaller, AwsError } from "#model/aws-call.ts";
import { platformPartitions } from "#model/partition.ts";
import type { CredentialSource, RoleCache } from "./assume.ts";
import { callerIdentity } from "./caller-identity.ts";
import { userKeySource } from "./credential-sources.ts";
import { parseArn, partitionNamed, partitionOf } from "./partitions.ts";
import { type PlatformIdentityAnswer, platformIdentity } from "./platform-credentials.ts";

/** A user's key that stands for the installation in a partition. */
export interface PlatformKey {
  accessKeyId: string;
  secretAccessKey: string;
  /** The role that it assumes and that users trust; null: they trust the user itself. */
  roleArn: string | null;
}

/** What a worker in a partition lends to the processes elsewhere. */
export interface LentSession {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  expiresAt: string;
  /** The role behind it, with its path. */
  roleArn: string | null;
}

export interface PlatformSources {
  /** The source for calls into a partition; without an identity there its answer says so. */
  in(partition: string): CredentialSource;
  /** Whom the roles of a partition's accounts are to trust. */
  identity(partition: string): Promise<PlatformIdentityAnswer>;
  /** The partition's stored key; null: there is none. */
  key(partition: string): Promise<PlatformKey | null>;
  /** The partition's identity is lent by a worker there. */
  isLent(partition: string): Promise<boolean>;
  /** Where the host itself is; null: nobody knows yet. */
  hostPartition(): Promise<string | null>;
  /** Who this process's own host is, whatever the settings and the stored keys say. */
  hostIdentity(): Promise<PlatformIdentityAnswer>;
  /** A key was stored or removed. */
  forgetKeys(): void;
}

export interface PlatformSourceParts {
  call: AwsCaller;
  roles: RoleCache;
  host: CredentialSource;
  /** AWS_REGION of the host: saves asking STS where its credentials belong. */
  hostRegion: string | null;
  /** SKYWARDEN_PLATFORM_ROLE_ARN. */
  configuredArn: string | null;
  storedKeys: () => Promise<ReadonlyMap<string, PlatformKey>>;
  /** Absent: nobody lends. */
  lentSessions?: () => Promise<ReadonlyMap<string, LentSession>>;
}

/** Every process sees a changed key within this time. */
const keysKeptMs = 15_000;

const noSessions = async (): Promise<ReadonlyMap<string, LentSession>> => new Map();

export function openPlatformSources(parts: PlatformSourceParts): PlatformSources {
  const { call, roles, host, configuredArn } = parts;
  const configured = configuredArn === null ? null : parseArn(configuredArn);
  const keys = keptFor(keysKeptMs, parts.storedKeys);
  const lent = keptFor(keysKeptMs, parts.lentSessions ?? noSessions);
  let hostPlace: Promise<HostPlace> | null = null;
  const placeOfHost = async (): Promise<HostPlace> => {
    if (configured) return { partition: configured.partition, error: null };
    if (parts.hostRegion) return { partition: partitionOf(parts.hostRegion).name, error: null };
    // Known once, it does not change; until then a role may be attached to the host at any time.
    hostPlace ??= askPlace(call, host);
    const place = await hostPlace;
    if (place.partition === null) hostPlace = null;
    return place;
  };
  const open = async (partition: string): Promise<Opened | { error: AwsError }> => {
    const key = (await keys.read()).get(partition);
    if (key) return { source: keySource(roles, key, partition), roleArn: key.roleArn, isHost: false };
    const place = await placeOfHost();
    if (place.partition === partition) return { source: host, roleArn: null, isHost: true };
    const session = (await lent.read()).get(partition);
    if (session) return { source: lentSource(session), roleArn: session.roleArn, isHost: false };
    return { error: place.error ?? noIdentity(partition, place.partition) };
  };
  return {
    in: (partition) => ({
      id: `platform ${partition}`,
      async credentials() {
        const opened = await open(partition);
        return "error" in opened ? { ok: false, error: opened.error } : opened.source.credentials();
      },
    }),
    async identity(partition) {
      const opened = await open(partition);
      if ("error" in opened) return { ok: false, error: opened.error };
      const region = partitionNamed(partition)?.globalRegion ?? "us-east-1";
      const arn = opened.isHost ? configuredArn : null;
      const answer = await platformIdentity(call, opened.source, region, arn);
      // A session's ARN leaves out the role's path; what is stored does not.
      const { roleArn } = opened;
      return answer.ok && roleArn ? { ok: true, identity: { ...answer.identity, roleArn } } : answer;
    },
    key: async (partition) => (await keys.read()).get(partition) ?? null,
    async isLent(partition) {
      const opened = await open(partition);
      return !("error" in opened) && opened.source.id.startsWith("lent ");
    },
    hostPartition: async () => (await placeOfHost()).partition,
    async hostIdentity() {
      const place = await placeOfHost();
      if (place.partition === null) return { ok: false, error: place.error };
      const region = partitionNamed(place.partition)?.globalRegion ?? "us-east-1";
      return platformIdentity(call, host, region, null);
    },
    forgetKeys: keys.forget,
  };
}

interface Opened {
  source: CredentialSource;
  /** As it is stored; null: to be found out. */
  roleArn: string | null;
  isHost: boolean;
}

function lentSource({
  accessKeyId,
  secretAccessKey,
  sessionToken,
  expiresAt,
}: LentSession): CredentialSource {
  const credentials = { accessKeyId, secretAccessKey, sessionToken, expiration: new Date(expiresAt) };
  return { id: `lent ${accessKeyId}`, credentials: async () => ({ ok: true, credentials }) };
}

/** The source of a key: by itself, or by the role that it assumes. */
export function keySource(roles: RoleCache, key: PlatformKey, partition: string): CredentialSource {
  const { accessKeyId, secretAccessKey, roleArn } = key;
  const user = userKeySource(accessKeyId, secretAccessKey);
  if (roleArn === null) return user;
  const region = partitionNamed(partition)?.globalRegion ?? "us-east-1";
  const role = { source: user, roleArn, externalId: null, sessionName: "Skywarden", durationSeconds: 3600 };
  return {
    id: `${user.id} ${roleArn}`,
    credentials: () => roles.assume({ ...role, region }),
  };
}

type HostPlace = { partition: string; error: null } | { partition: null; error: AwsError };

/** The partition that credentials are of; null: no STS knows them. */
export async function partitionOfCredentials(
  call: AwsCaller,
  source: CredentialSource,
): Promise<string | null> {
  return (await askPlace(call, source)).partition;
}

/** Only STS of a credential's own partition knows it. */
async function askPlace(call: AwsCaller, source: CredentialSource): Promise<HostPlace> {
  const held = await source.credentials();
  if (!held.ok) return { partition: null, error: held.error };
  let error: AwsError | null = null;
  for (const name of platformPartitions) {
    const region = partitionNamed(name)?.globalRegion ?? "us-east-1";
    const answer = await callerIdentity(call, held.credentials, region);
    if (answer.ok) return { partition: parseArn(answer.identity.arn)?.partition ?? name, error: null };
    error = answer.error;
  }
  return { partition: null, error: error ?? noIdentity("aws", null) };
}

function noIdentity(partition: string, hostPartition: string | null): AwsError {
  const why = hostPartition === null ? "" : `This installation runs in ${hostPartition}. `;
  return {
    code: "NoPlatformCredentials",
    message: `${why}Credentials do not cross partitions, and none are stored for ${partition}; a domain administrator can store an access key of that partition, or a worker that runs there can lend its role (SKYWARDEN_LEND_IDENTITY).`,
    status: null,
    requestId: null,
    reason: "unavailable",
  };
}

function keptFor<T>(ms: number, read: () => Promise<T>): { read: () => Promise<T>; forget: () => void } {
  let kept: { value: Promise<T>; until: number } | null = null;
  return {
    read() {
      if (kept && Date.now() < kept.until) return kept.value;
      const value = read();
      kept = { value, until: Date.now() + ms };
      // What could not be read is asked for again by the next caller.
      value.catch(() => {
        kept = null;
      });
      return value;
    },
    forget() {
      kept = null;
    },
  };
}
