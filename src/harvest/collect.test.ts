// Collecting by definitions over real sockets, against a server that answers as AWS's KMS would be
// made to: lists that break off, tokens that repeat, details that are denied or not there.
import type { ServerResponse } from "node:http";
import { afterEach, expect, test } from "vitest";
import { type AwsConnection, openAws } from "#aws/call.ts";
import { awsSettingsFrom } from "#aws/settings.ts";
import { jsonError, openScriptedServer, type ScriptedServer } from "#aws/testing/scripted-server.ts";
import { call, defineResourceType, type ResourceTypeDefinition } from "#catalog/define.ts";
import { equals } from "#rules/build.ts";
import { collectScope, type ScopePage } from "./collect.ts";
import { type HarvestContext, openLimiter } from "./context.ts";

type Answer = object | ((response: ServerResponse, input: Record<string, unknown>) => void);
type Answers = Record<string, (input: Record<string, unknown>, count: number) => Answer>;

let server: ScriptedServer;
let aws: AwsConnection;
const stop = new AbortController();

afterEach(async () => {
  await aws.close();
  await server.close();
});

const vpc = defineResourceType({
  type: "aws.test.vpc",
  title: "",
  category: "",
  client: "ec2",
  scope: "regional",
  list: call("DescribeVpcs"),
  id: "VpcId",
  arn: "arn:{partition}:ec2:{region}:{account}:vpc/{VpcId}",
});
const role = defineResourceType({
  ...vpc,
  type: "aws.test.role",
  scope: "global",
  id: "RoleName",
  arn: "arn:{partition}:iam::{account}:role{Path}{RoleName}",
});

function keyType(change: Partial<ResourceTypeDefinition> = {}): ResourceTypeDefinition {
  return defineResourceType({
    type: "aws.test.key",
    title: "",
    category: "",
    client: "kms",
    scope: "regional",
    list: call("ListKeys", { items: "Keys" }),
    id: "KeyId",
    arn: "arn:{partition}:kms:{region}:{account}:key/{KeyId}",
    ...change,
  });
}

async function collect(type: ResourceTypeDefinition, answers: Answers): Promise<ScopePage[]> {
  const counts: Record<string, number> = {};
  server = await openScriptedServer((response, { headers, body }) => {
    const operation = String(headers["x-amz-target"]).split(".")[1] ?? "";
    counts[operation] = (counts[operation] ?? 0) + 1;
    const input = JSON.parse(body);
    const answer = answers[operation]?.(input, counts[operation]) ?? {};
    response.setHeader("content-type", "application/x-amz-json-1.1");
    if (typeof answer === "function") answer(response, input);
    else response.end(JSON.stringify(answer));
  });
  aws = openAws(awsSettingsFrom({}, { endpointUrl: server.url, loopbackOnly: true, transientAttempts: 1 }));
  const context: HarvestContext = {
    call: aws.call,
    credentials: async () => ({ accessKeyId: "AKIA", secretAccessKey: "secret" }),
    accountId: "111111111111",
    partition: "aws",
    homeRegion: "us-east-1",
    types: new Map([vpc, role, type].map((known) => [known.type, known])),
    sensitiveKey: Buffer.from("key"),
    signal: stop.signal,
    limit: openLimiter(8),
  };
  const pages: ScopePage[] = [];
  for await (const page of collectScope(context, type, "eu-west-1")) pages.push(page);
  return pages;
}

const keys = (...ids: string[]) => ({ Keys: ids.map((KeyId) => ({ KeyId })) });
const denied: Answer = (response) => jsonError(response, "AccessDeniedException", "no");
const idsOf = (pages: ScopePage[]) =>
  pages.flatMap(({ resources }) => resources.map(({ nativeId }) => nativeId));
const endOf = (pages: ScopePage[]) => pages.at(-1)?.end;

test("pages are followed by their token, an empty one too; an item named twice is one", async () => {
  const pages = await collect(keyType(), {
    ListKeys: ({ Marker }) =>
      Marker === undefined
        ? { ...keys("a", "b", "b"), NextMarker: "1", Truncated: true }
        : Marker === "1"
          ? { Keys: [], NextMarker: "2" }
          : keys("c"),
  });
  expect(idsOf(pages)).toEqual(["a", "b", "c"]);
  expect(endOf(pages)).toEqual({ complete: true, gaps: [] });
  expect(server.asked.map(({ body }) => JSON.parse(body))).toEqual([
    { Limit: 1000 },
    { Limit: 1000, Marker: "1" },
    { Limit: 1000, Marker: "2" },
  ]);
});

test("a resource has the common block, and its document as AWS names it", async () => {
  const type = keyType({
    details: [call("DescribeKey", { input: { KeyId: "KeyId" }, take: "KeyMetadata", into: "KeyMetadata" })],
    name: "KeyMetadata.Description",
    createdAt: "KeyMetadata.CreationDate",
    tags: "Tags",
  });
  const [page] = await collect(type, {
    ListKeys: () => keys("a"),
    DescribeKey: () => ({ KeyMetadata: { KeyId: "a", Description: "mine", CreationDate: 1_700_000_000.5 } }),
  });
  expect(page?.resources).toEqual([
    {
      type: "aws.test.key",
      keyRegion: "eu-west-1",
      region: "eu-west-1",
      nativeId: "a",
      arn: "arn:aws:kms:eu-west-1:111111111111:key/a",
      name: "mine",
      createdAt: "2023-11-14T22:13:20.500Z",
      tags: [],
      properties: {
        KeyId: "a",
        KeyMetadata: { KeyId: "a", Description: "mine", CreationDate: "2023-11-14T22:13:20.500Z" },
      },
      gaps: [],
      edges: [],
    },
  ]);
  expect(page?.observedAt.getTime()).toBeGreaterThanOrEqual(page?.listingStartedAt.getTime() ?? 0);
});

test("a detail with more than is kept has its beginning, and a gap for the rest", async () => {
  const type = keyType({
    details: [call("ListGrants", { input: { KeyId: "KeyId" }, take: "Grants", into: "Grants", atMost: 2 })],
  });
  const grants = (...ids: string[]) => ({ Grants: ids.map((GrantId) => ({ GrantId })) });
  const [page] = await collect(type, {
    ListKeys: () => keys("few", "many"),
    ListGrants: ({ KeyId, Marker }) =>
      KeyId === "few"
        ? grants("1", "2")
        : Marker === undefined
          ? { ...grants("1", "2"), NextMarker: "1", Truncated: true }
          : { ...grants("3"), NextMarker: "2", Truncated: true },
  });
  expect(page?.resources.map(({ properties, gaps }) => [properties.Grants, gaps])).toEqual([
    [[{ GrantId: "1" }, { GrantId: "2" }], []],
    [
      [{ GrantId: "1" }, { GrantId: "2" }],
      [expect.objectContaining({ path: "Grants", operation: "kms:ListGrants", code: "TooMany" })],
    ],
  ]);
  expect(
    server.asked.filter(({ headers }) => String(headers["x-amz-target"]).endsWith("ListGrants")),
  ).toHaveLength(3);
});

test("an instant may be seconds as text", async () => {
  const type = keyType({ createdAt: "KeyId" });
  const [page] = await collect(type, { ListKeys: () => keys("1700000000") });
  expect(page?.resources[0]?.createdAt).toBe("2023-11-14T22:13:20.000Z");
});

const broken: [name: string, answers: Answers, ids: string[], gap: object][] = [
  ["denied at once", { ListKeys: () => denied }, [], { code: "AccessDeniedException", reason: "denied" }],
  [
    "denied on its second page",
    { ListKeys: (_, n) => (n === 1 ? { ...keys("a"), NextMarker: "1" } : denied) },
    ["a"],
    { code: "AccessDeniedException", reason: "denied" },
  ],
  [
    "given the same token twice",
    { ListKeys: () => ({ ...keys("a"), NextMarker: "again" }) },
    ["a", "a"],
    { code: "RepeatedToken", reason: "failed" },
  ],
  [
    "with an item that has no id",
    { ListKeys: () => ({ Keys: [{ KeyId: "a" }, { KeyArn: "arn" }] }) },
    ["a"],
    { code: "NoId", reason: "failed" },
  ],
  [
    "answered with half a body",
    {
      ListKeys: () => (response) => {
        response.setHeader("content-length", 500);
        response.write('{"Keys":[');
        setTimeout(() => response.socket?.destroy(), 10);
      },
    },
    [],
    { code: "ConnectionFailed", reason: "unavailable" },
  ],
  ["answered with nothing", { ListKeys: () => (r) => void r.end() }, [], { code: "UnreadableAnswer" }],
];
test.each(broken)("a listing %s is not complete", async (_, answers, ids, gap) => {
  const pages = await collect(keyType(), answers);
  expect(idsOf(pages)).toEqual(ids);
  expect(endOf(pages)).toMatchObject({
    complete: false,
    gaps: [{ path: "", operation: "kms:ListKeys", ...gap }],
  });
});

test("a listing's absent code is an empty, complete listing", async () => {
  const type = keyType({ list: call("ListKeys", { items: "Keys", absentOn: ["NotSubscribed"] }) });
  const pages = await collect(type, { ListKeys: () => (r) => jsonError(r, "NotSubscribed", "") });
  expect(idsOf(pages)).toEqual([]);
  expect(endOf(pages)).toEqual({ complete: true, gaps: [] });
});

const policy = call("GetKeyPolicy", {
  input: { KeyId: "KeyId" },
  take: "Policy",
  into: "Policy",
  absentOn: ["NotFoundException"],
});

test("only a code named in absentOn means not there; all else is a gap at the detail's path", async () => {
  const answers: Record<string, Answer> = {
    there: { Policy: "{}" },
    absent: (response) => jsonError(response, "NotFoundException", ""),
    denied,
    nothing: {},
  };
  const [page] = await collect(keyType({ details: [policy] }), {
    ListKeys: () => keys("there", "absent", "denied", "nothing"),
    GetKeyPolicy: ({ KeyId }) => answers[String(KeyId)] ?? {},
  });
  const read = page?.resources.map(({ properties, gaps }) => [
    properties.Policy,
    gaps.map(({ path, code }) => [path, code]),
  ]);
  expect(read).toEqual([
    ["{}", []],
    [undefined, []],
    [undefined, [["Policy", "AccessDeniedException"]]],
    [undefined, []],
  ]);
  expect(page?.end).toEqual({ complete: true, gaps: [] });
});

const metadata = call("DescribeKey", { input: { KeyId: "KeyId" }, take: "KeyMetadata", into: "KeyMetadata" });

test("a detail waits for what its condition reads: false = not asked, unknown = the gap that made it so", async () => {
  // Listed before what it depends on.
  const rotation = call("GetKeyRotationStatus", {
    input: { KeyId: "KeyId" },
    into: "Rotation",
    when: equals("KeyMetadata.KeyManager", "CUSTOMER"),
  });
  const managers: Record<string, Answer> = {
    ours: { KeyMetadata: { KeyManager: "CUSTOMER" } },
    theirs: { KeyMetadata: { KeyManager: "AWS" } },
    hidden: denied,
  };
  const [page] = await collect(keyType({ details: [rotation, metadata] }), {
    ListKeys: () => keys("ours", "theirs", "hidden"),
    DescribeKey: ({ KeyId }) => managers[String(KeyId)] ?? {},
    GetKeyRotationStatus: () => ({ KeyRotationEnabled: true }),
  });
  expect(page?.resources.map(({ properties }) => properties.Rotation)).toEqual([
    { KeyRotationEnabled: true },
    undefined,
    undefined,
  ]);
  expect(page?.resources[2]?.gaps.map(({ path, operation }) => [path, operation])).toEqual([
    ["KeyMetadata", "kms:DescribeKey"],
    ["Rotation", "kms:DescribeKey"],
  ]);
  const asked = server.asked.filter(({ headers }) =>
    String(headers["x-amz-target"]).endsWith("RotationStatus"),
  );
  expect(asked).toHaveLength(1);
});

test("the pages of a detail are joined", async () => {
  const tags = call("ListResourceTags", { input: { KeyId: "KeyId" }, take: "Tags", into: "Tags" });
  const [page] = await collect(keyType({ details: [tags], tags: "Tags" }), {
    ListKeys: () => keys("a"),
    ListResourceTags: ({ Marker }) =>
      Marker === undefined
        ? { Tags: [{ TagKey: "z", TagValue: "1" }], NextMarker: "m" }
        : { Tags: [{ TagKey: "a", TagValue: "2" }] },
  });
  expect(page?.resources[0]?.tags).toEqual([
    { key: "a", value: "2" },
    { key: "z", value: "1" },
  ]);
});

test("a detail that breaks off on a later page is a gap, not half a list", async () => {
  const tags = call("ListResourceTags", { input: { KeyId: "KeyId" }, take: "Tags", into: "Tags" });
  const [page] = await collect(keyType({ details: [tags] }), {
    ListKeys: () => keys("a"),
    ListResourceTags: (_, n) => (n === 1 ? { Tags: [{ TagKey: "z" }], NextMarker: "m" } : denied),
  });
  expect(page?.resources[0]?.properties.Tags).toBeUndefined();
  expect(page?.resources[0]?.gaps).toMatchObject([{ path: "Tags", code: "AccessDeniedException" }]);
});

test("a mark is true on what a second listing names; if that fails, a gap on every item", async () => {
  const type = keyType({ marks: { HasAlias: call("ListAliases", { items: "Aliases" }) } });
  const aliases = (answer: Answer) => ({ ListKeys: () => keys("a", "b"), ListAliases: () => answer });
  // A mark's items have the id at the same path; ListAliases has it nowhere, so this answers keys.
  const [marked] = await collect(
    keyType({ marks: { Twin: call("ListKeys", { items: "Keys", fixed: { Limit: 7 } }) } }),
    { ListKeys: ({ Limit }) => (Limit === 7 ? keys("b") : keys("a", "b")) },
  );
  expect(marked?.resources.map(({ properties }) => properties.Twin)).toEqual([false, true]);
  await aws.close();
  await server.close();
  const [failed] = await collect(type, aliases(denied));
  expect(failed?.resources.map(({ properties, gaps }) => [properties.HasAlias, gaps[0]?.path])).toEqual([
    [undefined, "HasAlias"],
    [undefined, "HasAlias"],
  ]);
  expect(failed?.end?.complete).toBe(true);
});

test("a singleton is one item, whatever of it cannot be read", async () => {
  const type = keyType({
    list: null,
    details: [
      call("ListKeys", { take: "Keys", into: "Keys" }),
      call("GetKeyPolicy", { input: { KeyId: "@account" }, into: "Policy" }),
    ],
    id: "@region",
  });
  const [page] = await collect(type, { ListKeys: () => keys("a"), GetKeyPolicy: () => denied });
  expect(page?.resources).toMatchObject([
    { nativeId: "eu-west-1", properties: { Keys: [{ KeyId: "a" }] }, gaps: [{ path: "Policy" }] },
  ]);
  expect(page?.end).toEqual({ complete: true, gaps: [] });
});

test("JSON texts are parsed, also URL-encoded ones; one that cannot be read is a gap, not a guess", async () => {
  const documents: Record<string, string> = {
    plain: '{"Version":"2012-10-17"}',
    encoded: encodeURIComponent('{"Sid":"a b"}'),
    broken: '{"Version":',
  };
  const [page] = await collect(keyType({ details: [policy], json: ["Policy"] }), {
    ListKeys: () => keys("plain", "encoded", "broken"),
    GetKeyPolicy: ({ KeyId }) => ({ Policy: documents[String(KeyId)] }),
  });
  expect(page?.resources.map(({ properties }) => properties.Policy)).toEqual([
    { Version: "2012-10-17" },
    { Sid: "a b" },
    '{"Version":',
  ]);
  expect(
    page?.resources.map(({ gaps }) => gaps.map(({ path, code, operation }) => [path, code, operation])),
  ).toEqual([[], [], [["Policy", "UnreadableDocument", "kms:GetKeyPolicy"]]]);
});

test("edges: plain ids stay in the region, ARNs say where they lead, what does not fit leads nowhere", async () => {
  const type = keyType({
    details: [metadata],
    relations: {
      in: { to: "aws.test.vpc", by: "KeyMetadata.KeyId" },
      uses: { to: "aws.test.vpc", by: "KeyMetadata.EncryptionAlgorithms[]", fits: "vpc-*" },
      role: { to: "aws.test.role", by: "KeyMetadata.SigningAlgorithms[]" },
      somewhere: { to: "aws.test.vpc", by: "KeyMetadata.Description", anywhere: true },
      unknown: { to: "aws.test.nothing", by: "KeyMetadata.KeyId" },
    },
  });
  const [page] = await collect(type, {
    ListKeys: () => keys("a"),
    DescribeKey: () => ({
      KeyMetadata: {
        KeyId: "arn:aws:ec2:eu-north-1:222222222222:vpc/vpc-2",
        EncryptionAlgorithms: ["vpc-1", "subnet-1", "vpc-1"],
        SigningAlgorithms: [
          "arn:aws:iam::333333333333:role/a/b/r",
          "arn:aws:iam::333333333333:user/u",
          "plain",
        ],
        Description: "vpc-3",
      },
    }),
  });
  const edge = (
    kind: string,
    targetType: string,
    account: string | null,
    region: string | null,
    id: string,
  ) => ({
    kind,
    targetType,
    targetAccountId: account,
    targetRegion: region,
    targetNativeId: id,
  });
  expect(page?.resources[0]?.edges).toEqual([
    edge("in", "aws.test.vpc", "222222222222", "eu-north-1", "vpc-2"),
    edge("uses", "aws.test.vpc", null, "eu-west-1", "vpc-1"),
    edge("role", "aws.test.role", "333333333333", "global", "r"),
    edge("role", "aws.test.role", null, "global", "plain"),
    edge("somewhere", "aws.test.vpc", null, null, "vpc-3"),
  ]);
});

test("secrets reach no part of a resource", async () => {
  const type = keyType({
    details: [metadata],
    name: "KeyMetadata.Description",
    sensitive: ["KeyMetadata.Description"],
  });
  const [page] = await collect(type, {
    ListKeys: () => keys("a"),
    DescribeKey: () => ({ KeyMetadata: { Description: "canary-4711" } }),
  });
  expect(JSON.stringify(page)).not.toContain("canary-4711");
  expect(page?.resources[0]?.properties.KeyMetadata).toMatchObject({
    Description: { redacted: true, length: 11 },
  });
});

test("pages hold at most 500 resources, and at most about 4 million characters", async () => {
  const many = Array.from({ length: 1_203 }, (_, i) => `key-${i}`);
  const pages = await collect(keyType(), { ListKeys: () => keys(...many) });
  expect(pages.map(({ resources }) => resources.length)).toEqual([500, 500, 203]);
  expect(pages.map(({ end }) => end !== null)).toEqual([false, false, true]);
  await aws.close();
  await server.close();
  const large = await collect(keyType(), {
    ListKeys: () => ({ Keys: ["a", "b", "c"].map((KeyId) => ({ KeyId, KeyArn: "x".repeat(1_900_000) })) }),
  });
  expect(large.map(({ resources }) => resources.length)).toEqual([2, 1]);
});
