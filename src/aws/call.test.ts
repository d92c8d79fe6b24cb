import { createServer } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import type { AwsAnswer, AwsCall } from "#model/aws-call.ts";
import { type AwsConnection, type AwsHooks, openAws, type SentRequest } from "./call.ts";
import { type AwsSettings, awsSettingsFrom } from "./settings.ts";
import {
  identityXml,
  jsonError,
  openScriptedServer,
  type Script,
  stsError,
} from "./testing/scripted-server.ts";

const credentials = {
  accessKeyId: "AKIAEXAMPLE000000000",
  secretAccessKey: "very-secret-key",
  sessionToken: "very-secret-token",
};

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function scripted(script: Script, settings: Partial<AwsSettings> = {}, hooks: AwsHooks = {}) {
  const server = await openScriptedServer(script);
  const aws = openAws(awsSettingsFrom({}, { endpointUrl: server.url, version: "1.2.3", ...settings }), hooks);
  open.push(server, aws);
  return { server, aws, identity: (call: Partial<AwsCall> = {}) => ask(aws, call) };
}

function ask(aws: AwsConnection, call: Partial<AwsCall> = {}): Promise<AwsAnswer> {
  return aws.call({
    client: "sts",
    operation: "GetCallerIdentity",
    input: {},
    region: "eu-west-1",
    accountId: null,
    credentials,
    ...call,
  });
}

function outcome(answer: AwsAnswer): string {
  return answer.ok
    ? `ok after ${answer.attempts}`
    : `${answer.error.reason} ${answer.error.code} after ${answer.attempts}`;
}

const answerIdentity: Script = (response) => void response.end(identityXml);

describe("a call", () => {
  test("is signed, names Skywarden, and is read by the service's schema", async () => {
    const { server, identity } = await scripted(answerIdentity);
    const answer = await identity();
    expect(answer).toMatchObject({ ok: true, output: { Account: "111111111111", UserId: "AIDA" } });
    const [asked] = server.asked;
    expect(asked?.headers["user-agent"]).toBe("skywarden/1.2.3");
    expect(asked?.headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE000000000\/\d{8}\/eu-west-1\/sts\/aws4_request/,
    );
    expect(asked?.headers["x-amz-security-token"]).toBe("very-secret-token");
    expect(asked?.body).toBe("Action=GetCallerIdentity&Version=2011-06-15");
  });

  test("to a custom endpoint puts the bucket into the path and the account before a host name", async () => {
    const { server, aws } = await scripted((response) => void response.end("<a/>"), { loopbackOnly: true });
    await ask(aws, { client: "s3", operation: "GetPublicAccessBlock", input: { Bucket: "a.b" } });
    await ask(aws, {
      client: "s3-control",
      operation: "GetPublicAccessBlock",
      input: { AccountId: "222222222222" },
    });
    expect(server.asked[0]?.url).toBe("/a.b/?publicAccessBlock=");
    expect(server.asked[1]?.url).toBe("/v20180820/configuration/publicAccessBlock");
    expect(server.asked[1]?.headers.host).toMatch(/^222222222222\./);
  });

  test("of an operation that does not exist is a bug, and throws", async () => {
    const { aws } = await scripted(answerIdentity);
    await expect(ask(aws, { operation: "GetNothing" })).rejects.toThrow("has no operation GetNothing");
    await expect(ask(aws, { client: "no-such" })).rejects.toThrow("client-no-such");
  });

  test("with an input that cannot be sent is a value", async () => {
    const { aws, server } = await scripted(answerIdentity);
    const answer = await ask(aws, { client: "lambda", operation: "GetPolicy", input: {} });
    expect(outcome(answer)).toBe("failed InvalidInput after 0");
    expect(server.asked).toHaveLength(0);
  });
});

describe("what is sent again", () => {
  const cases: [name: string, script: Script, expected: string][] = [
    [
      "a 503 that passes",
      (r, _, n) => (n < 3 ? stsError(r, "ServiceUnavailable", 503) : r.end(identityXml)),
      "ok after 3",
    ],
    ["a 500 that stays", (r) => stsError(r, "InternalFailure", 500), "unavailable InternalFailure after 4"],
    ["a throttle", (r, _, n) => (n < 2 ? stsError(r, "Throttling", 400) : r.end(identityXml)), "ok after 2"],
    ["not a denial", (r) => stsError(r, "AccessDenied", 403), "denied AccessDenied after 1"],
    ["not a wrong input", (r) => stsError(r, "ValidationError", 400), "failed ValidationError after 1"],
    ["a cut connection", (r, _, n) => (n < 2 ? void r.socket?.destroy() : r.end(identityXml)), "ok after 2"],
    ["a half-sent body", halfSent, "ok after 2"],
    ["an empty body", (r, _, n) => (n < 2 ? r.end() : r.end(identityXml)), "ok after 2"],
    ["a page of HTML", (r, _, n) => (n < 2 ? html(r, 200) : r.end(identityXml)), "ok after 2"],
    ["HTML with a 502", (r, _, n) => (n < 2 ? html(r, 502) : r.end(identityXml)), "ok after 2"],
    ["broken XML to the end", (r) => r.end(identityXml.slice(0, 150)), "failed UnreadableAnswer after 4"],
    [
      "another operation's answer",
      (r) => r.end("<GetSessionTokenResponse/>"),
      "failed UnreadableAnswer after 4",
    ],
    ["not HTML with a 403", (r) => html(r, 403), "failed UnreadableAnswer after 1"],
  ];
  test.each(cases)("%s", async (_, script, expected) => {
    const { identity } = await scripted(script);
    expect(outcome(await identity())).toBe(expected);
  });

  test("an empty answer of a JSON service is not an empty list", async () => {
    const { aws } = await scripted((response) => void response.end());
    const answer = await ask(aws, { client: "organizations", operation: "ListAccounts" });
    expect(outcome(answer)).toBe("failed UnreadableAnswer after 4");
  });

  test("LimitExceededException is a throttle of a read, not of a write", async () => {
    const { aws } = await scripted((response) => {
      response.setHeader("retry-after", "600");
      jsonError(response, "LimitExceededException", "too many");
    });
    const read = await ask(aws, { client: "kms", operation: "ListKeys" });
    const write = await ask(aws, { client: "kms", operation: "CreateKey" });
    expect(outcome(read)).toBe("throttled LimitExceededException after 1");
    expect(outcome(write)).toBe("failed LimitExceededException after 1");
  });
});

function halfSent(response: Parameters<Script>[0], _: unknown, count: number): void {
  if (count > 1) return void response.end(identityXml);
  response.setHeader("content-length", identityXml.length);
  response.write(identityXml.slice(0, 100));
  setTimeout(() => response.socket?.destroy(), 20);
}

function html(response: Parameters<Script>[0], status: number): void {
  response.statusCode = status;
  response.setHeader("content-type", "text/html; charset=utf-8");
  response.end("<html><body>Please sign in</body></html>");
}

describe("waiting", () => {
  test("retry-after is honoured", async () => {
    const times: number[] = [];
    const { identity } = await scripted((response, _, count) => {
      times.push(Date.now());
      if (count > 1) return void response.end(identityXml);
      response.setHeader("retry-after", "1");
      stsError(response, "Throttling", 429);
    });
    expect(outcome(await identity())).toBe("ok after 2");
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(990);
  });

  test("a wait past the budget is not begun", async () => {
    const { identity } = await scripted((response) => {
      response.setHeader("retry-after", "60");
      stsError(response, "Throttling", 429);
    });
    const startedAt = Date.now();
    expect(outcome(await identity())).toBe("throttled Throttling after 1");
    expect(Date.now() - startedAt).toBeLessThan(10_000);
  });

  const silent: [name: string, script: Script, settings: Partial<AwsSettings>][] = [
    ["no headers", () => undefined, { headersTimeoutMs: 100 }],
    ["no end of the body", (r) => void r.write(identityXml.slice(0, 50)), { bodyTimeoutMs: 100 }],
    ["a body that drips past the budget", drip, { callBudgetMs: 400 }],
  ];
  test.each(silent)("%s ends in a timeout", async (_, script, settings) => {
    const { identity } = await scripted(script, { transientAttempts: 1, ...settings });
    expect(outcome(await identity())).toBe("unavailable Timeout after 1");
  });

  test("cancelling throws the caller's reason and breaks the connection off", async () => {
    const { identity } = await scripted(() => undefined);
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error("enough")), 50);
    await expect(identity({ signal: stop.signal })).rejects.toThrow("enough");
  });

  test("cancelling ends a wait between two sendings", async () => {
    const { identity } = await scripted((response) => {
      response.setHeader("retry-after", "20");
      stsError(response, "Throttling", 429);
    });
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error("enough")), 50);
    await expect(identity({ signal: stop.signal })).rejects.toThrow("enough");
  });
});

function drip(response: Parameters<Script>[0]): void {
  const timer = setInterval(() => response.write(" "), 30);
  response.on("close", () => clearInterval(timer));
}

describe("corrections", () => {
  test("a wrong clock is corrected by the server's date, once, and remembered", async () => {
    const ahead = 3_600_000;
    const { server, identity } = await scripted((response, { headers }) => {
      response.setHeader("date", new Date(Date.now() + ahead).toUTCString());
      const signedAt = parseAmzDate(String(headers["x-amz-date"]));
      if (Math.abs(Date.now() + ahead - signedAt) > 300_000) stsError(response, "RequestTimeTooSkewed", 403);
      else response.end(identityXml);
    });
    expect(outcome(await identity())).toBe("ok after 2");
    expect(outcome(await identity())).toBe("ok after 1");
    expect(server.asked).toHaveLength(3);
  });

  test("a denial with a right clock is not tried again", async () => {
    const { identity } = await scripted((response) => stsError(response, "SignatureDoesNotMatch", 403));
    expect(outcome(await identity())).toBe("denied SignatureDoesNotMatch after 1");
  });

  test("a bucket of another region is asked there", async () => {
    const { server, aws } = await scripted((response, _, count) => {
      if (count > 1) return void response.end("<LocationConstraint>eu-north-1</LocationConstraint>");
      response.statusCode = 301;
      response.setHeader("x-amz-bucket-region", "eu-north-1");
      response.end("<Error><Code>PermanentRedirect</Code><Message>elsewhere</Message></Error>");
    });
    const answer = await ask(aws, { client: "s3", operation: "GetBucketLocation", input: { Bucket: "bkt" } });
    expect(outcome(answer)).toBe("ok after 2");
    expect(server.asked[1]?.headers.authorization).toContain("/eu-north-1/s3/aws4_request");
  });

  test("a redirect cannot name a host", async () => {
    const { server, aws } = await scripted((response) => {
      response.statusCode = 301;
      response.setHeader("x-amz-bucket-region", "evil.example/");
      response.end("<Error><Code>PermanentRedirect</Code><Message>elsewhere</Message></Error>");
    });
    const answer = await ask(aws, { client: "s3", operation: "GetBucketLocation", input: { Bucket: "bkt" } });
    expect(outcome(answer)).toBe("failed PermanentRedirect after 1");
    expect(server.asked).toHaveLength(1);
  });
});

function parseAmzDate(text: string): number {
  return Date.parse(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
}

describe("what is told", () => {
  test("a denial names its layer and policy, and no secret", async () => {
    const arn = "arn:aws:organizations::111111111111:policy/o-a/service_control_policy/p-b";
    const { identity } = await scripted((response) =>
      stsError(
        response,
        "AccessDenied",
        403,
        `User: u is not authorized to perform: x on resource: y with an explicit deny in a service control policy: ${arn} (x-amz-security-token:very-secret-token very-secret-key)`,
      ),
    );
    const answer = await identity();
    expect(answer).toMatchObject({
      ok: false,
      error: { reason: "denied", status: 403, requestId: "r-2", deniedBy: { layer: "scp", policyArn: arn } },
    });
    expect(JSON.stringify(answer)).not.toContain("very-secret");
  });

  test("every request is counted with its outcome, and paced", async () => {
    const sent: SentRequest[] = [];
    const paced: string[] = [];
    const pacer = {
      admit: async () => void paced.push("admit"),
      settle: (_: unknown, wasThrottled: boolean) => void paced.push(wasThrottled ? "throttled" : "settled"),
    };
    const { identity } = await scripted(
      (response, _, count) => (count < 2 ? stsError(response, "Throttling", 400) : response.end(identityXml)),
      {},
      { pacer, onSent: (request) => sent.push(request) },
    );
    await identity({ accountId: "222222222222" });
    expect(sent.map(({ outcome: was, code }) => [was, code])).toEqual([
      ["throttled", "Throttling"],
      ["ok", null],
    ]);
    expect(sent[0]).toMatchObject({
      client: "sts",
      operation: "GetCallerIdentity",
      accountId: "222222222222",
    });
    expect(paced).toEqual(["admit", "throttled", "admit", "settled"]);
  });

  test("an answer larger than allowed is an error", async () => {
    const { identity } = await scripted((r) => void r.end(" ".repeat(20_000)), { maxAnswerBytes: 10_000 });
    expect(outcome(await identity())).toBe("failed AnswerTooLarge after 1");
  });
});

describe("the demo's guard", () => {
  const cases: [name: string, settings: Partial<AwsSettings>, expected: string][] = [
    ["AWS itself", {}, "failed NotLoopback after 1"],
    ["an address", { endpointUrl: "http://10.0.0.1:1" }, "failed NotLoopback after 1"],
    ["an IPv6 address", { endpointUrl: "http://[2001:db8::1]:1" }, "failed NotLoopback after 1"],
    ["any address", { endpointUrl: "http://0.0.0.0:1" }, "failed NotLoopback after 1"],
    [
      "a proxy is not used",
      { endpointUrl: "http://10.0.0.1:1", httpProxy: "http://127.0.0.1:1" },
      "failed NotLoopback after 1",
    ],
  ];
  test.each(cases)("refuses %s", async (_, settings, expected) => {
    const aws = openAws(awsSettingsFrom({}, { transientAttempts: 1, ...settings, loopbackOnly: true }));
    open.push(aws);
    const got = outcome(await ask(aws));
    // Without a resolver the name of AWS's host is not even found; it is not reached either way.
    if (!settings.endpointUrl) expect([expected, "unavailable ConnectionFailed after 1"]).toContain(got);
    else expect(got).toBe(expected);
  });
});

describe("proxies", () => {
  test("HTTPS goes through a tunnel, and what NO_PROXY names does not", async () => {
    const seen: string[] = [];
    const proxy = createServer((socket) => {
      socket.on("error", () => socket.destroy());
      socket.once("data", (chunk) => {
        seen.push(String(chunk).split("\r\n")[0] as string);
        socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
      });
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    const { port } = proxy.address() as { port: number };
    open.push({ close: () => new Promise((resolve) => proxy.close(() => resolve())) });
    const env = { HTTPS_PROXY: `http://127.0.0.1:${port}`, NO_PROXY: "127.0.0.1" };
    const through = openAws(awsSettingsFrom(env, { transientAttempts: 1 }));
    open.push(through);
    expect(outcome(await ask(through))).toBe("unavailable ConnectionFailed after 1");
    expect(seen).toEqual(["CONNECT sts.eu-west-1.amazonaws.com:443 HTTP/1.1"]);
    const server = await openScriptedServer(answerIdentity);
    const past = openAws(
      awsSettingsFrom({ ...env, HTTP_PROXY: env.HTTPS_PROXY, AWS_ENDPOINT_URL: server.url }),
    );
    open.push(server, past);
    expect(outcome(await ask(past))).toBe("ok after 1");
    expect(seen).toHaveLength(1);
  });
});
