// Who can do what to a resource, told from the documents of an account: each case is the resource's policy with what
// stands around it, and every answer names the statement that gives it.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { TestCloud } from "#jobs/testing/catalog-estate.ts";
import {
  type AccessEstate,
  allFull,
  allow,
  deny,
  now,
  openAccessEstate,
  organizationId,
  role,
  text,
  trusting,
} from "./testing/account.ts";
import { whoCan } from "./who-can.ts";

let opened: AccessEstate;
let cloud: TestCloud;
let other: TestCloud;
const stranger = "999988887777";
const everyone = { Principal: "*" };

beforeAll(async () => {
  opened = await openAccessEstate();
  ({ cloud, other } = opened);
  const reads = [allow({ Sid: "Read", Action: ["s3:Get*", "sqs:ReceiveMessage", "kms:Decrypt"] })];
  for (const of of [cloud, other])
    await opened.identities(of, {
      role: [role("reader", reads), role("twin", reads), role("nobody", [])],
      user: [{ UserName: "anna", UserId: "AIDAANNA", Path: "/", GroupList: ["senders"] }],
      group: [
        {
          GroupName: "senders",
          Path: "/",
          GroupPolicyList: [
            { PolicyName: "send", PolicyDocument: text(allow({ Sid: "Send", Action: "sqs:SendMessage" })) },
          ],
        },
      ],
    });
  await opened.estate.harvest(cloud, "aws.account.settings", [{}]);
});
beforeEach(() => opened.organizationPolicies("RESOURCE", {}));
afterAll(() => opened.estate.close());

const pageOf = (
  type: string,
  nativeId: string,
  limit = 100,
  after: Parameters<typeof whoCan>[2]["after"] = null,
) => opened.withDocument(type, nativeId, (tx, document) => whoCan(tx, document, { after, limit }, now));

/** One line for each row of the answer, the root user's aside. */
async function access(type: string, nativeId: string): Promise<string[]> {
  const { holdings } = await pageOf(type, nativeId);
  return holdings
    .filter(({ kind }) => kind !== "root")
    .map(({ kind, verdict, holders, actions, statements, conditionKeys, unread, isAssumed }) =>
      [
        `${kind} ${[...new Set(holders.map(({ name, id }) => name ?? id))].sort().join(",")}${isAssumed ? "?" : ""}`,
        actions.map(({ action }) => action.slice(action.indexOf(":") + 1)).join(","),
        [verdict, ...statements.map(({ policyName, sid }) => `${policyName}/${sid}`)].join(" "),
        ...(conditionKeys.length > 0 ? [`if ${conditionKeys.join(",")}`] : []),
        ...(unread.length > 0 ? [`unread ${unread.join(",")}`] : []),
      ].join(" | "),
    )
    .sort();
}

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

describe("a bucket", () => {
  const arn = "arn:aws:s3:::shop";
  const closed = { RestrictPublicBuckets: true, IgnorePublicAcls: true };
  const publicRead = [allow({ Sid: "Web", ...everyone, Action: "s3:GetObject", Resource: `${arn}/*` })];
  const publicAcl = {
    Owner: { ID: "me" },
    Grants: [
      { Grantee: { Type: "CanonicalUser", ID: "me" }, Permission: "FULL_CONTROL" },
      {
        Grantee: { Type: "Group", URI: "http://acs.amazonaws.com/groups/global/AllUsers" },
        Permission: "READ",
      },
      { Grantee: { Type: "CanonicalUser", ID: "them" }, Permission: "WRITE" },
    ],
  };
  async function bucket(properties: object, gaps: string[] = []): Promise<string[]> {
    const item = { Name: "shop", BucketRegion: "us-east-1", ...properties };
    await opened.estate.harvest(cloud, "aws.s3.bucket", [item], { gaps: { shop: gaps } });
    return (await access("aws.s3.bucket", "shop")).filter((line) => !line.startsWith("principal"));
  }
  const byPolicy = { Policy: text(...publicRead), PolicyStatus: { IsPublic: true } };

  test("is read by everyone if its policy says so, and by nobody outside when public access is blocked", async () => {
    const open = [
      "any-account *? | GetObject | allowed bucket policy/Web",
      "anyone * | GetObject | allowed bucket policy/Web",
    ];
    expect(await bucket(byPolicy)).toEqual(open);
    expect(await bucket({ ...byPolicy, PublicAccessBlock: closed })).toEqual([]);
    await opened.estate.harvest(cloud, "aws.account.settings", [{ S3PublicAccessBlock: closed }]);
    expect(await bucket(byPolicy)).toEqual([]);
    await opened.estate.harvest(cloud, "aws.account.settings", [{}]);
    expect(await bucket(byPolicy, ["PublicAccessBlock"])).toEqual(
      open.map((line) => line.replace("allowed", "unknown").concat(" | unread public-access-block")),
    );
  });

  test("is opened by its access control list, unless the list is off or ignored, or the policy denies", async () => {
    const listed = [
      "account them? | PutObject,DeleteObject | allowed access control list/Grant3",
      "anyone * | ListBucket | allowed access control list/Grant2",
    ];
    expect(await bucket({ Acl: publicAcl })).toEqual(listed);
    const off = { OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] } };
    expect(await bucket({ Acl: publicAcl, ...off })).toEqual([]);
    expect(await bucket({ Acl: publicAcl, PublicAccessBlock: closed })).toEqual(listed.slice(0, 1));
    const refusing = text(deny({ ...everyone, Action: "s3:ListBucket" }));
    expect(await bucket({ Acl: publicAcl, Policy: refusing })).toEqual(listed.slice(0, 1));
  });

  test("whose policy allows only some objects is told so", async () => {
    const some = text(
      allow({ Sid: "Some", ...everyone, Action: "s3:GetObject", Resource: `${arn}/public/*` }),
    );
    expect(await bucket({ Policy: some, PolicyStatus: { IsPublic: true } })).toEqual([
      "any-account *? | GetObject | conditional bucket policy/Some",
      "anyone * | GetObject | conditional bucket policy/Some",
    ]);
  });
});

test("a key is opened by its policy alone, which hands it on to the account, and by its grants", async () => {
  const key = async (Policy: string, Grants: object[] = []) => {
    const KeyMetadata = { KeyManager: "CUSTOMER", Arn: "arn" };
    await opened.estate.harvest(cloud, "aws.kms.key", [{ KeyId: "k", KeyMetadata, Policy, Grants }]);
    return access("aws.kms.key", "k");
  };
  const root = { AWS: `arn:aws:iam::${cloud.accountId}:root` };
  const handedOn = text(allow({ Sid: "Account", Principal: root, Action: "kms:*" }));
  const ofAccount = "principal reader,twin | Decrypt | allowed own/Read key policy/Account";
  expect(await key(handedOn)).toEqual([ofAccount]);
  const anna = { AWS: `arn:aws:iam::${cloud.accountId}:user/anna` };
  expect(await key(text(allow({ Sid: "Anna", Principal: anna, Action: "kms:Decrypt" })))).toEqual([
    "principal anna | Decrypt | allowed key policy/Anna",
  ]);
  const GranteePrincipal = `arn:aws:iam::${stranger}:role/vendor`;
  expect(
    await key(handedOn, [{ GrantId: "g1", Name: "vendor", GranteePrincipal, Operations: ["Decrypt"] }]),
  ).toEqual([`principal ${GranteePrincipal}? | Decrypt | allowed grant vendor/g1`, ofAccount]);
});

test("a function's URL without sign-in is for everyone, one that is not there for nobody", async () => {
  const statement = allow({
    Sid: "Url",
    ...everyone,
    Action: "lambda:InvokeFunctionUrl",
    Condition: { StringEquals: { "lambda:FunctionUrlAuthType": "NONE" } },
  });
  const item = { FunctionName: "hook", Policy: text(statement) };
  const lines = async (url: object) => {
    await opened.estate.harvest(cloud, "aws.lambda.function", [{ ...item, ...url }]);
    return (await access("aws.lambda.function", "hook")).filter((line) => line.startsWith("anyone"));
  };
  expect(await lines({ FunctionUrlConfig: { AuthType: "NONE" } })).toEqual([
    "anyone * | InvokeFunctionUrl | allowed function policy/Url",
  ]);
  expect(await lines({ FunctionUrlConfig: { AuthType: "AWS_IAM" } })).toEqual([]);
  expect(await lines({})).toEqual([]);
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
