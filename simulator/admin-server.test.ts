// The admin port: counts, settings that take effect at once, limits, faults, latency, and container credentials.
import { IAMClient, ListRolesCommand } from "@aws-sdk/client-iam";
import { ListRootsCommand, OrganizationsClient } from "@aws-sdk/client-organizations";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { expect, test } from "vitest";
import { errorOf, startSmall } from "./small-clients.ts";
import { small } from "./worlds/small.ts";

const wire = startSmall();

interface Answer {
  problem?: string;
  total?: number;
  counts?: object[];
  AccessKeyId?: string;
  Expiration?: string;
}

async function ask(method: string, path: string, body?: object, token = wire.simulator.adminToken) {
  const answer = await fetch(`${new URL(wire.simulator.adminUrl).origin}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}` },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return { status: answer.status, body: (await answer.json()) as Answer };
}

const roots = () => wire.client(OrganizationsClient).send(new ListRootsCommand({}));

test("counts by any fields, and starts again", async () => {
  await ask("DELETE", "/requests/counts");
  await roots();
  await roots();
  await wire.client(STSClient).send(new GetCallerIdentityCommand({}));
  const { body } = await ask("GET", "/requests/counts?by=service,operation,outcome");
  expect(body).toEqual({
    total: 3,
    counts: [
      { service: "organizations", operation: "ListRoots", outcome: "ok", count: 2 },
      { service: "sts", operation: "GetCallerIdentity", outcome: "ok", count: 1 },
    ],
  });
  const full = await ask("GET", "/requests/counts");
  expect(full.body.counts?.[0]).toMatchObject({ accountId: small.managementAccountId, region: "us-east-1" });
});

test("a limit that is set holds at once; each account and region has its own", async () => {
  const overrides = {
    organizations: { capacity: 2, refillPerSecond: 0.001 },
    "iam:ListRoles": { capacity: 1, refillPerSecond: 0.001 },
  };
  await ask("PUT", "/settings", { limits: { enabled: true, overrides } });
  await roots();
  await roots();
  expect(await errorOf(roots())).toMatchObject({ code: "TooManyRequestsException", status: 400 });
  const [prod, dev] = [await wire.asMember(small.prodAccountId), await wire.asMember(small.devAccountId)];
  const list = (credentials: typeof prod) =>
    wire.client(IAMClient, credentials).send(new ListRolesCommand({}));
  await list(prod);
  expect(await errorOf(list(prod))).toMatchObject({ code: "Throttling", status: 400 });
  await list(dev);
  await ask("PUT", "/settings", { limits: { enabled: false } });
  await roots();
});

test("a fault answers its code where it fits", async () => {
  await ask("PUT", "/settings", {
    faults: [{ service: "iam", accountId: small.prodAccountId, code: "ServiceFailure", status: 500 }],
  });
  const list = async (accountId: string) =>
    wire.client(IAMClient, await wire.asMember(accountId)).send(new ListRolesCommand({}));
  expect(await errorOf(list(small.prodAccountId))).toMatchObject({
    code: "ServiceFailureException",
    status: 500,
  });
  await list(small.devAccountId);
  await ask("PUT", "/settings", { faults: [] });
});

test("latency delays answers around its median", async () => {
  await ask("PUT", "/settings", { latencyMs: 40 });
  const began = performance.now();
  for (let i = 0; i < 5; i++) await roots();
  expect(performance.now() - began).toBeGreaterThan(60);
  await ask("PUT", "/settings", { latencyMs: 0 });
});

test.each([
  [{ latencyMs: -1 }, "latencyMs"],
  [{ wrong: 1 }, "unknown setting wrong"],
  [{ latencies: { ec2: {} } }, "latencies.ec2.medianMs is a number of at least 0"],
  [{ faults: [{}] }, 'faults[0] of the kind "error" needs a code'],
  [{ faults: [{ kind: "reset" }, { kind: "fire" }] }, "faults[1].kind is one of error, server-error"],
  [{ faults: [{ kind: "reset", rate: 2 }] }, "faults[0].rate is a share from 0 to 1"],
  [{ faults: [{ kind: "reset", acountId: "1" }] }, "faults[0] has no field acountId"],
  [{ faults: [{ kind: "expired-token", issuedBefore: "soon" }] }, "faults[0].issuedBefore is an instant"],
  [{ limits: { overrides: { sts: { capacity: 0 } } } }, "limits.overrides.sts.capacity"],
  [{ limits: { bursts: [{ everyMs: 0, lastsMs: 1 }] } }, "limits.bursts[0].everyMs"],
  [{ limits: { accountFactors: { 1: 0 } } }, "limits.accountFactors.1 is a number above 0"],
  [{ limits: { enabeld: true } }, "limits has no field enabeld"],
  [{ emptyPages: 1.5 }, "emptyPages is a share"],
  [{ events: { delayMs: "soon" } }, "events.delayMs"],
  [{ metadata: { isStale: 1 } }, "metadata.isStale is true or false"],
])("settings %j are refused", async (body, problem) => {
  const answer = await ask("PUT", "/settings", body);
  expect({ status: answer.status, problem: answer.body.problem }).toEqual({
    status: 400,
    problem: expect.stringContaining(problem),
  });
});

test("the admin URL opens by itself what the token opens; a wrong token opens nothing", async () => {
  const { adminUrl } = wire.simulator;
  expect((await fetch(`${adminUrl}/world`)).status).toBe(200);
  expect((await fetch(`${adminUrl.slice(0, -2)}00/world`)).status).toBe(401);
  expect((await fetch(`${adminUrl}/world`, { headers: { authorization: "Bearer no" } })).status).toBe(401);
  expect((await ask("GET", "/world", undefined, "no")).status).toBe(401);
  expect((await ask("GET", "/world")).body).toMatchObject({
    world: "small",
    managementAccountId: small.managementAccountId,
  });
});
