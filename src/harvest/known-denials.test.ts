// The memory of what AWS refused, one operation in one region at a time. The harvest's own test
// (jobs/known-denials.test.ts) counts calls on the wire; here stands what calls at once and in great number do.
import { expect, test } from "vitest";
import type { AwsAnswer, AwsCall, AwsCaller, AwsError } from "#model/aws-call.ts";
import type { KnownDenial } from "#model/known-denial.ts";
import { openDenialMemory } from "./known-denials.ts";

const refusal: AwsError = {
  code: "AccessDenied",
  message: "no",
  status: 403,
  requestId: null,
  reason: "denied",
};
const yesterday = new Date(Date.now() - 25 * 3_600_000);
const wide: KnownDenial = {
  operation: "s3:GetBucketAcl",
  region: "us-east-1",
  target: "",
  code: "AccessDenied",
  message: "no",
  deniedBy: null,
  since: yesterday,
  triedAt: yesterday,
  nextTryAt: new Date(yesterday.getTime() + 24 * 3_600_000),
};

const asked = (Bucket: string): AwsCall => ({
  client: "s3",
  operation: "GetBucketAcl",
  input: { Bucket },
  region: "us-east-1",
  accountId: "1",
  credentials: { accessKeyId: "a", secretAccessKey: "b" },
});

/** What AWS answers, a moment later, and which buckets it was asked of. */
function aws(errorOf: (bucket: string) => AwsError | null) {
  const sent: string[] = [];
  const call = (async ({ input }: AwsCall): Promise<AwsAnswer> => {
    sent.push(String(input.Bucket));
    await new Promise((resolve) => setTimeout(resolve, 1));
    const error = errorOf(String(input.Bucket));
    const about = { sentAt: new Date(), attempts: 1 };
    return error ? { ok: false, error, ...about } : { ok: true, output: {}, ...about };
  }) as AwsCaller;
  return { call, sent };
}

const names = (count: number) => Array.from({ length: count }, (_, n) => `b${n}`);

test("of many calls at once one probes, and the others get what it is told", async () => {
  for (const error of [refusal, null]) {
    const { call, sent } = aws(() => error);
    const memory = openDenialMemory([wide]);
    const ask = memory.remembering(call);
    const answers = await Promise.all(names(30).map((name) => ask(asked(name))));
    expect(sent).toHaveLength(error ? 1 : 30);
    expect(answers.every(({ ok }) => ok === (error === null))).toBe(true);
    const { denied, lifted } = memory.settle();
    expect([denied.length, lifted.length]).toEqual(error ? [1, 0] : [0, 1]);
    expect(denied.every(({ since }) => since === wide.since)).toBe(true);
  }
});

test("a probe that fails otherwise leaves the denial to be probed again", async () => {
  const { call } = aws(() => ({ ...refusal, code: "Throttling", reason: "throttled" }));
  const memory = openDenialMemory([wide]);
  expect(await memory.remembering(call)(asked("a"))).toMatchObject({ error: { code: "Throttling" } });
  expect(memory.settle()).toEqual({ denied: [], lifted: [] });
});

test("a first round that is refused everything stops asking after twenty", async () => {
  const { call, sent } = aws(() => refusal);
  const memory = openDenialMemory([]);
  const ask = memory.remembering(call);
  for (const name of names(200)) expect(await ask(asked(name))).toMatchObject({ ok: false });
  expect(sent).toHaveLength(20);
  expect(memory.settle().denied).toMatchObject([{ target: "" }]);
});

test("one that is allowed keeps the others from being presumed refused", async () => {
  const { call, sent } = aws((bucket) => (bucket === "b0" ? null : refusal));
  const memory = openDenialMemory([]);
  const ask = memory.remembering(call);
  for (const name of names(60)) await ask(asked(name));
  expect(sent).toHaveLength(60);
  const { denied } = memory.settle();
  expect(denied).toHaveLength(59);
  expect(denied.some(({ target }) => target === "")).toBe(false);
});

test.each([
  ["an expired session", { code: "ExpiredToken" }],
  ["a service that was not signed up for", { code: "SubscriptionRequiredException" }],
  ["a failure", { code: "AccessDenied", reason: "failed" as const }],
])("%s is not remembered", async (_, more) => {
  const { call } = aws(() => ({ ...refusal, ...more }));
  const memory = openDenialMemory([]);
  await memory.remembering(call)(asked("a"));
  expect(memory.settle()).toEqual({ denied: [], lifted: [] });
});

test("what one resource's own policy refuses is remembered of it alone, even if nothing else was asked", async () => {
  const { call } = aws(() => ({ ...refusal, deniedBy: { layer: "resource", policyArn: null } }));
  const memory = openDenialMemory([]);
  await memory.remembering(call)(asked("a"));
  const { denied } = memory.settle();
  expect(denied).toHaveLength(1);
  expect(denied[0]?.target).not.toBe("");
});
