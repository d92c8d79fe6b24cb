// The order in which a command closes what it opened, whatever happens meanwhile.
import { expect, test } from "vitest";
import { openClosers, Stopped } from "./closers.ts";

test("closes in reverse order, once, for every caller", async () => {
  const closers = openClosers();
  const seen: string[] = [];
  for (const name of ["database", "server", "workers"]) closers.add(async () => seen.push(name));
  await Promise.all([closers.close(), closers.close()]);
  await closers.close();
  expect(seen).toEqual(["workers", "server", "database"]);
});

test("one that fails does not leave the others open, and is told", async () => {
  const closers = openClosers();
  const seen: string[] = [];
  closers.add(() => seen.push("database"));
  closers.add(() => {
    throw new Error("broken");
  });
  closers.add(async () => {
    throw new Error("broken too");
  });
  await expect(closers.close()).rejects.toThrow(AggregateError);
  expect(seen).toEqual(["database"]);
});

test("waits for what is being opened, closes it and goes no further", async () => {
  const closers = openClosers();
  const seen: string[] = [];
  const { promise, resolve } = Promise.withResolvers<string>();
  const start = async () => {
    await closers.opening(promise, (name) => seen.push(name));
    seen.push("went on");
  };
  const starting = start();
  const closed = closers.close();
  expect(closers.stopping.aborted).toBe(true);
  resolve("database");
  await expect(starting).rejects.toThrow(Stopped);
  await closed;
  expect(seen).toEqual(["database"]);
});

test("does not wait for a child that is not ready, and stops one that is", async () => {
  const closers = openClosers();
  const seen: string[] = [];
  await closers.openingChild(Promise.resolve("simulator"), (name) => seen.push(name));
  const never = closers.openingChild(new Promise<string>(() => undefined), (name) => seen.push(name));
  await closers.close();
  expect(seen).toEqual(["simulator"]);
  await expect(Promise.race([never, "still waiting"])).resolves.toBe("still waiting");
});

test("what cannot be opened is told to who opens it, and nothing is closed", async () => {
  const closers = openClosers();
  const opening = closers.opening(Promise.reject(new Error("no disk")), () => expect.unreachable());
  await expect(opening).rejects.toThrow("no disk");
  await closers.close();
});
