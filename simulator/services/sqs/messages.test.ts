import { expect, test } from "vitest";
import { startSmall } from "../../small-clients.ts";
import { enqueue, receive } from "./messages.ts";
import { queuesIn } from "./stored-queue.ts";

const wire = startSmall();

test("a queue has at most 120,000 messages in flight, and memory holds no more than its bound", async () => {
  const { world, managementAccountId: accountId } = wire.simulator;
  const place = { accountId, region: "us-east-1" };
  const attributes = { MessageRetentionPeriod: "345600" };
  const queue = { name: "busy", createdAt: "", changedAt: "", attributes, tags: {} };
  queuesIn(world, place).put("busy", queue);
  for (let sent = 0; sent < 120_001; sent++) enqueue(world, place, queue, { body: "m", senderId: "s" });
  const take = (most: number) =>
    receive(world, place, "busy", { most, visibilitySeconds: 60, waitSeconds: 0 });
  expect(await take(120_000)).toHaveLength(120_000);
  await expect(take(1)).rejects.toMatchObject({ code: "OverLimit", status: 403 });
  for (let sent = 0; sent < 100; sent++)
    enqueue(world, place, queue, { body: "m".repeat(1_000_000), senderId: "s" });
  expect((await take(1000)).length).toBeLessThan(70);
});
