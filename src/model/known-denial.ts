// What a cloud refuses to let read: remembered by the store, answered from by the harvest.
import type { Gap } from "./resource.ts";

export interface KnownDenial {
  /** client:Operation */
  operation: string;
  region: string;
  /** "" = everything that was asked was refused; else a hash of what the one call named. */
  target: string;
  code: string;
  message: string;
  deniedBy: Gap["deniedBy"] | null;
  since: Date;
  triedAt: Date;
  nextTryAt: Date;
}

export type DenialKey = Pick<KnownDenial, "operation" | "region" | "target">;

export interface DenialChanges {
  denied: KnownDenial[];
  /** They were refused, and are allowed or gone now. */
  lifted: DenialKey[];
}
