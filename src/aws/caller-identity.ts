// Whose credentials these are, by STS.
import type { AwsCaller, AwsCredentials, AwsError } from "#model/aws-call.ts";

export interface CallerIdentity {
  accountId: string;
  arn: string;
  userId: string;
}

export type CallerIdentityAnswer = { ok: true; identity: CallerIdentity } | { ok: false; error: AwsError };

export async function callerIdentity(
  call: AwsCaller,
  credentials: AwsCredentials,
  region: string,
  signal?: AbortSignal,
): Promise<CallerIdentityAnswer> {
  const answer = await call<{ Account?: string; Arn?: string; UserId?: string }>({
    client: "sts",
    operation: "GetCallerIdentity",
    input: {},
    region,
    accountId: null,
    credentials,
    ...(signal ? { signal } : {}),
  });
  if (!answer.ok) return { ok: false, error: answer.error };
  const { Account, Arn, UserId } = answer.output;
  if (Account && Arn) return { ok: true, identity: { accountId: Account, arn: Arn, userId: UserId ?? "" } };
  const message = "sts:GetCallerIdentity named no account";
  return {
    ok: false,
    error: { code: "UnreadableAnswer", message, status: null, requestId: null, reason: "failed" },
  };
}
