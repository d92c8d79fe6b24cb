import { expect, test } from "vitest";
import { openLog } from "./log.ts";

function logged(write: (log: ReturnType<typeof openLog>) => void): Record<string, unknown>[] {
  const lines: string[] = [];
  write(openLog({ level: "info", name: "api" }, { write: (line) => lines.push(line) }));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

test("a line is JSON with time, level, process and fields", () => {
  const [line, ...more] = logged((log) => {
    log.debug("not at this level");
    log.info({ accounts: 127 }, "synced");
  });
  expect(line).toEqual({
    level: "info",
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    pid: process.pid,
    process: "api",
    accounts: 127,
    msg: "synced",
  });
  expect(more).toEqual([]);
});

const canary = "canary-7f3a";

test.each<[string, unknown]>([
  ["a password", { password: canary }],
  ["AWS's names", { credentials: { accessKeyId: "AKIA", secretAccessKey: canary, sessionToken: canary } }],
  [
    "header names",
    { headers: { Authorization: `Bearer ${canary}`, cookie: canary, "Set-Cookie": [canary] } },
  ],
  ["x-amz-security-token", { request: { headers: { "X-Amz-Security-Token": canary } } }],
  ["an environment", { env: { SKYWARDEN_MASTER_KEY: canary, SKYWARDEN_ADMIN_PASSWORD: canary } }],
  ["a list", { users: [{ name: "a", api_key: canary }] }],
  ["a URL with a password", { address: `postgres://skywarden:${canary}@127.0.0.1:1/db` }],
  ["an error's message", { err: new Error(`cannot reach postgres://u:${canary}@host/db`) }],
  [
    "an error's cause and fields",
    { err: Object.assign(new Error("a", { cause: { token: canary } }), { secret: canary }) },
  ],
  ["bytes", { key: Buffer.from(canary) }],
])("secrets do not reach the log: %s", (_what, fields) => {
  const [line] = logged((log) => log.warn(fields as object, "something"));
  expect(JSON.stringify(line)).not.toContain(canary);
  expect(JSON.stringify(line)).not.toContain(Buffer.from(canary).toString("base64"));
  const [child] = logged((log) => log.child(fields as object).warn("something"));
  expect(JSON.stringify(child)).not.toContain(canary);
});

test("what is no secret stays", () => {
  const fields = {
    accessKeyId: "AKIA",
    tokens: 3,
    path: "/secrets",
    at: new Date(0),
    none: null,
    url: "http://a/b",
  };
  expect(logged((log) => log.warn(fields, "x"))[0]).toMatchObject({
    ...fields,
    at: "1970-01-01T00:00:00.000Z",
  });
  const [line] = logged((log) =>
    log.error({ err: new TypeError("broken", { cause: new Error("deeper") }) }, "x"),
  );
  expect(line).toMatchObject({ err: { type: "TypeError", message: "broken: deeper" } });
  expect(JSON.stringify(line)).toContain("log.test.ts");
});

test("a circle of objects ends", () => {
  const circle: Record<string, unknown> = { name: "round" };
  circle.self = circle;
  expect(JSON.stringify(logged((log) => log.warn(circle, "x")))).toContain("[Circular]");
});
