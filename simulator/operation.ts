// What a service module of the simulator gives: its operations as plain functions over the world.
// Wire formats, signatures, permissions, limits and latency are settled before one is called.
import type { World } from "./world.ts";

/** Who signed the request. */
export interface Principal {
  /** "root", "user", "role-session", "federated-user" (GetFederationToken) or "anonymous" (unsigned operations). */
  kind: "root" | "user" | "role-session" | "federated-user" | "anonymous";
  accountId: string;
  /** arn:aws:iam::…:user/x or arn:aws:sts::…:assumed-role/name/session. */
  arn: string;
  /** For a session the role's own ARN, with its path; for a federated user the user's who vouches. */
  roleArn?: string;
  userId: string;
  accessKeyId: string;
  tags: Record<string, string>;
  /** When a second factor was proved for the session. */
  mfaAt?: string;
  /** Tags of the session that go with every session made from it. */
  transitiveTagKeys?: string[];
  sourceIdentity?: string;
}

/** Further permissions that only show while an operation runs (a stack's resources). */
export type Authorize = (permission: NeededPermission) => void;

export interface Call<Input = unknown> {
  input: Input;
  accountId: string;
  region: string;
  principal: Principal;
  world: World;
  now: Date;
  /** How long what AWS does after its answer takes to show. */
  settleMs?: number;
  requestId: string;
  /** The host that was called, without its port. */
  host?: string;
  /** Throws the service's AccessDenied unless the caller may; permissions of the operation itself are checked before. */
  authorize?: Authorize;
  /** The world's secret, for the one service that issues credentials. */
  secret?: string;
}

/** Plain input in, plain output out (members named as in AWS's API, dates as Date or ISO string). */
// biome-ignore lint/suspicious/noExplicitAny: each operation declares the input it reads; the wire layer guarantees the schema's shape.
export type Operation = (call: Call<any>) => unknown;

/** What an operation asks permission for: one entry per action that must be allowed. */
export interface NeededPermission {
  action: string;
  resource: string;
  context?: Record<string, string | string[]>;
  /** The policy of a resource of another service, which the operation's own service cannot tell. */
  policy?: ResourcePolicy;
}

/** A policy that hangs on a resource: of a bucket, key, function, or the trust of a role. */
export interface ResourcePolicy {
  text: string;
  /** Owner of the resource. */
  accountId: string;
  /** Identity policies alone cannot allow (KMS keys, role trust). */
  isDecisive?: boolean;
  /** Unique ids that principals' ARNs had when the policy was set (role trust). */
  trustedIds?: Record<string, string>;
}

export interface ServiceDefinition {
  /** Suffix of the SDK client package: "ec2" for @aws-sdk/client-ec2. */
  client: string;
  operations: Record<string, Operation>;
  /** Only where the IAM action is not `prefix:OperationName` on resource "*". */
  // biome-ignore lint/suspicious/noExplicitAny: as with Operation.
  permissions?: Record<string, (call: Call<any>) => NeededPermission[]>;
  /** The policy of the resource that a permission is about, if it has one. */
  // biome-ignore lint/suspicious/noExplicitAny: as with Operation.
  resourcePolicy?: (call: Call<any>, permission: NeededPermission) => ResourcePolicy | undefined;
  /** IAM prefix if it is not the signing name. */
  iamPrefix?: string;
}

/** An error as AWS would answer it; the wire layer gives it the protocol's form and, unless set here, the schema's status. */
export class AwsFault extends Error {
  readonly code: string;
  readonly status: number;
  /** Further members of the error, for example Reason. */
  readonly details: Record<string, unknown>;
  readonly headers: Record<string, string>;
  constructor(
    code: string,
    message: string,
    status = 400,
    extra: { details?: Record<string, unknown>; headers?: Record<string, string> } = {},
  ) {
    // An answer, not a mistake of ours: nobody looks where it was made, and finding out costs more than the rest.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(message);
    Error.stackTraceLimit = stackTraceLimit;
    this.code = code;
    this.status = status;
    this.details = extra.details ?? {};
    this.headers = extra.headers ?? {};
  }
}
