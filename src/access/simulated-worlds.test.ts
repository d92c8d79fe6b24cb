// Two opinions on one account of the hostile world, harvested for real: what is told of who can do what to its
// resources, and what the simulator answers when users of the account try.
import { afterAll, beforeAll, expect, test } from "vitest";
import { openAws } from "#aws/call.ts";
import { defaultAwsSettings } from "#aws/settings.ts";
import type { TestCloud } from "#jobs/testing/catalog-estate.ts";
import { type HarvestStand, openHarvestStand } from "#jobs/testing/harvest-stand.ts";
import { readDocument, readDocuments } from "#store/identity-documents.ts";
import { accessKeyId, chance, iamId, secretAccessKey } from "../../simulator/ids.ts";
import type { IamUser } from "../../simulator/shapes.ts";
import { attachments, policies, rootId, units } from "../../simulator/worlds/hostile/organization.ts";
import { situationOf } from "../../simulator/worlds/hostile/situations.ts";
import { whoCan } from "./who-can.ts";

const { accountId } = situationOf("resource-control");
const statements: Record<string, object[]> = {
  sender: [{ Action: ["sqs:SendMessage", "sns:Publish", "secretsmanager:GetSecretValue"], Resource: "*" }],
  storer: [
    { Action: "s3:*", Resource: "*" },
    { Effect: "Deny", Action: "s3:GetBucketAcl", Resource: "*" },
  ],
  reader: [
    {
      Action: ["sqs:Get*", "sns:Get*", "kms:Describe*", "kms:GetKeyPolicy", "lambda:GetFunction"],
      Resource: "*",
    },
    { Action: ["secretsmanager:DescribeSecret", "sts:AssumeRole"], Resource: "*" },
  ],
  nobody: [],
};

let stand: HarvestStand;
let cloud: TestCloud;
const keys = new Map<string, { accessKeyId: string; secretAccessKey: string }>();

beforeAll(async () => {
  stand = await openHarvestStand({ world: "hostile" });
  for (const name of Object.keys(statements)) addUser(name);
  await placeInOrganization();
  cloud = await stand.addCloud(accountId);
  await stand.estate.rows("update clouds set unit_id = $1 where id = $2", [unitOf("resources"), cloud.id]);
  stand.makeRole(accountId);
  await stand.harvest(cloud);
});
afterAll(() => stand.close());

const unitOf = (name: string) => units.find(({ Name }) => Name === name)?.Id ?? "";

function addUser(name: string): void {
  const { world } = stand.simulator;
  const CreateDate = world.bornAt.toISOString();
  const key = { AccessKeyId: accessKeyId("AKIA", accountId, chance), secretAccessKey: secretAccessKey() };
  keys.set(name, { accessKeyId: key.AccessKeyId, secretAccessKey: key.secretAccessKey });
  const Statement = (statements[name] ?? []).map((one) => ({ Effect: "Allow", ...one }));
  const user: IamUser = {
    UserName: name,
    UserId: iamId("AIDA", chance),
    Path: "/",
    CreateDate,
    inlinePolicies: Statement.length > 0 ? { own: JSON.stringify({ Version: "2012-10-17", Statement }) } : {},
    attachedPolicies: [],
    Tags: [],
    groups: [],
    accessKeys: [{ ...key, Status: "Active", CreateDate }],
    mfaDevices: [],
  };
  world.collection<IamUser>({ accountId, region: "global" }, "iam:user").put(name, user);
}

/** As a sync leaves it: AWS's full access everywhere, the world's own policies where it hangs them. */
async function placeInOrganization(): Promise<void> {
  const { rows } = stand.estate;
  const all = [{ Id: rootId, Name: "Root", parentId: null as string | null }, ...units];
  for (const { Id, Name, parentId } of all)
    await rows(
      "insert into organizational_units (tenant_id, organization_id, id, name, parent_id, path) values ($1, $2, $3, $4, $5, $6)",
      [
        stand.tenantId,
        stand.organizationId,
        Id,
        Name,
        parentId,
        parentId === null ? "/Root" : `/Root/${Name}`,
      ],
    );
  const full = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };
  const everywhere = [...all.map(({ Id }) => Id), accountId];
  const targetsOf = (id: string) =>
    attachments.filter(({ policyIds }) => policyIds.includes(id)).map(({ targetId }) => targetId);
  for (const { Id, Name, Type, document, targets } of [
    ...policies.map((one) => ({ ...one, targets: targetsOf(one.Id) })),
    {
      Id: "p-Full",
      Name: "Full",
      Type: "SERVICE_CONTROL_POLICY",
      document: JSON.stringify(full),
      targets: everywhere,
    },
    {
      Id: "p-RFull",
      Name: "Full",
      Type: "RESOURCE_CONTROL_POLICY",
      document: JSON.stringify(full),
      targets: everywhere,
    },
  ])
    await rows(
      `insert into organization_policies (tenant_id, organization_id, id, type, name, arn, aws_managed, document_hash, document, targets, read_at)
       values ($1, $2, $3, $4, $5, $3, false, 'h', $6, $7, now())`,
      [stand.tenantId, stand.organizationId, Id, Type, Name, document, targets],
    );
  await rows("update cloud_organizations set root_id = $1, policies_read = $2 where tenant_id = $3", [
    rootId,
    JSON.stringify({ SERVICE_CONTROL_POLICY: new Date(), RESOURCE_CONTROL_POLICY: new Date() }),
    stand.tenantId,
  ]);
}

const bucket = (Bucket: string) => ({ Bucket });
const tries: [
  type: string,
  action: string,
  call: string,
  input: (nativeId: string, arn: string) => object,
][] = [
  ["aws.sqs.queue", "sqs:SendMessage", "sqs:SendMessage", (QueueUrl) => ({ QueueUrl, MessageBody: "x" })],
  ["aws.sqs.queue", "sqs:GetQueueAttributes", "sqs:GetQueueAttributes", (QueueUrl) => ({ QueueUrl })],
  ["aws.sns.topic", "sns:Publish", "sns:Publish", (TopicArn) => ({ TopicArn, Message: "x" })],
  ["aws.sns.topic", "sns:GetTopicAttributes", "sns:GetTopicAttributes", (TopicArn) => ({ TopicArn })],
  [
    "aws.secretsmanager.secret",
    "secretsmanager:GetSecretValue",
    "secrets-manager:GetSecretValue",
    (SecretId) => ({ SecretId }),
  ],
  [
    "aws.secretsmanager.secret",
    "secretsmanager:DescribeSecret",
    "secrets-manager:DescribeSecret",
    (SecretId) => ({ SecretId }),
  ],
  ["aws.kms.key", "kms:DescribeKey", "kms:DescribeKey", (KeyId) => ({ KeyId })],
  ["aws.kms.key", "kms:GetKeyPolicy", "kms:GetKeyPolicy", (KeyId) => ({ KeyId })],
  ["aws.lambda.function", "lambda:GetFunction", "lambda:GetFunction", (FunctionName) => ({ FunctionName })],
  ["aws.s3.bucket", "s3:ListBucket", "s3:ListObjectsV2", bucket],
  ["aws.s3.bucket", "s3:GetBucketPolicy", "s3:GetBucketPolicy", bucket],
  ["aws.s3.bucket", "s3:GetBucketAcl", "s3:GetBucketAcl", bucket],
  [
    "aws.iam.role",
    "sts:AssumeRole",
    "sts:AssumeRole",
    (_, RoleArn) => ({ RoleArn, RoleSessionName: "tried" }),
  ],
];

async function resourcesOf(type: string) {
  return stand.parts.store.withTenant(stand.tenantId, (tx) =>
    readDocuments(tx, { cloudId: cloud.id, types: [type], after: null, limit: 100 }),
  );
}

/** Verdict by user and action; what is not told of is denied. */
async function toldOf(resourceId: string): Promise<Map<string, string>> {
  const page = await stand.parts.store.withTenant(stand.tenantId, async (tx) => {
    const document = await readDocument(tx, resourceId);
    return document && whoCan(tx, document, { after: null, limit: 500 }, new Date());
  });
  if (!page || page === "unsupported") throw new Error("nothing is told");
  return new Map(
    page.holdings.flatMap(({ holders, actions, verdict }) =>
      holders.flatMap(({ name }) => actions.map(({ action }) => [`${name} ${action}`, verdict] as const)),
    ),
  );
}

test("what is told of is what the simulator does: allowed goes through, and what is not told of is refused", async () => {
  const aws = openAws({ ...defaultAwsSettings, endpointUrl: stand.simulator.endpoint, loopbackOnly: true });
  const wrong: string[] = [];
  const compared = { allowed: 0, denied: 0, open: 0 };
  for (const [type, action, call, inputOf] of tries) {
    for (const resource of (await resourcesOf(type)).slice(0, 3)) {
      const told = await toldOf(resource.id);
      for (const [name, credentials] of keys) {
        const verdict = told.get(`${name} ${action}`) ?? "denied";
        const [client = "", operation = ""] = call.split(":");
        const answer = await aws.call({
          client,
          operation,
          input: inputOf(resource.nativeId, resource.arn ?? "") as Record<string, unknown>,
          region: resource.region === "global" ? "us-east-1" : resource.region,
          accountId,
          credentials,
        });
        const isDenied = !answer.ok && answer.error.reason === "denied";
        if (verdict !== "allowed" && verdict !== "denied") compared.open++;
        else compared[verdict]++;
        if ((verdict === "allowed" && isDenied) || (verdict === "denied" && !isDenied))
          wrong.push(
            `${name} ${action} on ${resource.arn}: told ${verdict}, ${answer.ok ? "ok" : answer.error.code}`,
          );
      }
    }
  }
  await aws.close();
  expect(wrong).toEqual([]);
  expect(compared.allowed).toBeGreaterThan(10);
  expect(compared.denied).toBeGreaterThan(50);
  // Buckets whose policy the RCP hides from the harvest.
  expect(compared.open).toBeGreaterThan(0);
});
