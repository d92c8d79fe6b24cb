// What the settings let befall calls, seen through AWS's own client and, where it would hide it, through the socket.
import { IAMClient, ListRolesCommand, ListUsersCommand } from "@aws-sdk/client-iam";
import { ListRootsCommand, OrganizationsClient } from "@aws-sdk/client-organizations";
import { CreateBucketCommand, HeadBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { afterEach, describe, expect, test } from "vitest";
import { openInjectedFaults } from "./injected-faults.ts";
import { openLimits } from "./limits.ts";
import { changedSettings, initialSettings, type SettingsChange } from "./settings.ts";
import { errorOf, startSmall } from "./small-clients.ts";
import { apiOf } from "./wire/api.ts";
import { small } from "./worlds/small.ts";

const wire = startSmall();

async function set(change: SettingsChange): Promise<void> {
  const { adminUrl, adminToken } = wire.simulator;
  const answer = await fetch(`${adminUrl}/settings`, {
    method: "PUT",
    headers: { authorization: `Bearer ${adminToken}` },
    body: JSON.stringify(change),
  });
  expect(answer.status).toBe(200);
}
afterEach(() => set({ faults: [], latencies: {}, limits: { enabled: false, bursts: [] } }));

const whoAmI = (region = "us-east-1") =>
  wire.client(STSClient, wire.simulator, region).send(new GetCallerIdentityCommand({}));
const roots = () => wire.client(OrganizationsClient).send(new ListRootsCommand({}));

describe("errors in the API's own form", () => {
  test.each([
    ["server-error", "sts", "InternalFailure", 500],
    ["throttle", "sts", "Throttling", 400],
  ] as const)("%s of %s", async (kind, service, code, status) => {
    await set({ faults: [{ kind, service }] });
    expect(await errorOf(whoAmI())).toMatchObject({ code, status });
    await roots();
  });

  test("sessions declared expired: older ones are refused, new ones and users are good", async () => {
    const old = await wire.asMember(small.prodAccountId);
    await new Promise((resolve) => setTimeout(resolve, 5));
    await set({ faults: [{ kind: "expired-token", issuedBefore: new Date().toISOString() }] });
    const ask = (as: typeof old) => wire.client(STSClient, as).send(new GetCallerIdentityCommand({}));
    expect(await errorOf(ask(old))).toEqual({
      code: "ExpiredTokenException",
      status: 403,
      message: "The security token included in the request is expired",
    });
    await ask(await wire.asMember(small.prodAccountId));
    await whoAmI();
  });

  test("an operation that always fails in one account", async () => {
    await set({
      faults: [{ service: "iam", operation: "ListRoles", accountId: small.prodAccountId, kind: "throttle" }],
    });
    const [prod, dev] = [await wire.asMember(small.prodAccountId), await wire.asMember(small.devAccountId)];
    const list = (as: typeof prod) => wire.client(IAMClient, as).send(new ListRolesCommand({}));
    expect(await errorOf(list(prod))).toMatchObject({ code: "Throttling" });
    await list(dev);
    await wire.client(IAMClient, prod).send(new ListUsersCommand({}));
  });
});

describe("answers that do not arrive whole", () => {
  test.each([
    ["reset", /ECONNRESET|socket hang up|aborted/i],
    ["lost-answer", /ECONNRESET|socket hang up|aborted/i],
    ["reset-midway", /ECONNRESET|aborted|socket hang up/i],
    ["half-body", /aborted|ECONNRESET|socket hang up/i],
  ] as const)("%s", async (kind, message) => {
    await set({ faults: [{ kind, service: "organizations" }] });
    const error = await errorOf(roots());
    expect(`${error?.code} ${error?.message}`).toMatch(message);
    await set({ faults: [] });
    await roots();
  });

  test.each([
    ["reset", false],
    ["lost-answer", true],
  ] as const)("%s: carried out is %s", async (kind, isDone) => {
    const Bucket = `fault-${kind}-${small.managementAccountId}`;
    const s3 = wire.client(S3Client);
    s3.config.forcePathStyle = true;
    await set({ faults: [{ kind, operation: "CreateBucket" }] });
    await errorOf(s3.send(new CreateBucketCommand({ Bucket })));
    await set({ faults: [] });
    expect((await errorOf(s3.send(new HeadBucketCommand({ Bucket })))) === undefined).toBe(isDone);
  });

  test("a slow body arrives whole", async () => {
    await set({ faults: [{ kind: "slow-body", service: "organizations", bytesPerSecond: 500 }] });
    const began = performance.now();
    expect((await roots()).Roots).toHaveLength(1);
    expect(performance.now() - began).toBeGreaterThan(150);
  });

  test("a region that does not answer leaves the caller waiting, others go on", async () => {
    await set({ faults: [{ kind: "no-answer", region: "eu-west-1" }] });
    const waiting = whoAmI("eu-west-1").then(
      () => "answered",
      () => "failed",
    );
    await whoAmI("eu-central-1");
    const patience = new Promise((resolve) => setTimeout(() => resolve("nothing"), 300));
    expect(await Promise.race([waiting, patience])).toBe("nothing");
  });
});

test("latency by service and by operation", async () => {
  await set({
    latencies: { organizations: { medianMs: 400, sigma: 0 }, "sts:GetCallerIdentity": { medianMs: 1 } },
  });
  const timeOf = async (call: () => Promise<unknown>) => {
    const began = performance.now();
    await call();
    return performance.now() - began;
  };
  expect(await timeOf(roots)).toBeGreaterThan(398);
  expect(await timeOf(whoAmI)).toBeLessThan(400);
});

describe("draws", () => {
  const call = { service: "sts", operation: "GetCallerIdentity", accountId: "1", region: "us-east-1" };
  const settings = { ...initialSettings(), faults: [{ kind: "reset" as const, rate: 0.3 }] };
  const drawn = (seed: number, between: () => void = () => undefined) => {
    const faults = openInjectedFaults(() => settings, seed);
    return Array.from({ length: 400 }, () => {
      between();
      return faults.beforeRun(call) ? 1 : 0;
    });
  };

  test("the same seed strikes the same calls, another seed others; the share holds", () => {
    expect(drawn(1)).toEqual(drawn(1));
    expect(drawn(1)).not.toEqual(drawn(2));
    const struck = drawn(1).filter((each) => each === 1).length;
    expect(struck).toBeGreaterThan(80);
    expect(struck).toBeLessThan(160);
  });

  test("what other accounts call in between changes nothing", () => {
    const faults = openInjectedFaults(() => settings, 1);
    const alone = drawn(1);
    const beside = alone.map(() => {
      faults.beforeRun({ ...call, accountId: "2" });
      return faults.beforeRun(call) ? 1 : 0;
    });
    expect(beside).toEqual(alone);
  });

  test("an error rule without its rate strikes always", () => {
    const api = apiOf("sts");
    if (!api) throw new Error("sts is not installed");
    const faults = openInjectedFaults(() => ({ ...settings, faults: [{ code: "Odd", status: 418 }] }), 1);
    expect(() => faults.atRun(api, call, undefined)).toThrow(
      expect.objectContaining({ code: "Odd", status: 418 }),
    );
  });
});

describe("limits", () => {
  const call = { service: "sts", operation: "AssumeRole", accountId: "1", region: "us-east-1" };
  const open = (change: SettingsChange, clock: { ms: number }) => {
    const settings = changedSettings(initialSettings(), change);
    if ("problem" in settings) throw new Error(settings.problem);
    return openLimits(
      () => settings.limits,
      () => "0",
      1,
      () => clock.ms,
    );
  };

  test("a burst gives nothing for its share of the time and comes again", () => {
    const clock = { ms: 0 };
    const limits = open({ limits: { bursts: [{ service: "sts", everyMs: 1000, lastsMs: 250 }] } }, clock);
    const refused: number[] = [];
    for (; clock.ms < 4000; clock.ms += 10) if (!limits.take(call)) refused.push(clock.ms);
    expect(refused).toHaveLength(100);
    expect(new Set(refused.map((ms) => ms % 1000)).size).toBe(25);
    expect(limits.take({ ...call, service: "iam" })).toBe(true);
  });

  test("an account's factor shrinks all its buckets, and only its own", () => {
    const limits = open({ limits: { accountFactors: { "1": 0.01 } } }, { ms: 0 });
    const taken = (accountId: string) => {
      let count = 0;
      while (count < 700 && limits.take({ ...call, accountId })) count++;
      return count;
    };
    expect([taken("1"), taken("2")]).toEqual([6, 600]);
  });
});
