// One call to an AWS Organization under its role, and all pages of a listing. Answers and failures are
// values. What is asked, and in how few calls, stands in the read-….ts files beside.
import type { CredentialsAnswer } from "#aws/assume.ts";
import type { AwsCaller, AwsError } from "#model/aws-call.ts";

export interface ReadFailure {
  ok: false;
  /** service:Operation */
  operation: string;
  error: AwsError;
}
export type Reading<T> = { ok: true; value: T } | ReadFailure;

export interface OrganizationReader {
  call: AwsCaller;
  credentials: () => Promise<CredentialsAnswer>;
  /** The partition's home region: us-east-1, cn-northwest-1, us-gov-west-1. */
  region: string;
  /** Account that owns the organization role. */
  accountId: string;
  /** Counts what was sent. */
  calls: number;
  signal?: AbortSignal | undefined;
}

export async function ask<Output>(
  reader: OrganizationReader,
  client: string,
  operation: string,
  input: Record<string, unknown>,
): Promise<Reading<Output>> {
  const held = await reader.credentials();
  if (!held.ok) return { ok: false, operation: "sts:AssumeRole", error: held.error };
  reader.calls += 1;
  const answer = await reader.call<Output>({
    client,
    operation,
    input,
    region: reader.region,
    accountId: reader.accountId,
    credentials: held.credentials,
    ...(reader.signal ? { signal: reader.signal } : {}),
  });
  const prefix = client === "resource-groups-tagging-api" ? "tag" : client;
  return answer.ok
    ? { ok: true, value: answer.output }
    : { ok: false, operation: `${prefix}:${operation}`, error: answer.error };
}

/** All pages of a listing of Organizations; an empty page with a token is legal, so only the token decides. */
export async function* pagesOf<Output extends { NextToken?: string }>(
  reader: OrganizationReader,
  operation: string,
  input: Record<string, unknown>,
): AsyncGenerator<Reading<Output>> {
  let token: string | undefined;
  do {
    const page = await ask<Output>(reader, "organizations", operation, {
      ...input,
      ...(token ? { NextToken: token } : {}),
    });
    yield page;
    if (!page.ok || page.value.NextToken === token) return;
    token = page.value.NextToken;
  } while (token);
}

/** The pages' items in one list, or the first failure. */
export async function gather<Output extends { NextToken?: string }, Item>(
  pages: AsyncGenerator<Reading<Output>>,
  itemsOf: (page: Output) => Item[],
): Promise<Reading<Item[]>> {
  const all: Item[] = [];
  for await (const page of pages) {
    if (!page.ok) return page;
    all.push(...itemsOf(page.value));
  }
  return { ok: true, value: all };
}

export function unreadable(operation: string, message: string): ReadFailure {
  const error = {
    code: "UnreadableAnswer",
    message,
    status: null,
    requestId: null,
    reason: "failed",
  } as const;
  return { ok: false, operation, error };
}
