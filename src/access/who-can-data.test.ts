// Who can do what to buckets, keys and functions, where more than a policy decides: blocks of public access, access
// control lists, grants, a URL.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TestCloud } from "#jobs/testing/catalog-estate.ts";
import { readerOf, usualIdentities } from "./testing/access-lines.ts";
import { type AccessEstate, allow, deny, openAccessEstate, text } from "./testing/account.ts";

let opened: AccessEstate;
let cloud: TestCloud;
const stranger = "999988887777";
const everyone = { Principal: "*" };
const access = (type: string, nativeId: string) => readerOf(opened).lines(type, nativeId);

beforeAll(async () => {
  opened = await openAccessEstate();
  cloud = opened.cloud;
  await opened.identities(cloud, usualIdentities);
  await opened.estate.harvest(cloud, "aws.account.settings", [{}]);
});
afterAll(() => opened.estate.close());

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

test("a key that AWS manages is unknown: its policy is not read", async () => {
  await opened.estate.harvest(cloud, "aws.kms.key", [{ KeyId: "k", KeyMetadata: { KeyManager: "AWS" } }]);
  expect(await access("aws.kms.key", "k")).toContain(
    "principal reader,twin | Decrypt | unknown own/Read | unread resource",
  );
  expect((await readerOf(opened).page("aws.kms.key", "k")).notRead).toEqual([
    { what: "Policy", cloudId: cloud.id, why: "Of what AWS manages it is not read." },
  ]);
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
