// A finding of an insight that looks at neighbours names those that decided, and what of them.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type CatalogEstate, openCatalogEstate, type TestCloud } from "./testing/catalog-estate.ts";

let estate: CatalogEstate;
let cloud: TestCloud;
let central: TestCloud;

beforeAll(async () => {
  estate = await openCatalogEstate();
});
beforeEach(async () => {
  [cloud, central] = (await estate.addTenant(2)) as [TestCloud, TestCloud];
});
afterAll(() => estate.close());

async function evidence(insight: string, of: TestCloud = cloud): Promise<unknown> {
  await estate.judge(cloud, central);
  const [row] = await estate.rows<{ evidence: unknown }>(
    "select evidence from findings where tenant_id = $1 and cloud_id = $2 and insight_id = $3 and status = 'open'",
    [of.tenantId, of.id, insight],
  );
  return row?.evidence;
}

test("the bucket in another cloud, and its field", async () => {
  await estate.harvest(cloud, "aws.cloudtrail.trail", [{ Name: "main", S3BucketName: "logs" }]);
  await estate.harvest(central, "aws.s3.bucket", [{ Name: "logs" }, { Name: "other" }]);
  expect(await evidence("aws.cloudtrail.bucket-access-logging")).toEqual([
    { path: "bucket", value: ["arn:aws:s3:::logs"] },
    { path: "bucket[0].Logging.TargetBucket", value: null },
  ]);
});

test("two steps away: the account's settings over the bucket", async () => {
  const everybody = {
    Grantee: { URI: "http://acs.amazonaws.com/groups/global/AllUsers" },
    Permission: "READ",
  };
  await estate.harvest(cloud, "aws.cloudtrail.trail", [{ Name: "main", S3BucketName: "logs" }]);
  await estate.harvest(central, "aws.account.settings", [
    { S3PublicAccessBlock: { IgnorePublicAcls: false } },
  ]);
  await estate.harvest(central, "aws.s3.bucket", [
    { Name: "logs", Acl: { Grants: [everybody] }, PolicyStatus: { IsPublic: false }, PublicAccessBlock: {} },
  ]);
  expect(await evidence("aws.cloudtrail.bucket-not-public")).toEqual(
    expect.arrayContaining([
      { path: "bucket", value: ["arn:aws:s3:::logs"] },
      { path: "bucket[0].Acl.Grants[0].Grantee.URI", value: everybody.Grantee.URI },
      { path: "bucket[0].aws.account.settings", value: [expect.any(String)] },
    ]),
  );
});

test("sources that look at it: flow logs that do not run, or none", async () => {
  const insight = "aws.ec2.vpc-flow-logs-enabled";
  await estate.harvest(cloud, "aws.ec2.vpc", [{ VpcId: "vpc-1" }]);
  await estate.harvest(cloud, "aws.ec2.flow-log", []);
  expect(await evidence(insight)).toEqual([{ path: "recordsVpc", value: [] }]);
  const flowLog = { FlowLogId: "fl-1", ResourceId: "vpc-1", FlowLogStatus: "INACTIVE" };
  await estate.harvest(cloud, "aws.ec2.flow-log", [flowLog]);
  expect(await evidence(insight)).toEqual([{ path: "recordsVpc", value: [expect.stringContaining("fl-1")] }]);
});
