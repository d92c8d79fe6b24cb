// Who can do what to a resource, told from the documents of an account: each case is the resource's policy with what
// stands around it, and every answer names the statement that gives it.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { TestCloud } from "#jobs/testing/catalog-estate.ts";
import { type AccessReader, readerOf, usualIdentities } from "./testing/access-lines.ts";
import {
  type AccessEstate,
  allFull,
  allow,
  deny,
  openAccessEstate,
  organizationId,
  role,
  text,
  trusting,
} from "./testing/account.ts";
import type { whoCan } from "./who-can.ts";

let opened: AccessEstate;
let cloud: TestCloud;
let other: TestCloud;
let reader: AccessReader;
const stranger = "999988887777";
const everyone = { Principal: "*" };

beforeAll(async () => {
  opened = await openAccessEstate();
  ({ cloud, other } = opened);
  reader = readerOf(opened);
  for (const of of [cloud, other]) await opened.identities(of, usualIdentities);
});
beforeEach(() => opened.organizationPolicies("RESOURCE", {}));
afterAll(() => opened.estate.close());

const pageOf: AccessReader["page"] = (...asked) => reader.page(...asked);
const access = (type: string, nativeId: string) => reader.lines(type, nativeId);

const queueUrl = "https://sqs.us-east-1.amazonaws.com/1/orders";
async function queue(statements: object[], gaps: string[] = []): Promise<string[]> {
  const QueueArn = `arn:aws:sqs:us-east-1:${cloud.accountId}:orders`;
  const Attributes = statements.length > 0 ? { QueueArn, Policy: text(...statements) } : { QueueArn };
  await opened.estate.harvest(cloud, "aws.sqs.queue", [{ QueueUrl: queueUrl, Attributes }], {
    gaps: { [queueUrl]: gaps },
  });
  return access("aws.sqs.queue", queueUrl);
}

const ofAnna = "principal anna | SendMessage | allowed send/Send";
const ofReaders = "principal reader,twin | ReceiveMessage | allowed own/Read";
const send = { Action: "sqs:SendMessage" };

describe("a queue", () => {
  const cases: [is: string, statements: () => object[], expected: () => string[]][] = [
    ["without a policy belongs to those whose own policies say so", () => [], () => [ofAnna, ofReaders]],
    [
      "for everyone",
      () => [allow({ Sid: "All", ...everyone, ...send })],
      () => [
        "any-account *? | SendMessage | allowed queue policy/All",
        "anyone * | SendMessage | allowed queue policy/All",
        "principal anna | SendMessage | allowed send/Send queue policy/All",
        "principal nobody,reader,twin | SendMessage | allowed queue policy/All",
        ofReaders,
      ],
    ],
    [
      "for the organization",
      () => [
        allow({
          Sid: "Org",
          ...everyone,
          ...send,
          Condition: { StringEquals: { "aws:PrincipalOrgID": organizationId } },
        }),
      ],
      () => [
        `organization ${organizationId}? | SendMessage | allowed queue policy/Org`,
        "principal anna | SendMessage | allowed send/Send queue policy/Org",
        "principal nobody,reader,twin | SendMessage | allowed queue policy/Org",
        ofReaders,
      ],
    ],
    [
      "for a stranger, who gets nothing that SQS keeps to the owner",
      () => [
        allow({
          Sid: "Stranger",
          Principal: { AWS: stranger },
          Action: ["sqs:SendMessage", "sqs:DeleteQueue"],
        }),
      ],
      () => [`account ${stranger}? | SendMessage | allowed queue policy/Stranger`, ofAnna, ofReaders],
    ],
    [
      "for a known account: those of its principals whose own policies allow it too",
      () => [allow({ Sid: "Other", Principal: { AWS: other.accountId }, ...send })],
      () => [ofAnna, "principal anna | SendMessage | allowed send/Send queue policy/Other", ofReaders],
    ],
    [
      "for a service, whatever its source",
      () => [
        allow({
          Sid: "Topic",
          Principal: { Service: "sns.amazonaws.com" },
          ...send,
          Condition: { ArnEquals: { "aws:SourceArn": "arn:aws:sns:us-east-1:1:orders" } },
        }),
      ],
      () => [
        ofAnna,
        ofReaders,
        "service sns.amazonaws.com | SendMessage | conditional queue policy/Topic | if aws:SourceArn",
      ],
    ],
    [
      "that refuses other networks hangs on the address",
      () => [
        deny({
          Sid: "Net",
          ...everyone,
          Action: "sqs:*",
          Condition: { NotIpAddress: { "aws:SourceIp": "10.0.0.0/8" } },
        }),
      ],
      () => [
        "principal anna | SendMessage | conditional send/Send | if aws:SourceIp",
        "principal reader,twin | ReceiveMessage | conditional own/Read | if aws:SourceIp",
      ],
    ],
    [
      "that names one of two alike",
      () => [allow({ Sid: "One", Principal: { AWS: `arn:aws:iam::${cloud.accountId}:role/twin` }, ...send })],
      () => [ofAnna, ofReaders, "principal twin | SendMessage | allowed queue policy/One"],
    ],
    [
      "that has a condition on one of two alike",
      () => {
        const twin = `arn:aws:iam::${cloud.accountId}:role/twin`;
        return [
          allow({ Sid: "Key", ...everyone, ...send, Condition: { ArnEquals: { "aws:PrincipalArn": twin } } }),
        ];
      },
      () => [ofAnna, ofReaders, "principal twin | SendMessage | allowed queue policy/Key"],
    ],
    [
      "that names one role",
      () => [
        allow({ Sid: "One", Principal: { AWS: `arn:aws:iam::${cloud.accountId}:role/nobody` }, ...send }),
      ],
      () => [ofAnna, "principal nobody | SendMessage | allowed queue policy/One", ofReaders],
    ],
  ];
  test.each(cases)("%s", async (_, statements, expected) => {
    expect(await queue(statements())).toEqual(expected().sort());
  });

  test("whose policy could not be read is unknown, never closed", async () => {
    const lines = await queue([], ["Attributes.Policy"]);
    expect(lines).toContain("principal anna | SendMessage | unknown send/Send | unread resource");
    expect(lines.filter((line) => line.startsWith("anyone"))).toEqual([
      "anyone * | ReceiveMessage,GetQueueAttributes,SendMessage,DeleteMessage,PurgeQueue | unknown | unread resource",
    ]);
    expect((await pageOf("aws.sqs.queue", queueUrl)).notRead).toEqual([
      { what: "Attributes.Policy", cloudId: cloud.id, why: "ec2:Describe: UnauthorizedOperation" },
    ]);
  });
});

test("an SCP takes access away, a resource control policy too, from outsiders as well", async () => {
  const scps = allFull([cloud, other]);
  await opened.organizationPolicies("SERVICE", {
    ...scps,
    "ou-prod": [...(scps["ou-prod"] ?? []), deny({ Sid: "NoSend", ...send })],
  });
  expect(await queue([])).toEqual([ofReaders]);
  await opened.organizationPolicies("SERVICE", scps);
  const open = [allow({ Sid: "All", ...everyone, ...send })];
  await opened.organizationPolicies("RESOURCE", {
    "r-ab12": [
      deny({
        Sid: "OnlyOurs",
        ...everyone,
        Action: "sqs:*",
        Condition: { StringNotEquals: { "aws:PrincipalOrgID": organizationId } },
      }),
    ],
  });
  const lines = await queue(open);
  expect(lines.filter((line) => /^any/.test(line))).toEqual([]);
  expect(lines).toContain("principal nobody,reader,twin | SendMessage | allowed queue policy/All");
});

test("a role is assumed by those whom it trusts, if they may; strangers with the external id", async () => {
  const Principal = { AWS: [stranger, cloud.accountId], Federated: "arn:aws:iam::1:saml-provider/corp" };
  const condition = { Condition: { StringEquals: { "sts:ExternalId": "x" } } };
  const items = [
    role("deploy", [], { ...trusting(Principal, condition) }),
    role("assumer", [allow({ Sid: "Assume", Action: "sts:AssumeRole" })]),
  ];
  await opened.identities(cloud, { role: items });
  expect((await access("aws.iam.role", "deploy")).filter((line) => !line.includes("PassRole"))).toEqual([
    `account ${stranger}? | AssumeRole | conditional trust policy/Trust | if sts:ExternalId`,
    "principal assumer | AssumeRole | conditional own/Assume trust policy/Trust | if sts:ExternalId",
  ]);
});

test("pages go through all principals once, and say where IAM was not read", async () => {
  const items = Array.from({ length: 25 }, (_, n) => role(`r${n}`, [allow({ Sid: "Send", ...send })]));
  await opened.identities(cloud, { role: items });
  await opened.estate.harvest(cloud, "aws.iam.user", [], { isComplete: false });
  await queue([]);
  const names: string[] = [];
  let after: Parameters<typeof whoCan>[2]["after"] = null;
  let pages = 0;
  do {
    const page = await pageOf("aws.sqs.queue", queueUrl, 10, after);
    if (pages++ === 0)
      expect(page.notRead).toEqual([
        { what: "aws.iam.user", cloudId: cloud.id, why: "Its listing is not complete." },
      ]);
    // Of one template: one row.
    expect(page.holdings.filter(({ kind }) => kind === "principal")).toHaveLength(1);
    names.push(
      ...page.holdings
        .filter(({ kind }) => kind === "principal")
        .flatMap(({ holders }) => holders.map(({ name }) => String(name))),
    );
    after = page.next;
  } while (after);
  expect(pages).toBe(3);
  expect(names.filter((name) => name.startsWith("r")).sort()).toEqual(
    items.map(({ RoleName }) => RoleName).sort(),
  );
});
