// Requests that no client would send: each gets AWS's error, and the simulator stays up.
import { once } from "node:events";
import { connect } from "node:net";
import { Sha256 } from "@smithy/core/checksum";
import { SignatureV4 } from "@smithy/signature-v4";
import { expect, test } from "vitest";
import { converse, signedBytes } from "./raw-http.ts";
import { startSmall } from "./small-clients.ts";

const wire = startSmall();

interface Asked {
  service: string;
  method?: string;
  path?: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: string;
}

/** Signs with the SDK's own signer whatever is to be sent. */
async function send({ service, method = "POST", path = "/", query = {}, headers = {}, body = "" }: Asked) {
  const { endpoint, accessKeyId, secretAccessKey } = wire.simulator;
  const { host, hostname, port } = new URL(endpoint);
  const signer = new SignatureV4({
    service,
    region: "us-east-1",
    credentials: { accessKeyId, secretAccessKey },
    sha256: Sha256,
    uriEscapePath: service !== "s3",
  });
  const request = { method, protocol: "http:", hostname, port: Number(port), path, query };
  const signed = await signer.sign({ ...request, headers: { host, ...headers }, body });
  const search = new URLSearchParams(query).toString();
  const answer = await fetch(`${endpoint}${path}${search ? `?${search}` : ""}`, {
    method,
    headers: signed.headers,
    ...(method === "GET" ? {} : { body }),
  });
  // REST-JSON names the error in a header.
  return { status: answer.status, text: `${answer.headers.get("x-amzn-errortype")} ${await answer.text()}` };
}

const form = { "content-type": "application/x-www-form-urlencoded" };
const json = (operation: string) => ({
  "content-type": "application/x-amz-json-1.1",
  "x-amz-target": `AWSOrganizationsV20161128.${operation}`,
});
const deep = "[".repeat(500) + "]".repeat(500);

const cases: [title: string, asked: Asked, status: number, code: string][] = [
  [
    "unknown action, query",
    { service: "iam", headers: form, body: "Action=Nope&Version=2010-05-08" },
    400,
    "InvalidAction",
  ],
  ["no action", { service: "iam", headers: form, body: "Version=2010-05-08" }, 400, "InvalidAction"],
  [
    "unknown action, EC2",
    { service: "ec2", headers: form, body: "Action=Nope&Version=2016-11-15" },
    400,
    "InvalidAction",
  ],
  [
    "unknown target",
    { service: "organizations", headers: json("Nope"), body: "{}" },
    400,
    "UnknownOperationException",
  ],
  [
    "broken JSON",
    { service: "organizations", headers: json("ListAccounts"), body: '{"MaxRes' },
    400,
    "SerializationException",
  ],
  [
    "a list for an object",
    { service: "organizations", headers: json("ListAccounts"), body: "[]" },
    400,
    "SerializationException",
  ],
  [
    "text for a number",
    { service: "organizations", headers: json("ListAccounts"), body: '{"MaxResults":"x"}' },
    400,
    "SerializationException",
  ],
  [
    "nested JSON",
    { service: "organizations", headers: json("ListAccounts"), body: deep },
    400,
    "SerializationException",
  ],
  [
    "text for a number, query",
    { service: "iam", headers: form, body: "Action=ListUsers&Version=2010-05-08&MaxItems=x" },
    400,
    "MalformedInput",
  ],
  [
    "nested parameters",
    { service: "ec2", headers: form, body: `Action=DescribeVpcs&Version=2016-11-15&${"A.".repeat(100)}B=1` },
    400,
    "InvalidParameterValue",
  ],
  [
    "an index that is none",
    { service: "ec2", headers: form, body: "Action=DescribeVpcs&Version=2016-11-15&VpcId.x=1" },
    400,
    "InvalidParameterValue",
  ],
  [
    "broken XML",
    { service: "s3", method: "PUT", path: "/b", query: { tagging: "" }, body: "<Tagging><TagSet>" },
    400,
    "MalformedXML",
  ],
  [
    "no such path, REST-JSON",
    { service: "lambda", path: "/nowhere", body: "{}" },
    404,
    "UnknownOperationException",
  ],
  [
    "a method S3 does not have",
    { service: "s3", method: "PATCH", path: "/bucket/key" },
    405,
    "MethodNotAllowed",
  ],
  [
    "a service that is not installed",
    { service: "gamelift", headers: form, body: "Action=X" },
    404,
    "UnknownServiceException",
  ],
  [
    "a token nobody gave",
    { service: "organizations", headers: json("ListAccounts"), body: '{"NextToken":"MQ=="}' },
    400,
    "InvalidInputException",
  ],
];

test.each(cases)("%s", async (_, asked, status, code) => {
  const answer = await send(asked);
  expect({ status: answer.status, has: answer.text.includes(code) }, answer.text).toEqual({
    status,
    has: true,
  });
});

test("a body of 10 MB is refused in AWS's words, though it is sent to its end", async () => {
  const body = Buffer.alloc(10_000_000, "x");
  const request = { service: "organizations", headers: json("ListAccounts"), body };
  const [answer] = await converse(wire.simulator.endpoint, [await signedBytes(wire.simulator, request)]);
  expect(answer?.status).toBe(413);
  expect(answer?.text).toContain("RequestEntityTooLargeException");
});

test("bytes that are no HTTP, and a connection cut in the middle of a body", async () => {
  const { port } = new URL(wire.simulator.endpoint);
  const garbage = connect(Number(port), "127.0.0.1");
  garbage.write("\x16\x03\x01 not http\r\n\r\n");
  const [answer] = (await once(garbage, "data")) as [Buffer];
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 400/);
  garbage.destroy();
  const cut = connect(Number(port), "127.0.0.1");
  cut.write("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\nhalf");
  await new Promise((resolve) => setTimeout(resolve, 50));
  cut.destroy();
  expect((await send({ service: "organizations", headers: json("ListRoots"), body: "{}" })).status).toBe(200);
});
