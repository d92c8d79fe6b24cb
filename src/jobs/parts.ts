// What the jobs work with; opened once by the worker process.
import type { TypeJudge } from "#assess/judge.ts";
import type { RoleCache } from "#aws/assume.ts";
import type { PlatformSources } from "#aws/platform-sources.ts";
import type { Catalog } from "#catalog/load.ts";
import type { Log } from "#log.ts";
import type { AwsCaller } from "#model/aws-call.ts";
import type { RelationalRules } from "#model/reach.ts";
import type { Store } from "#store/open.ts";
import type { Vault } from "#store/vault.ts";
import type { Queues } from "./queues.ts";

export interface JobParts {
  store: Store;
  vault: Vault;
  queues: Queues;
  call: AwsCaller;
  roles: RoleCache;
  /** The installation's own identity, by partition. */
  platform: PlatformSources;
  catalog: Catalog;
  judges: ReadonlyMap<string, TypeJudge>;
  relational: RelationalRules;
  /** Key of the HMACs that stand for sensitive values. */
  sensitiveKey: Uint8Array;
  /** Names this worker in leases. */
  holder: string;
  log: Log;
  /** How long what may come right by itself is waited for; settings of the installation, shorter in tests. */
  patience?: { awaitingRoleMs?: number; refusedRetryMs?: number };
  /** Aborts when the process stops. */
  stopping: AbortSignal;
}
