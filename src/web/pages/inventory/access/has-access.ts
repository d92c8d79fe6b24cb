// Which resources have an "Access" tab, and where their policy lies. The server judges; this says only what to ask it.

/** Property with the policy of the resource, by type. */
const policyAt: Record<string, string> = {
  "aws.s3.bucket": "Policy",
  "aws.kms.key": "Policy",
  "aws.sqs.queue": "Attributes.Policy",
  "aws.sns.topic": "Attributes.Policy",
  "aws.lambda.function": "Policy",
  "aws.secretsmanager.secret": "ResourcePolicy",
  "aws.ecr.repository": "policyText",
  "aws.iam.role": "AssumeRolePolicyDocument",
};

export const isReachable = (type: string): boolean => type in policyAt;
export const isPrincipal = (type: string): boolean => type === "aws.iam.role" || type === "aws.iam.user";

/** The policy as it was read, laid out for editing; empty if there is none. */
export function policyText(type: string, properties: Record<string, unknown>): string {
  let policy: unknown = properties;
  for (const name of policyAt[type]?.split(".") ?? [])
    policy = (policy as Record<string, unknown> | null)?.[name];
  if (policy === undefined || policy === null) return "";
  if (typeof policy !== "string") return JSON.stringify(policy, null, 2);
  try {
    return JSON.stringify(JSON.parse(policy), null, 2);
  } catch {
    // AWS takes odd JSON; it is shown as it is.
    return policy;
  }
}
