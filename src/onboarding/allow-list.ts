// What the security monitoring of an account will see of Skywarden, as a text to copy into its allow-list.

export interface MonitoringFacts {
  /** The ARN that assumes. */
  caller: string;
  roles: { arn: string; sessionName: string }[];
  userAgent: string;
  actions: readonly string[];
}

export function allowListText({ caller, roles, userAgent, actions }: MonitoringFacts): string {
  const sessions = [...new Set(roles.map(({ sessionName }) => sessionName))];
  const isAssumed = roles.length > 0;
  const called = [...actions, "sts:GetCallerIdentity", ...(isAssumed ? ["sts:AssumeRole"] : [])];
  return [
    "What CloudTrail shows of Skywarden",
    "",
    isAssumed ? `Assumed by:        ${caller}` : `Calls are made by: ${caller}`,
    ...roles.map(({ arn }) => `Role:              ${arn}`),
    ...(sessions.length > 0 ? [`Role session name: ${sessions.join(", ")}`] : []),
    `User agent:        ${userAgent}`,
    "Source identity:   none is set",
    "",
    isAssumed ? "Only what reads is called, beside the assuming of the roles:" : "Only what reads is called:",
    ...called.sort().map((action) => `  ${action}`),
    "",
  ].join("\n");
}
