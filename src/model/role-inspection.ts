// What is known of the role that a cloud is reached by: as IAM showed it, and what this release makes of that.

export interface RolePolicy {
  kind: "aws-managed" | "managed" | "inline";
  name: string;
  /** null: an inline policy has none. */
  arn: string | null;
  /** Of a managed policy that was read, "v3"; null where the facts or the role itself hold the document. */
  version: string | null;
  /** null: it is one of AWS's that the facts hold. */
  document: unknown;
}

/** External ids are left out of it (E24). */
export interface RoleReading {
  roleId: string;
  /** Value of the template's tag. */
  template: string | null;
  /** Where CloudFormation says so. */
  stackName: string | null;
  trust: unknown;
  boundaryArn: string | null;
  /** What the boundary says; null: there is none, or it could not be read. */
  boundary: RolePolicy | null;
  tags: { key: string; value: string }[];
  policies: RolePolicy[];
}

/** What AWS's policy simulator says of an action when it is asked without any context. */
export interface SimulatedAction {
  action: string;
  decision: string;
  /** Whether the organization's policies allow it; null: the simulator did not say. */
  allowedByOrganizations: boolean | null;
  missingKeys: string[];
}

export interface RoleSimulation {
  /** ISO 8601 */
  at: string;
  /** How many actions it was asked for. */
  asked: number;
  /** What it does not allow. */
  denied: SimulatedAction[];
  /** Why there is no answer. */
  error: { code: string; message: string } | null;
}

export interface UnreadOperation {
  operation: string;
  code: string;
  message: string;
  isDenied: boolean;
}

/** What a template lets its user choose, as it was when the role was first seen with it. */
export interface RoleBaseline {
  template: string;
  boundaryArn: string | null;
  platformRoleArns: string[];
  asksForExternalId: boolean;
}

export interface RoleDifference {
  part: "trust" | "policies" | "boundary";
  text: string;
}

export const trustWarningCodes = ["anyone", "names-role", "no-external-id", "whole-account"] as const;
export interface TrustWarning {
  code: (typeof trustWarningCodes)[number];
  text: string;
}

/** What this release makes of a reading. */
export interface RoleJudgement {
  /** Which release it was. */
  judgedBy: string;
  /** The template that made the role; null = made by hand. */
  template: string | null;
  /** Needed actions that its policies do not list; null = not all of them could be read. */
  missing: string[] | null;
  differences: RoleDifference[];
  warnings: TrustWarning[];
  baseline: RoleBaseline | null;
}

export interface RoleInspection extends Omit<RoleJudgement, "judgedBy"> {
  roleArn: string;
  triedAt: Date;
  nextAt: Date;
  /** The last time that the role was read as a whole. */
  readAt: Date | null;
  reading: RoleReading | null;
  /** What failed at the last try. */
  unread: UnreadOperation[];
  simulation: RoleSimulation | null;
  judgedBy: string | null;
  /** Differences that nobody has called intended. */
  driftSince: Date | null;
  /** Texts of differences that an administrator has called intended. */
  accepted: string[];
}
