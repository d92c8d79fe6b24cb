// Requests that are signed wrong, late, early, with unknown or expired credentials, or not at all.
import { DescribeVpcsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { GetUserCommand, IAMClient } from "@aws-sdk/client-iam";
import { LambdaClient, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import { ListRootsCommand, OrganizationsClient } from "@aws-sdk/client-organizations";
import { ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { expect, test } from "vitest";
import { type ClientClass, type Credentials, errorOf, startSmall } from "./small-clients.ts";
import { small } from "./worlds/small.ts";

let clockMs: number | undefined;
const wire = startSmall({ now: () => new Date(clockMs ?? Date.now()) });

interface Sender {
  send(command: never): Promise<unknown>;
}

const calls: [protocol: string, Class: ClientClass<Sender>, command: object][] = [
  ["query", STSClient as ClientClass<Sender>, new GetCallerIdentityCommand({})],
  ["EC2", EC2Client as ClientClass<Sender>, new DescribeVpcsCommand({})],
  ["JSON", OrganizationsClient as ClientClass<Sender>, new ListRootsCommand({})],
  ["REST-JSON", LambdaClient as ClientClass<Sender>, new ListFunctionsCommand({})],
  ["S3", S3Client as ClientClass<Sender>, new ListBucketsCommand({})],
];

async function codesWith(credentials: Credentials): Promise<string[]> {
  const codes: string[] = [];
  for (const [protocol, Class, command] of calls) {
    const error = await errorOf(wire.client(Class, credentials).send(command as never));
    codes.push(`${protocol} ${error?.code ?? "ok"} ${error?.status ?? ""}`.trim());
  }
  return codes;
}

test("a wrong secret", async () => {
  const { accessKeyId } = wire.simulator;
  expect(await codesWith({ accessKeyId, secretAccessKey: "x".repeat(40) })).toEqual([
    "query SignatureDoesNotMatch 403",
    "EC2 AuthFailure 401",
    "JSON InvalidSignatureException 400",
    "REST-JSON InvalidSignatureException 403",
    "S3 SignatureDoesNotMatch 403",
  ]);
});

test("an unknown access key", async () => {
  expect(await codesWith({ accessKeyId: "AKIAQAAAAAAATES6M36G", secretAccessKey: "x".repeat(40) })).toEqual([
    "query InvalidClientTokenId 403",
    "EC2 AuthFailure 401",
    "JSON UnrecognizedClientException 400",
    "REST-JSON UnrecognizedClientException 403",
    "S3 InvalidAccessKeyId 403",
  ]);
});

test("a token that was changed", async () => {
  const session = await wire.asMember(small.prodAccountId);
  const forged = { ...session, sessionToken: `A${session.sessionToken?.slice(1)}` };
  expect((await codesWith(forged))[0]).toBe("query InvalidClientTokenId 403");
  expect((await codesWith(forged))[4]).toBe("S3 InvalidToken 400");
});

test("another session's token", async () => {
  const [one, other] = [await wire.asMember(small.prodAccountId), await wire.asMember(small.devAccountId)];
  const mixed = { ...one, sessionToken: other.sessionToken ?? "" };
  expect((await codesWith(mixed))[0]).toBe("query InvalidClientTokenId 403");
});

test("a session past its life", async () => {
  const session = await wire.asMember(small.prodAccountId);
  expect((await codesWith(session))[0]).toBe("query ok");
  clockMs = Date.now() + 3_601_000;
  try {
    expect(await codesWith(session)).toEqual([
      "query ExpiredTokenException 403",
      "EC2 RequestExpired 400",
      "JSON ExpiredTokenException 400",
      "REST-JSON ExpiredTokenException 403",
      "S3 ExpiredToken 400",
    ]);
  } finally {
    clockMs = undefined;
  }
});

test.each([
  ["slow", 16, /^Signature expired: \d{8}T\d{6}Z is now earlier than/],
  ["fast", -16, /^Signature not yet current/],
])("a clock that is %s by more than 15 minutes", async (_, minutes, message) => {
  clockMs = Date.now() + minutes * 60_000;
  try {
    const error = await errorOf(wire.client(IAMClient).send(new GetUserCommand({})));
    expect(error).toMatchObject({
      code: "SignatureDoesNotMatch",
      status: 403,
      message: expect.stringMatching(message),
    });
    expect((await codesWith(wire.simulator))[4]).toBe("S3 RequestTimeTooSkewed 403");
  } finally {
    clockMs = undefined;
  }
});

test.each([
  [
    "query",
    { body: "Action=GetCallerIdentity&Version=2011-06-15", type: "application/x-www-form-urlencoded" },
    "MissingAuthenticationToken",
    403,
  ],
  [
    "JSON",
    { body: "{}", type: "application/x-amz-json-1.1", target: "AWSOrganizationsV20161128.ListRoots" },
    "MissingAuthenticationTokenException",
    400,
  ],
])("no signature: %s", async (_, { body, type, ...more }, code, status) => {
  const headers: Record<string, string> = { "content-type": type };
  if ("target" in more && more.target) headers["x-amz-target"] = more.target;
  const answer = await fetch(wire.simulator.endpoint, { method: "POST", body, headers });
  expect(answer.status).toBe(status);
  expect(await answer.text()).toContain(code);
});

test("an Authorization header that is none", async () => {
  const headers = {
    authorization: "AWS4-HMAC-SHA256 Credential=x",
    "content-type": "application/x-www-form-urlencoded",
  };
  const body = "Action=GetCallerIdentity&Version=2011-06-15";
  const answer = await fetch(wire.simulator.endpoint, { method: "POST", body, headers });
  expect([answer.status, (await answer.text()).includes("IncompleteSignature")]).toEqual([400, true]);
});
