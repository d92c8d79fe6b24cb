import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import { readAhead } from "./read-ahead.ts";

/** Pages that are there at once; `read` tells how many have been asked for. */
function pages(count: number, failsAt = Number.POSITIVE_INFINITY) {
  const asked = { read: 0 };
  async function* list() {
    for (let n = 1; n <= count; n++) {
      asked.read = n;
      if (n === failsAt) throw new Error("no more");
      yield n;
    }
  }
  return { asked, list };
}

async function settle(): Promise<void> {
  for (let i = 0; i < 50; i++) await turn();
}

test("pages are read before anybody takes them, ten at most, and come together", async () => {
  const { asked, list } = pages(25);
  const sets = readAhead(list());
  await settle();
  expect(asked.read).toBe(10);
  const taken: number[][] = [];
  for await (const set of sets) {
    taken.push(set);
    await settle();
  }
  expect(taken.map((set) => set.length)).toEqual([10, 10, 5]);
  expect(taken.flat()).toEqual(Array.from({ length: 25 }, (_, i) => i + 1));
});

test("what was read before a failure is handed out, then the failure", async () => {
  const sets = readAhead(pages(5, 4).list());
  await settle();
  expect((await sets.next()).value).toEqual([1, 2, 3]);
  await expect(sets.next()).rejects.toThrow("no more");
});

test("who stops taking ends the reading", async () => {
  const { asked, list } = pages(100);
  for await (const _ of readAhead(list())) break;
  await settle();
  expect(asked.read).toBeLessThanOrEqual(12);
});
