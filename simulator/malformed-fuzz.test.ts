// 20,000 requests that somebody's broken client might send, over bare sockets, one after the other and several at
// once: each gets an answer that is no internal failure or is cut off, and the memory stays as it was.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { randomFrom } from "./random.ts";
import { converse, type RawRequest, signedBytes } from "./raw-http.ts";
import { startSmall } from "./small-clients.ts";

const wire = startSmall();
const requests = 20_000;
const random = randomFrom("malformed");
const form = { "content-type": "application/x-www-form-urlencoded; charset=utf-8" };
const json = (target: string) => ({
  "content-type": "application/x-amz-json-1.1",
  "x-amz-target": target,
});
const text = (body: string) => Buffer.from(body);

const wellFormed: RawRequest[] = [
  {
    service: "iam",
    headers: form,
    body: text("Action=ListUsers&Version=2010-05-08&MaxItems=10&PathPrefix=%2F"),
  },
  { service: "iam", headers: form, body: text("Action=GetRole&Version=2010-05-08&RoleName=x") },
  {
    service: "iam",
    headers: form,
    body: text(
      "Action=SimulatePrincipalPolicy&Version=2010-05-08&ActionNames.member.1=s3:GetObject&PolicySourceArn=x",
    ),
  },
  {
    service: "ec2",
    headers: form,
    body: text("Action=DescribeInstances&Version=2016-11-15&Filter.1.Name=a&Filter.1.Value.1=b&MaxResults=5"),
  },
  {
    service: "ec2",
    headers: form,
    body: text("Action=DescribeVpcs&Version=2016-11-15&VpcId.1=vpc-1&DryRun=false"),
  },
  {
    service: "cloudformation",
    headers: form,
    body: text(
      "Action=ValidateTemplate&Version=2010-05-15&TemplateBody=Resources%3A%0A+A%3A+%7BType%3A+X%7D",
    ),
  },
  {
    service: "sts",
    headers: form,
    body: text("Action=AssumeRole&Version=2011-06-15&RoleArn=a&RoleSessionName=b"),
  },
  { service: "sqs", headers: form, body: text("Action=ListQueues&Version=2012-11-05&MaxResults=5") },
  {
    service: "organizations",
    headers: json("AWSOrganizationsV20161128.ListPolicies"),
    body: text('{"Filter":"SERVICE_CONTROL_POLICY","MaxResults":5}'),
  },
  {
    service: "dynamodb",
    headers: json("DynamoDB_20120810.ListTables"),
    body: text('{"Limit":5,"ExclusiveStartTableName":"a"}'),
  },
  {
    service: "cloudtrail",
    headers: json("CloudTrail_20131101.LookupEvents"),
    body: text('{"StartTime":1.7e9,"LookupAttributes":[{"AttributeKey":"EventName","AttributeValue":"x"}]}'),
  },
  { service: "kms", headers: json("TrentService.ListKeys"), body: text('{"Limit":5}') },
  {
    service: "monitoring",
    path: "/service/GraniteServiceVersion20100801/operation/ListMetrics",
    headers: { "smithy-protocol": "rpc-v2-cbor", "content-type": "application/cbor" },
    body: Buffer.from("bf694e616d657370616365634177735ff6ff", "hex"),
  },
  { service: "lambda", method: "GET", path: "/2015-03-31/functions", query: { MaxItems: "5" } },
  {
    service: "guardduty",
    path: "/detector/x/findings",
    headers: { "content-type": "application/json" },
    body: text('{"findingCriteria":{"criterion":{"a":{"gte":5,"eq":["b"]}}},"maxResults":5}'),
  },
  { service: "s3", method: "GET", path: "/some-bucket", query: { "list-type": "2", "max-keys": "5" } },
  {
    service: "s3",
    method: "PUT",
    path: "/some-bucket",
    query: { tagging: "" },
    body: text("<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>"),
  },
  {
    service: "s3",
    method: "PUT",
    path: "/some-bucket/key",
    headers: {
      "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
      "content-encoding": "aws-chunked",
    },
    body: text("3\r\nabc\r\n0\r\nx-amz-checksum-crc32:NSRBwg==\r\n\r\n"),
  },
  {
    service: "s3",
    path: "/v20180820/jobs",
    headers: { "x-amz-account-id": "111111111111" },
    body: text("<CreateJobRequest><Priority>1</Priority></CreateJobRequest>"),
  },
  { service: "route53", method: "GET", path: "/2013-04-01/hostedzone", query: { maxitems: "5" } },
];

const junk = [
  ..."%{}<>&=.[]\"'\\/?#,:;\0\r\n",
  "Action=",
  "]]>",
  "&#x110000;",
  "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>",
  "-1",
  "1e999",
  "9".repeat(400),
  "null",
  "true",
  "__proto__",
  "constructor.prototype",
  ".1".repeat(60),
  "[".repeat(3_000),
  '{"a":'.repeat(3_000),
  "<a>".repeat(3_000),
  "\ud800",
].map((piece) => Buffer.from(piece));
junk.push(Buffer.from([0xff, 0xfe, 0xc3, 0x28, 0x80]), Buffer.from([0x9f, 0x9f, 0x9f, 0xbf, 0x5b, 0xff]));

/** Some places changed: something put in, something left out, a byte turned, the end cut off. */
function mutated(bytes: Buffer): Buffer {
  let changed = bytes;
  for (let times = random.int(3); times >= 0; times--) {
    const at = random.int(changed.length + 1);
    const [before, after] = [changed.subarray(0, at), changed.subarray(at)];
    const change = random.int(5);
    if (change === 0) changed = Buffer.concat([before, random.pick(junk), after]);
    else if (change === 1) changed = Buffer.concat([before, after.subarray(random.int(6))]);
    else if (change === 2) changed = before;
    else if (change === 3)
      changed = Buffer.concat([before, before.subarray(random.int(before.length + 1)), after]);
    else if (at < changed.length) {
      changed = Buffer.from(changed);
      changed[at] = random.int(256);
    }
  }
  return changed;
}

/** Whole requests with broken bodies behind one another: as many answers as requests. */
async function brokenBodies(count: number): Promise<void> {
  const { endpoint } = wire.simulator;
  const sent = await Promise.all(
    Array.from({ length: count }, () => {
      const request = random.pick(wellFormed);
      const body = mutated(request.body ?? Buffer.alloc(0));
      return signedBytes(wire.simulator, random.chance(0.9) ? { ...request, body } : request);
    }),
  );
  const answers = await converse(endpoint, sent);
  expect(answers).toHaveLength(count);
  for (const { status, text: answered } of answers) expectOrderly(status, answered);
}

/** Bytes that may be no HTTP at all, on a connection of their own. */
async function brokenBytes(): Promise<void> {
  const bytes = mutated(await signedBytes(wire.simulator, random.pick(wellFormed)));
  const answers = await converse(wire.simulator.endpoint, [bytes], { endsAfterwards: true });
  for (const { status, text: answered } of answers) expectOrderly(status, answered);
}

const seen = new Map<number, number>();

function expectOrderly(status: number, answered: string): void {
  seen.set(status, (seen.get(status) ?? 0) + 1);
  if (status === 500 || status < 200) throw new Error(`answered ${status}: ${answered}`);
}

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

function heapMiB(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

test(`${requests} mutated requests leave it alive and its memory flat`, async () => {
  const send = async (share: number) => {
    let left = requests * share;
    const worker = async () => {
      while (left > 0) {
        const isWhole = random.chance(0.7);
        const count = isWhole ? 1 + random.int(12) : 1;
        left -= count;
        if (isWhole) await brokenBodies(count);
        else await brokenBytes();
      }
    };
    await Promise.all(Array.from({ length: 8 }, worker));
  };
  await send(0.4);
  const before = heapMiB();
  await send(0.6);
  const grownMiB = heapMiB() - before;
  expect(grownMiB).toBeLessThan(16);
  // Some were good, some bad, some refused, some about what is not there.
  for (const status of [200, 400, 403, 404]) expect(seen.get(status), `${status}`).toBeGreaterThan(100);
  const [last] = await converse(wire.simulator.endpoint, [
    await signedBytes(wire.simulator, {
      service: "organizations",
      headers: json("AWSOrganizationsV20161128.ListRoots"),
      body: text("{}"),
    }),
  ]);
  expect(last?.status).toBe(200);
}, 120_000);
