import { afterEach, expect, test } from "vitest";
import type { Quota } from "../../facts/quotas.ts";
import type { PacedCall } from "./call.ts";
import { openPacer } from "./pace.ts";

const call: PacedCall = { accountId: "1", region: "eu-west-1", client: "slow", operation: "ListThings" };

function quota(capacity: number, refillPerSecond: number, more: Partial<Quota> = {}): Quota {
  return {
    service: "slow",
    operationClass: "all",
    operations: ["*"],
    capacity,
    refillPerSecond,
    scope: "region",
    source: "R",
    ...more,
  };
}

/** How many of so many calls are let through at once. */
async function admitted(pacer: ReturnType<typeof openPacer>, count: number, paced: PacedCall = call) {
  let through = 0;
  const stop = new AbortController();
  stops.push(stop);
  for (let i = 0; i < count; i++) {
    pacer.admit(paced, stop.signal).then(
      () => through++,
      () => undefined,
    );
  }
  await new Promise((resolve) => setImmediate(resolve));
  return through;
}

const stops: AbortController[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop.abort();
});

test("a burst is let through, the rest at the rate", async () => {
  const pacer = openPacer([quota(10, 100)]);
  const startedAt = Date.now();
  await Promise.all(Array.from({ length: 40 }, () => pacer.admit(call)));
  // 9.5 at once, 30.5 at 95/s = 0.32 s.
  expect(Date.now() - startedAt).toBeGreaterThan(280);
  expect(Date.now() - startedAt).toBeLessThan(3_000);
});

test("first come, first served", async () => {
  const pacer = openPacer([quota(1, 200)]);
  const order: number[] = [];
  await Promise.all(Array.from({ length: 20 }, (_, i) => pacer.admit(call).then(() => order.push(i))));
  expect(order).toEqual(order.toSorted((a, b) => a - b));
});

const others: [
  name: string,
  other: Partial<PacedCall>,
  scope: Quota["scope"],
  each: boolean,
  shared: boolean,
][] = [
  ["another account", { accountId: "2" }, "region", false, false],
  ["another region", { region: "eu-west-2" }, "region", false, false],
  ["another region under an account's limit", { region: "eu-west-2" }, "account", false, true],
  ["another region under an organization's limit", { region: "eu-west-2" }, "organization", false, true],
  ["another operation of the class", { operation: "GetThing" }, "region", false, true],
  ["another operation where each has its own", { operation: "GetThing" }, "region", true, false],
];
test.each(others)("%s", async (_, other, scope, each, shared) => {
  const pacer = openPacer([quota(5, 0.1, { scope, ...(each ? { each: true } : {}) })]);
  expect(await admitted(pacer, 10)).toBe(4);
  expect(await admitted(pacer, 10, { ...call, ...other })).toBe(shared ? 0 : 4);
});

test("an operation without a known limit is paced too", async () => {
  expect(await admitted(openPacer([]), 100)).toBe(19);
});

test("a throttle halves the rate once per burst of throttles; it rises again", async () => {
  let now = 0;
  const pacer = openPacer([quota(100, 20)], () => now);
  for (let i = 0; i < 30; i++) pacer.settle(call, true);
  expect(pacer.slow()).toMatchObject([{ share: 0.5 }]);
  now += 1_000;
  pacer.settle(call, true);
  expect(pacer.slow()[0]?.share).toBeCloseTo(0.26, 5);
  now += 10_000;
  await pacer.admit(call);
  expect(pacer.slow()[0]?.share).toBeCloseTo(0.46, 5);
  now += 60_000;
  await pacer.admit(call);
  expect(pacer.slow()).toEqual([]);
});

test("after a throttle nothing is left of the burst", async () => {
  let now = 0;
  const pacer = openPacer([quota(100, 10)], () => now);
  pacer.settle(call, true);
  expect(await admitted(pacer, 10)).toBe(0);
  now += 1_000;
  expect(
    await admitted(
      openPacer([quota(100, 10)], () => now),
      10,
    ),
  ).toBe(10);
});

test("one who is cancelled leaves the queue with the reason, and takes no token", async () => {
  const pacer = openPacer([quota(1, 2)]);
  await pacer.admit(call);
  const stop = new AbortController();
  const cancelled = pacer.admit(call, stop.signal);
  const next = pacer.admit(call);
  stop.abort(new Error("enough"));
  await expect(cancelled).rejects.toThrow("enough");
  const startedAt = Date.now();
  await next;
  expect(Date.now() - startedAt).toBeLessThan(950);
  await expect(pacer.admit(call, AbortSignal.abort(new Error("before")))).rejects.toThrow("before");
});

test("rested buckets are dropped, so memory does not grow with the accounts", async () => {
  let now = 0;
  const pacer = openPacer([quota(10, 10)], () => now);
  for (let i = 0; i < 50_000; i++) {
    now += 1;
    await pacer.admit({ ...call, accountId: String(i) });
  }
  expect(pacer.bucketCount()).toBeLessThanOrEqual(20_000);
});
