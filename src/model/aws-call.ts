// The AWS caller as the features see it: one call, credentials as an argument, errors as values.
import type { Gap } from "./resource.ts";

export interface AwsCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  expiration?: Date;
}

export interface AwsCall {
  /** Suffix of the SDK client package: "ec2", "s3-control", "resource-groups-tagging-api". */
  client: string;
  operation: string;
  input: Record<string, unknown>;
  region: string;
  /** Account whose budget the call spends; null for the installation's own. */
  accountId: string | null;
  credentials: AwsCredentials;
  signal?: AbortSignal;
}

export interface AwsError {
  code: string;
  message: string;
  status: number | null;
  requestId: string | null;
  reason: Gap["reason"];
  deniedBy?: { layer: string; policyArn: string | null };
}

export type AwsAnswer<Output = Record<string, unknown>> =
  | { ok: true; output: Output; sentAt: Date; attempts: number }
  | { ok: false; error: AwsError; sentAt: Date; attempts: number };

/** Paces, signs, sends, retries; never throws for what AWS answered. */
export type AwsCaller = <Output = Record<string, unknown>>(call: AwsCall) => Promise<AwsAnswer<Output>>;
