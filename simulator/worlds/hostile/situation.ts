// What a situation of the hostile world is, and the names that all of them share.

export const harvestRole = "csp-harvest";
export const externalId = "hostile-external-id";
export const managementAccountId = "100000000001";
export const hostingAccountId = "999900000001";
/** An opt-in region that one account has enabled. */
export const enabledOptInRegion = "eu-south-1";
export const silentRegion = "ap-south-1";

export type Unit = "prod" | "network" | "regions" | "allow-list" | "resources" | "open";

/** A call of the role's session: "service:Operation", as the client's package is called. */
export interface Probe {
  call: string;
  /** us-east-1 unless told. */
  region?: string;
  /** The wire's code, or what its message says. "no-answer": nothing comes. */
  outcome: "allowed" | "no-answer" | { code: string; says?: string };
}

export interface Situation {
  name: string;
  accountId: string;
  /** null: the management account. */
  unit: Unit | null;
  /** What is so, in a sentence. */
  is: string;
  state?: "SUSPENDED" | "CLOSED" | "PENDING_CLOSURE" | "PENDING_ACTIVATION" | undefined;
  /** With its path; absent where there is no role to assume. */
  role?: string | undefined;
  /** Assuming it fails: the wire's code is always AccessDenied. */
  isClosed?: true;
  probes: Probe[];
}
