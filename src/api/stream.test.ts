// The event stream and the built web, over a real socket.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { announce } from "#store/changes.ts";
import { startApi, type TestApi } from "./testing/start-api.ts";

let api: TestApi;
let url: string;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "skywarden-web-"));
  await mkdir(join(folder, "assets"));
  await writeFile(join(folder, "index.html"), "<!doctype html><title>Skywarden</title>");
  await writeFile(join(folder, "assets", "main-abc.js"), "export {};");
  api = await startApi({ webFolder: folder });
  url = await api.app.listen({ host: "127.0.0.1", port: 0 });
}, 60_000);
afterAll(async () => {
  await api.close();
  await rm(folder, { recursive: true });
});

async function listen(key: string, query = "") {
  const stop = new AbortController();
  const response = await fetch(`${url}/api/v1/stream${query}`, {
    headers: { authorization: `Bearer ${key}` },
    signal: stop.signal,
  });
  const reader = (response.body as ReadableStream<Uint8Array>)
    .pipeThrough(new TextDecoderStream())
    .getReader();
  let text = "";
  const until = async (wanted: string) => {
    while (!text.includes(wanted)) {
      const { value, done } = await reader.read();
      if (done) throw new Error(`the stream ended after: ${text}`);
      text += value;
    }
    return text;
  };
  return { response, until, stop: () => stop.abort(), reader };
}

test("tells what changed in the own tenant, and nothing of another", async () => {
  const other = await api.addTenant("Other");
  const own = await listen(await api.key("viewer"));
  expect(own.response.headers.get("content-type")).toBe("text/event-stream");
  expect(own.response.headers.get("x-content-type-options")).toBe("nosniff");
  await own.until("retry:");
  await api.store.withTenant(other, (tx) => announce(tx, "cloud", "cld_theirs"));
  await api.store.withTenant(api.tenantId, (tx) => announce(tx, "job", "job_ours"));
  await api.store.withTenant(api.tenantId, (tx) => announce(tx, "summary"));
  const text = await own.until("event: summary");
  expect(text).toContain('event: job\ndata: {"kind":"job","id":"job_ours"}\n\n');
  expect(text).not.toContain("theirs");
  own.stop();
});

test("what is rolled back is not told", async () => {
  const own = await listen(await api.key("viewer"));
  await own.until("retry:");
  await expect(
    api.store.withTenant(api.tenantId, async (tx) => {
      await announce(tx, "cloud", "cld_never");
      throw new Error("undone");
    }),
  ).rejects.toThrow("undone");
  await api.store.withTenant(api.tenantId, (tx) => announce(tx, "cloud", "cld_done"));
  expect(await own.until("cld_done")).not.toContain("never");
  own.stop();
});

test("goes on after the listening connection broke", async () => {
  const own = await listen(await api.key("viewer"));
  await own.until("retry:");
  await api.store
    .asSystem((tx) =>
      tx.client.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'skywarden-changes'",
      ),
    )
    .catch(() => undefined);
  const tell = setInterval(() => {
    void api.store.withTenant(api.tenantId, (tx) => announce(tx, "finding", "fnd_later"));
  }, 300);
  try {
    expect(await own.until("fnd_later")).toContain("event: finding");
  } finally {
    clearInterval(tell);
    own.stop();
  }
});

test("a client that leaves is forgotten", async () => {
  const own = await listen(await api.key("viewer"));
  await own.until("retry:");
  const open = async () =>
    Number(/skywarden_stream_clients (\d+)/.exec(await (await fetch(`${url}/metrics`)).text())?.[1]);
  expect(await open()).toBeGreaterThan(0);
  own.stop();
  await expect.poll(open).toBe(0);
});

test("serves the built web, its pages at any address, its assets for a year", async () => {
  for (const path of ["/", "/clouds", "/clouds/cld_1?filter=status:warning", "/sign-in"]) {
    const page = await fetch(url + path);
    expect([path, page.status, page.headers.get("cache-control")]).toEqual([path, 200, "no-cache"]);
    expect(await page.text()).toContain("<title>Skywarden</title>");
  }
  const asset = await fetch(`${url}/assets/main-abc.js`);
  expect(asset.headers.get("cache-control")).toContain("immutable");
  expect((await fetch(`${url}/assets/gone.js`)).status).toBe(404);
  expect((await fetch(`${url}/api/nothing`)).headers.get("content-type")).toContain("problem+json");
  expect(await (await fetch(`${url}/..%2f..%2fassets/..%2f..%2fetc/passwd`)).text()).not.toContain("root:");
  expect((await fetch(`${url}/clouds`, { method: "POST" })).status).toBe(404);
});

test("ends its streams when the server stops", async () => {
  const own = await listen(await api.key("viewer"));
  await own.until("retry:");
  await api.app.close();
  expect((await own.reader.read()).done).toBe(true);
});
