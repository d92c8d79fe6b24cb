// A slice against the simulator's demo world: every type of the catalog, through the pacer.
import { readdirSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type AwsConnection, openAws, type SentRequest } from "#aws/call.ts";
import { openPacer } from "#aws/pace.ts";
import { readRegions } from "#aws/regions.ts";
import { awsSettingsFrom } from "#aws/settings.ts";
import type { ResourceTypeDefinition } from "#catalog/define.ts";
import { quotas } from "../../facts/quotas.ts";
import { type Simulator, startSimulator } from "../../simulator/start.ts";
import type { ScopePage } from "./collect.ts";
import { scopesOf } from "./plan.ts";
import { harvestSlice, type SliceContext } from "./slice.ts";

let simulator: Simulator;
let aws: AwsConnection;
let enabled: string[] = [];
const types = new Map<string, ResourceTypeDefinition>();
const sent: SentRequest[] = [];

beforeAll(async () => {
  const folder = new URL("../catalog/resource-types/", import.meta.url);
  for (const name of readdirSync(folder, { recursive: true }).map(String)) {
    if (!name.endsWith(".ts") || name.endsWith(".test.ts")) continue;
    const { default: type } = (await import(new URL(name, folder).href)) as {
      default: ResourceTypeDefinition;
    };
    types.set(type.type, type);
  }
  simulator = await startSimulator({ world: "demo", accounts: 12 });
  aws = openAws(awsSettingsFrom({}, { endpointUrl: simulator.endpoint, loopbackOnly: true }), {
    pacer: openPacer(quotas),
    onSent: (request) => sent.push(request),
  });
  const { accessKeyId, secretAccessKey, managementAccountId: accountId } = simulator;
  const credentials = { accessKeyId, secretAccessKey };
  const answer = await readRegions(aws.call, { accountId, credentials, region: "us-east-1" });
  enabled = answer.ok ? answer.regions.enabled : [];
});

afterAll(async () => {
  await aws.close();
  await simulator.stop();
});

function context(change: Partial<SliceContext> = {}): SliceContext {
  const { accessKeyId, secretAccessKey } = simulator;
  return {
    call: aws.call,
    credentials: async () => ({ accessKeyId, secretAccessKey }),
    accountId: simulator.managementAccountId,
    partition: "aws",
    homeRegion: "us-east-1",
    types,
    sensitiveKey: Buffer.from("key"),
    signal: new AbortController().signal,
    ...change,
  };
}

const strategy = { intervalMinutes: 60 };

async function run(
  given: SliceContext,
  budgetMs = 60_000,
  scopes = scopesOf(types.values(), enabled, strategy),
) {
  const pages: ScopePage[] = [];
  for await (const page of harvestSlice(given, scopes, budgetMs)) pages.push(page);
  return pages;
}

test("every scope of an account is read to its end, without a gap and without a throttle", async () => {
  sent.length = 0;
  const pages = await run(context());
  const scopes = scopesOf(types.values(), enabled, strategy);
  const ends = pages.filter(({ end }) => end !== null);
  const nameOf = ({ type, region }: { type: string; region: string }) => `${type} ${region}`;
  expect(ends.map(({ scope }) => nameOf(scope)).sort()).toEqual(scopes.map(nameOf).sort());
  expect(ends.filter(({ end }) => !end?.complete)).toEqual([]);
  const resources = pages.flatMap((page) => page.resources);
  expect(resources.flatMap(({ type, gaps }) => gaps.map(({ path, code }) => [type, path, code]))).toEqual([]);
  expect(resources.length).toBeGreaterThan(40);
  for (const type of types.keys()) expect(resources.map((resource) => resource.type)).toContain(type);
  expect(sent.filter(({ outcome }) => outcome === "throttled")).toEqual([]);
});

test("the edges lead to resources that were read", async () => {
  const resources = (await run(context())).flatMap((page) => page.resources);
  const known = new Set(resources.map(({ type, keyRegion, nativeId }) => `${type} ${keyRegion} ${nativeId}`));
  const inside = resources
    .flatMap(({ edges }) => edges)
    .filter(
      ({ targetAccountId, targetRegion }) =>
        targetRegion && (targetAccountId ?? context().accountId) === context().accountId,
    );
  const found = inside.filter((edge) =>
    known.has(`${edge.targetType} ${edge.targetRegion} ${edge.targetNativeId}`),
  );
  expect(inside.length).toBeGreaterThan(20);
  expect(found.length / inside.length).toBeGreaterThan(0.8);
});

test("when the time is used no further scope is begun", async () => {
  const pages = await run(context(), 0);
  expect(pages).toEqual([]);
  const some = await run(context({ callsAtOnce: 1 }), 30);
  const all = scopesOf(types.values(), enabled, strategy).length;
  const ended = some.filter(({ end }) => end !== null).length;
  expect(ended).toBeGreaterThan(0);
  expect(ended).toBeLessThan(all);
});

test("no more calls are under way at once than a cloud may have", async () => {
  let under = 0;
  let most = 0;
  const call: SliceContext["call"] = async (asked) => {
    most = Math.max(most, ++under);
    try {
      return await aws.call(asked);
    } finally {
      under--;
    }
  };
  await run(context({ call, callsAtOnce: 5 }));
  expect(most).toBe(5);
});

test("cancelling throws the reason and breaks off the calls", async () => {
  const stop = new AbortController();
  const before = sent.length;
  const running = (async () => {
    for await (const _ of harvestSlice(
      context({ signal: stop.signal }),
      scopesOf(types.values(), enabled, strategy),
      60_000,
    )) {
      stop.abort(new Error("cancelled by a person"));
    }
  })();
  await expect(running).rejects.toThrow("cancelled by a person");
  const sentThen = sent.length;
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(sent.length).toBe(sentThen);
  expect(sentThen - before).toBeLessThan(100);
});

test("leaving the loop ends what is under way", async () => {
  const given = context({ callsAtOnce: 1 });
  let sentThen = 0;
  for await (const _ of harvestSlice(given, scopesOf(types.values(), enabled, strategy), 60_000)) {
    sentThen = sent.length;
    break;
  }
  expect(sent.length - sentThen).toBeLessThanOrEqual(1);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(sent.length - sentThen).toBeLessThanOrEqual(1);
});

test("a failure that is no answer of AWS ends the slice", async () => {
  const failing = context({ credentials: () => Promise.reject(new Error("no credentials")) });
  await expect(run(failing)).rejects.toThrow("no credentials");
});
