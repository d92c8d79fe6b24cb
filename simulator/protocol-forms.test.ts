// The forms of answers on the wire, which the SDK's clients hide: a denial in each protocol, request ids, and the
// protocols that older and newer clients than the SDK's speak to the same API (query and CBOR).
import { expect, test } from "vitest";
import { converse, type RawRequest, type RawResponse, signedBytes } from "./raw-http.ts";
import { startSmall } from "./small-clients.ts";
import { small } from "./worlds/small.ts";

const wire = startSmall();
const form = { "content-type": "application/x-www-form-urlencoded" };
const json = (target: string) => ({ "content-type": "application/x-amz-json-1.1", "x-amz-target": target });
const cbor = { "smithy-protocol": "rpc-v2-cbor", "content-type": "application/cbor" };
const rpc = "/service/GraniteServiceVersion20100801/operation/";
const uuid = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";

/** Who may ask for nothing but the identity. */
const nothing = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Deny", Action: "*", Resource: "*" }],
});

async function ask(request: RawRequest, isDenied: boolean): Promise<RawResponse> {
  const { simulator } = wire;
  const role = `arn:aws:iam::${small.prodAccountId}:role/OrganizationAccountAccessRole`;
  const credentials = isDenied ? await wire.assume(role, { policy: nothing }) : simulator;
  const bytes = await signedBytes({ ...credentials, endpoint: simulator.endpoint }, request);
  const [answer] = await converse(simulator.endpoint, [bytes]);
  if (!answer) throw new Error("no answer");
  return answer;
}

const text = (body: string) => Buffer.from(body);
const who =
  "User: arn:aws:sts::222222222222:assumed-role/OrganizationAccountAccessRole/test is not authorized to perform: ";
const why = " with an explicit deny in a session policy";

const denials: [protocol: string, RawRequest, status: number, body: RegExp, head: RegExp][] = [
  [
    "query",
    { service: "iam", headers: form, body: text("Action=ListUsers&Version=2010-05-08") },
    403,
    new RegExp(
      `^<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>${who}iam:ListUsers on resource: .*${why}</Message></Error><RequestId>${uuid}</RequestId></ErrorResponse>$`,
    ),
    /x-amzn-requestid/,
  ],
  [
    "EC2",
    { service: "ec2", headers: form, body: text("Action=DescribeVpcs&Version=2016-11-15") },
    403,
    new RegExp(
      `<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>You are not authorized to perform this operation. ${who}ec2:DescribeVpcs${why}.*</Message></Error></Errors><RequestID>${uuid}</RequestID></Response>$`,
    ),
    /x-amzn-requestid/,
  ],
  [
    "JSON 1.1",
    { service: "kms", headers: json("TrentService.ListKeys"), body: text("{}") },
    400,
    new RegExp(
      `^{"__type":"AccessDeniedException","[mM]essage":"${who}kms:ListKeys on resource: .*${why}"}$`,
    ),
    /content-type: application\/x-amz-json-1.1/,
  ],
  [
    "CBOR",
    { service: "monitoring", path: `${rpc}ListMetrics`, headers: cbor, body: Buffer.from("a0", "hex") },
    400,
    /AccessDenied.*cloudwatch:ListMetrics/,
    /smithy-protocol: rpc-v2-cbor[\s\S]*x-amzn-query-error: AccessDenied.*;Sender/,
  ],
  [
    "REST-JSON",
    { service: "lambda", method: "GET", path: "/2015-03-31/functions" },
    403,
    new RegExp(`^{"[mM]essage":"${who}lambda:ListFunctions on resource: .*${why}"}$`),
    /x-amzn-errortype: AccessDeniedException/,
  ],
  [
    "S3",
    { service: "s3", method: "GET", path: "/" },
    403,
    new RegExp(
      `^<\\?xml version="1.0" encoding="UTF-8"\\?>\\n<Error><Code>AccessDenied</Code><Message>${who}s3:ListAllMyBuckets.*${why}</Message><RequestId>[0-9A-F]{16}</RequestId><HostId>[A-Za-z0-9+/=]{76}</HostId></Error>$`,
    ),
    /x-amz-request-id: [0-9A-F]{16}\r\nx-amz-id-2: [A-Za-z0-9+/=]{76}/,
  ],
  [
    "S3 Control",
    {
      service: "s3",
      method: "GET",
      path: "/v20180820/configuration/publicAccessBlock",
      headers: { "x-amz-account-id": small.prodAccountId },
    },
    403,
    /<ErrorResponse .*<Error><Type>Sender<\/Type><Code>AccessDenied<\/Code>/,
    /x-amz-id-2/,
  ],
  [
    "REST-XML",
    { service: "route53", method: "GET", path: "/2013-04-01/hostedzone" },
    403,
    new RegExp(`<Code>AccessDenied</Code>.*</Error><RequestId>${uuid}</RequestId></ErrorResponse>$`),
    /x-amzn-requestid/,
  ],
];

test.each(denials)("a denial in %s", async (_, request, status, body, head) => {
  const answer = await ask(request, true);
  expect(answer.status).toBe(status);
  expect(answer.text).toMatch(body);
  expect(answer.head).toMatch(head);
});

const otherProtocols: [title: string, RawRequest, status: number, body: RegExp][] = [
  [
    "SQS in the query protocol",
    { service: "sqs", headers: form, body: text("Action=ListQueues&Version=2012-11-05") },
    200,
    /^<ListQueuesResponse xmlns="http:\/\/queue.amazonaws.com\/doc\/2012-11-05\/"><ListQueuesResult>/,
  ],
  [
    "its errors by the code of old",
    { service: "sqs", headers: form, body: text("Action=GetQueueUrl&Version=2012-11-05&QueueName=none") },
    400,
    /<Code>AWS.SimpleQueueService.NonExistentQueue<\/Code>/,
  ],
  [
    "SQS in JSON, where the code of old stands in a header",
    { service: "sqs", headers: json("AmazonSQS.GetQueueUrl"), body: text('{"QueueName":"none"}') },
    400,
    /"__type":"QueueDoesNotExist"/,
  ],
  [
    "CloudWatch in the query protocol",
    {
      service: "monitoring",
      headers: form,
      body: text("Action=DescribeAlarms&Version=2010-08-01&MaxRecords=1"),
    },
    200,
    /^<DescribeAlarmsResponse xmlns="http:\/\/monitoring.amazonaws.com\/doc\/2010-08-01\/">/,
  ],
  [
    "CloudWatch in CBOR",
    { service: "monitoring", path: `${rpc}DescribeAlarms`, headers: cbor, body: Buffer.from("a0", "hex") },
    200,
    /MetricAlarms/,
  ],
  [
    "an operation that CBOR does not know",
    { service: "monitoring", path: `${rpc}Nope`, headers: cbor, body: Buffer.from("a0", "hex") },
    400,
    /UnknownOperationException/,
  ],
  [
    "a query in the address",
    { service: "sts", method: "GET", query: { Action: "GetCallerIdentity", Version: "2011-06-15" } },
    200,
    /<GetCallerIdentityResult>/,
  ],
];

test.each(otherProtocols)("%s", async (_, request, status, body) => {
  const answer = await ask(request, false);
  expect(answer.status, answer.text).toBe(status);
  expect(answer.text).toMatch(body);
});

const strangers: [service: string, path: string, code: string, status: number][] = [
  ["s3", "/", "InvalidAccessKeyId", 403],
  ["s3", "/v20180820/configuration/publicAccessBlock", "InvalidAccessKeyId", 403],
  ["s3express", "/", "InvalidAccessKeyId", 403],
  ["route53", "/2013-04-01/hostedzone", "InvalidClientTokenId", 403],
  ["cloudfront", "/2020-05-31/distribution", "InvalidClientTokenId", 403],
  ["lambda", "/2015-03-31/functions", "UnrecognizedClientException", 403],
];

test.each(strangers)("a key that nobody has: %s %s", async (service, path, code, status) => {
  const { endpoint } = wire.simulator;
  const stranger = { endpoint, accessKeyId: "AKIAAAAAAAAAAAAAAAAA", secretAccessKey: "x" };
  const bytes = await signedBytes(stranger, { service, method: "GET", path });
  const [answer] = await converse(endpoint, [bytes]);
  expect([answer?.status, `${answer?.head}${answer?.text}`.includes(code)]).toEqual([status, true]);
});

test("a body of S3 that is not the one that was signed", async () => {
  const bytes = await signedBytes(wire.simulator, {
    service: "s3",
    method: "PUT",
    path: "/some-bucket",
    query: { tagging: "" },
    headers: { "x-amz-content-sha256": "00".repeat(32) },
    body: text("<Tagging/>"),
  });
  const [answer] = await converse(wire.simulator.endpoint, [bytes]);
  expect(answer?.text).toContain("<Code>XAmzContentSHA256Mismatch</Code>");
});
