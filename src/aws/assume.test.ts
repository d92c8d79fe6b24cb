import { afterEach, describe, expect, test } from "vitest";
import { type CredentialSource, openRoleCache, type RoleToAssume } from "./assume.ts";
import { openAws } from "./call.ts";
import { awsSettingsFrom } from "./settings.ts";
import { openScriptedServer, type Script, stsError } from "./testing/scripted-server.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

const hour = 3_600_000;
let now = Date.parse("2026-11-22T00:00:00Z");

function credentialsXml(number: number, lifeMs = hour): string {
  const expiration = new Date(now + lifeMs).toISOString();
  return `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
<AccessKeyId>ASIA${number}</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken>
<Expiration>${expiration}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`;
}

const answerCredentials: Script = (response, _, count) => void response.end(credentialsXml(count));

const host: CredentialSource = {
  id: "platform",
  credentials: async () => ({
    ok: true,
    credentials: { accessKeyId: "ASIAHOST", secretAccessKey: "s", sessionToken: "t" },
  }),
};

const role: RoleToAssume = {
  source: host,
  roleArn: "arn:aws:iam::222222222222:role/r",
  externalId: "ext",
  sessionName: "Skywarden",
  durationSeconds: 7200,
  region: "eu-west-1",
};

async function cache(script: Script) {
  const server = await openScriptedServer(script);
  const aws = openAws(awsSettingsFrom({}, { endpointUrl: server.url, transientAttempts: 1 }));
  open.push(server, aws);
  const roles = openRoleCache(aws.call, () => now);
  const keyOf = async (change: Partial<RoleToAssume> = {}) => {
    const answer = await roles.assume({ ...role, ...change });
    return answer.ok ? answer.credentials.accessKeyId : answer.error.code;
  };
  return { server, roles, keyOf };
}

test("a role is assumed with its external id, and for an hour at most behind a session", async () => {
  const { server, keyOf } = await cache(answerCredentials);
  expect(await keyOf()).toBe("ASIA1");
  const asked = new URLSearchParams(server.asked[0]?.body);
  expect(Object.fromEntries(asked)).toMatchObject({
    Action: "AssumeRole",
    RoleArn: role.roleArn,
    RoleSessionName: "Skywarden",
    ExternalId: "ext",
    DurationSeconds: "3600",
  });
  expect(server.asked[0]?.headers.authorization).toContain("/eu-west-1/sts/");
});

test("behind a user's key it may live longer, and no external id is sent where there is none", async () => {
  const { server, keyOf } = await cache(answerCredentials);
  const credentials = { accessKeyId: "AKIAUSER", secretAccessKey: "s" };
  await keyOf({
    source: { id: "key", credentials: async () => ({ ok: true, credentials }) },
    externalId: null,
  });
  const asked = new URLSearchParams(server.asked[0]?.body);
  expect(asked.get("DurationSeconds")).toBe("7200");
  expect(asked.has("ExternalId")).toBe(false);
});

test("many who ask at once cost one call, and so do all until it is renewed", async () => {
  const { server, keyOf } = await cache(answerCredentials);
  expect(new Set(await Promise.all(Array.from({ length: 50 }, () => keyOf())))).toEqual(new Set(["ASIA1"]));
  now += 0.74 * hour;
  expect(await keyOf()).toBe("ASIA1");
  now += 0.12 * hour;
  expect(await keyOf()).toBe("ASIA2");
  expect(server.asked).toHaveLength(2);
});

const others: [name: string, change: Partial<RoleToAssume>][] = [
  ["another external id", { externalId: "other" }],
  ["another session name", { sessionName: "other" }],
  ["another duration", { durationSeconds: 900 }],
  ["another role", { roleArn: "arn:aws:iam::333333333333:role/r" }],
  ["another source", { source: { ...host, id: "other" } }],
];
test.each(others)("%s is another session", async (_, change) => {
  const { keyOf } = await cache(answerCredentials);
  await keyOf();
  expect(await keyOf(change)).toBe("ASIA2");
  expect(await keyOf()).toBe("ASIA1");
});

/** An error that asks for so long a wait that the call is not tried again. */
function laterError(response: Parameters<Script>[0], code: string, status: number): void {
  response.setHeader("retry-after", "600");
  stsError(response, code, status);
}

describe("what fails", () => {
  test("is a value with AWS's error, and is not kept", async () => {
    const { keyOf } = await cache((response, asked, count) =>
      count === 1 ? stsError(response, "AccessDenied", 403) : answerCredentials(response, asked, count),
    );
    expect(await keyOf()).toBe("AccessDenied");
    expect(await keyOf()).toBe("ASIA2");
  });

  const renewals: [name: string, code: string, status: number, expected: string][] = [
    ["a throttled renewal keeps what still works", "Throttling", 400, "ASIA1"],
    ["an unavailable STS keeps what still works", "ServiceUnavailable", 503, "ASIA1"],
    ["a denied renewal is told at once", "AccessDenied", 403, "AccessDenied"],
  ];
  test.each(renewals)("%s", async (_, code, status, expected) => {
    const { keyOf } = await cache((response, asked, count) =>
      count === 1 ? answerCredentials(response, asked, count) : laterError(response, code, status),
    );
    await keyOf();
    now += 0.9 * hour;
    expect(await keyOf()).toBe(expected);
    now += 0.2 * hour;
    expect(await keyOf()).toBe(code);
  });

  test("a source without credentials is a value too", async () => {
    const { server, keyOf } = await cache(answerCredentials);
    const error = {
      code: "NoPlatformCredentials",
      message: "",
      status: null,
      requestId: null,
      reason: "unavailable",
    } as const;
    expect(await keyOf({ source: { id: "x", credentials: async () => ({ ok: false, error }) } })).toBe(
      error.code,
    );
    expect(server.asked).toHaveLength(0);
  });

  test("one who cancels does not end the call for the others", async () => {
    const { roles, keyOf } = await cache((response, asked, count) => {
      setTimeout(() => answerCredentials(response, asked, count), 80);
    });
    const stop = new AbortController();
    const cancelled = roles.assume(role, stop.signal);
    const other = keyOf();
    stop.abort(new Error("enough"));
    await expect(cancelled).rejects.toThrow("enough");
    expect(await other).toBe("ASIA1");
  });

  test("a role that was forgotten is assumed anew", async () => {
    const { roles, keyOf } = await cache(answerCredentials);
    await keyOf();
    roles.forget(role.roleArn);
    expect(await keyOf()).toBe("ASIA2");
  });
});
