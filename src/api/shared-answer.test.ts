// Answers that cost seconds: made once for all who ask at the same time, and not again for a while.
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { sharedAnswer } from "./shared-answer.ts";

function counted(ms: number) {
  const made = { times: 0 };
  const make = async () => {
    const number = ++made.times;
    await sleep(ms);
    return { number };
  };
  return { made, make };
}

test("who asks while it is made waits for the same answer", async () => {
  const server = {};
  const { made, make } = counted(50);
  const answers = await Promise.all([1, 2, 3].map(() => sharedAnswer(server, "tnt_a org_a", make)));
  expect(answers).toEqual([{ number: 1 }, { number: 1 }, { number: 1 }]);
  expect(made.times).toBe(1);
});

test("a cheap answer is made anew, a dear one is kept, and only under its key and server", async () => {
  const server = {};
  const cheap = counted(5);
  await sharedAnswer(server, "tnt_a cheap", cheap.make);
  await sleep(5);
  expect(await sharedAnswer(server, "tnt_a cheap", cheap.make)).toEqual({ number: 2 });
  const dear = counted(600);
  await sharedAnswer(server, "tnt_a dear", dear.make);
  await sleep(5);
  expect(await sharedAnswer(server, "tnt_a dear", dear.make)).toEqual({ number: 1 });
  expect(await sharedAnswer(server, "tnt_b dear", dear.make)).toEqual({ number: 2 });
  expect(await sharedAnswer({}, "tnt_a dear", dear.make)).toEqual({ number: 3 });
}, 10_000);

test("a failure is told to all who wait and is not kept", async () => {
  const server = {};
  let isBroken = true;
  const make = async () => {
    await sleep(20);
    if (isBroken) throw new Error("no database");
    return { ok: true };
  };
  const tried = await Promise.allSettled([1, 2].map(() => sharedAnswer(server, "tnt_a org_a", make)));
  expect(tried.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  isBroken = false;
  expect(await sharedAnswer(server, "tnt_a org_a", make)).toEqual({ ok: true });
});
