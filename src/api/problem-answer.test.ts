// What the caller is told of a failure of ours, and what the log is.
import { pino } from "pino";
import { expect, test } from "vitest";
import { buildServer } from "./server.ts";
import { startApi } from "./testing/start-api.ts";

test("the cause of a failure stands in the log, not in the answer", async () => {
  const api = await startApi();
  const lines: string[] = [];
  const log = pino({ level: "error" }, { write: (line: string) => void lines.push(line) });
  const onboarding = {
    ...api.parts.onboarding,
    platformIdentity: () => Promise.reject(new Error("the cause-4711")),
  };
  const app = await buildServer({ ...api.parts, log, onboarding });
  const authorization = `Bearer ${await api.key("viewer")}`;
  const answer = await app.inject({ url: "/api/v1/platform-identity", headers: { authorization } });
  expect([answer.statusCode, answer.json().code]).toEqual([500, "internal"]);
  expect(answer.body).not.toContain("cause-4711");
  expect(JSON.parse(lines[0] ?? "{}")).toMatchObject({ err: { message: "the cause-4711" } });
  await app.close();
  await api.close();
});
