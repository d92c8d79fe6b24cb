// Who would gain and lose what if the policy of a queue were another, without anything being written.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { TestCloud } from "#jobs/testing/catalog-estate.ts";
import {
  type AccessEstate,
  allFull,
  allow,
  deny,
  now,
  openAccessEstate,
  role,
  text,
} from "./testing/account.ts";
import { whatIf } from "./what-if.ts";

let opened: AccessEstate;
let cloud: TestCloud;
const url = "https://sqs.us-east-1.amazonaws.com/1/orders";
const send = { Action: "sqs:SendMessage" };

beforeAll(async () => {
  opened = await openAccessEstate();
  ({ cloud } = opened);
  await opened.identities(cloud, {
    role: [role("reader", [allow({ Action: "sqs:ReceiveMessage" })]), role("nobody", [])],
  });
  await opened.organizationPolicies("SERVICE", allFull([cloud]));
  const Attributes = {
    QueueArn: `arn:aws:sqs:us-east-1:${cloud.accountId}:orders`,
    Policy: text(allow({ Sid: "All", Principal: "*", ...send })),
  };
  await opened.estate.harvest(cloud, "aws.sqs.queue", [{ QueueUrl: url, Attributes }]);
});
afterAll(() => opened.estate.close());

const changed = (policy: unknown) =>
  opened.withDocument("aws.sqs.queue", url, async (tx, document) => {
    const answer = await whatIf(tx, document, policy, { after: null, limit: 100 }, now);
    if (answer === "unsupported" || !("changed" in answer)) throw new Error(JSON.stringify(answer));
    return answer.changed.flatMap(({ kind, name, id, changes }) =>
      changes.map(({ action, before, after }) => `${kind} ${name ?? id}: ${action} ${before} → ${after}`),
    );
  });

test("the policy as it is changes nothing", async () => {
  expect(await changed(text(allow({ Sid: "All", Principal: "*", ...send })))).toEqual([]);
});

test("without a policy everyone loses what it gave, and keeps what their own policies give", async () => {
  expect((await changed(null)).filter((line) => !line.startsWith("any-account"))).toEqual([
    "anyone *: sqs:SendMessage allowed → denied",
    "principal nobody: sqs:SendMessage allowed → denied",
    "principal reader: sqs:SendMessage allowed → denied",
  ]);
});

test("a stranger gains what is newly given, and a denial takes from everyone", async () => {
  const stranger = "999988887777";
  const policy = [
    allow({ Principal: { AWS: stranger }, ...send }),
    deny({ Principal: "*", Action: "sqs:ReceiveMessage" }),
  ];
  const lines = await changed(text(...policy));
  expect(lines).toContain(`account ${stranger}: sqs:SendMessage denied → allowed`);
  expect(lines).toContain("principal reader: sqs:ReceiveMessage allowed → denied");
  expect(lines).toContain("anyone *: sqs:SendMessage allowed → denied");
});

test("a policy that AWS would not take is refused with what is wrong", async () => {
  const answer = await opened.withDocument("aws.sqs.queue", url, (tx, document) =>
    whatIf(
      tx,
      document,
      { Version: "2012-10-17", Statement: [{ Effect: "Maybe" }] },
      { after: null, limit: 10 },
      now,
    ),
  );
  expect(answer).toContainEqual({ path: "/Statement/0/Effect", detail: expect.any(String) });
});
