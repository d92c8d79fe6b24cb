// Plants one fault at a time in a small sound catalog on disk and sees it refused.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { CatalogRefused, loadCatalog } from "./load.ts";

type Literal = Record<string, unknown>;
type Files = Record<string, Literal | string>;

const listBuckets = { operation: "ListBuckets", input: {}, fixed: {}, absentOn: [], items: "Buckets" };
const getAcl = { operation: "GetBucketAcl", input: { Bucket: "Name" }, fixed: {}, absentOn: [], into: "Acl" };
const bucket: Literal = {
  type: "aws.s3.bucket",
  title: "Bucket",
  category: "storage container",
  client: "s3",
  scope: "global",
  list: listBuckets,
  marks: {},
  details: [getAcl],
  id: "Name",
  arn: "arn:{partition}:s3:::{Name}",
  volatile: [],
  sensitive: [],
  relations: { logsTo: { to: "aws.s3.bucket", by: "Logging.TargetBucket" } },
  events: {},
};
const owned: Literal = {
  id: "aws.s3.owned",
  title: "Bucket has an owner",
  severity: "low",
  on: "aws.s3.bucket",
  passes: { op: "isSet", path: "Acl.Owner" },
  frameworks: { basics: ["1"] },
  why: "Because.",
  fix: { steps: "Own it." },
  examples: {
    pass: [{ document: { Acl: { Owner: {} } } }],
    fail: [{ document: {} }],
    unknown: [{ document: {}, gaps: ["Acl"] }],
  },
};
const basics: Literal = {
  id: "basics",
  title: "Basics",
  version: "1",
  publisher: "Us",
  url: "https://example.com",
  controls: [{ id: "1", title: "Owners" }],
};
const bucketFile = "resource-types/aws/s3/bucket.ts";
const ownedFile = "insights/aws/s3/owned.ts";
const frameworkFile = "frameworks/basics.ts";
const sound: Files = { [bucketFile]: bucket, [ownedFile]: owned, [frameworkFile]: basics };

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

async function folderOf(files: Files): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "skywarden-catalog-"));
  folders.push(folder);
  for (const [file, literal] of Object.entries(files)) {
    const path = join(folder, file);
    await mkdir(dirname(path), { recursive: true });
    if (file.endsWith("/")) await mkdir(path, { recursive: true });
    else
      await writeFile(
        path,
        typeof literal === "string" ? literal : `export default ${JSON.stringify(literal)};\n`,
      );
  }
  return folder;
}

async function errorsOf(files: Files): Promise<readonly string[]> {
  const folder = await folderOf(files);
  const refused = await loadCatalog(folder).then(
    () => null,
    (cause: unknown) => cause,
  );
  if (!(refused instanceof CatalogRefused)) throw refused ?? new Error("The catalog was accepted");
  return refused.errors;
}

const type = (change: Literal): Files => ({ ...sound, [bucketFile]: { ...bucket, ...change } });
const insight = (change: Literal): Files => ({ ...sound, [ownedFile]: { ...owned, ...change } });
const ghost = { op: "exists", type: "aws.s3.ghost", where: "cloud" };
const related = { op: "related", direction: "out", quantifier: "any", outside: "unknown" };

const faults: [string, Files, string][] = [
  [
    "an id that is not its path",
    insight({ id: "aws.s3.other" }),
    "its id is aws.s3.other, its path says aws.s3.owned",
  ],
  ["a duplicate id", { ...sound, "insights/aws/s3.owned.ts": owned }, "the id aws.s3.owned is used twice"],
  [
    "a former id that is taken",
    insight({ formerly: ["aws.s3.bucket", "aws.s3.owned"] }),
    "aws.s3.owned is used twice",
  ],
  [
    "no default export",
    { ...sound, [ownedFile]: "export const rule = 1;\n" },
    `${ownedFile}: no default export`,
  ],
  ["a file that cannot be read", { ...sound, [ownedFile]: 'import "./gone.ts";\n' }, "cannot be imported"],
  [
    "an empty folder",
    { ...sound, "insights/aws/ec2/": "" },
    "insights/aws/ec2: no definition in this folder",
  ],
  [
    "a missing folder",
    { [bucketFile]: bucket, [ownedFile]: { ...owned, frameworks: {} } },
    "frameworks: no definition",
  ],
  ["an unknown framework", insight({ frameworks: { nothing: ["1"] } }), "the framework nothing is unknown"],
  ["an unknown control", insight({ frameworks: { basics: ["2"] } }), "basics has no control 2"],
  [
    "a control listed twice",
    {
      ...sound,
      [frameworkFile]: {
        ...basics,
        controls: [
          { id: "1", title: "a" },
          { id: "1", title: "b" },
        ],
      },
    },
    "the control 1 is listed twice",
  ],
  ["an unknown resource type", insight({ on: "aws.s3.ghost" }), "it judges the unknown type aws.s3.ghost"],
  ["an unknown severity", insight({ severity: "urgent" }), "the severity urgent is unknown"],
  ["an unknown operator", insight({ passes: { op: "maybe" } }), "the rule at /op"],
  [
    "a rule with an unknown field",
    insight({ passes: { op: "isSet", path: "Acl", deep: true } }),
    "Unknown field deep",
  ],
  [
    "an applies that is no rule",
    insight({
      applies: { op: "isSet" },
      examples: { ...(owned.examples as Literal), notApplicable: [{ document: {} }] },
    }),
    "the rule",
  ],
  [
    "a rule over an unknown type",
    insight({ passes: ghost }),
    "the rule looks at the unknown type aws.s3.ghost",
  ],
  [
    "an unknown relation",
    insight({ passes: { ...related, relation: "feeds", type: "aws.s3.bucket" } }),
    "aws.s3.bucket has no relation feeds to aws.s3.bucket",
  ],
  [
    "a relation at a distance",
    insight({ passes: { ...related, relation: "logsTo", type: "aws.s3.bucket", rule: ghost } }),
    "unknown type aws.s3.ghost",
  ],
  [
    "no failing example",
    insight({ examples: { ...(owned.examples as Literal), fail: [] } }),
    "no example for the verdict fail",
  ],
  [
    "no example that is not applicable",
    insight({ applies: { op: "isSet", path: "Name" } }),
    "no example for the verdict not-applicable",
  ],
  [
    "an operation that the client does not have",
    type({ list: { ...listBuckets, operation: "ListPails" } }),
    "@aws-sdk/client-s3 has no operation ListPails",
  ],
  ["a client that is not installed", type({ client: "s4" }), "@aws-sdk/client-s4 is not installed"],
  [
    "an operation without an IAM action",
    type({
      details: [
        { ...getAcl, operation: "GetObjectTorrent" },
        { ...getAcl, operation: "GetBucketNotification", into: "N" },
      ],
    }),
    "has no operation GetBucketNotification",
  ],
  [
    "an operation that writes",
    type({ details: [{ ...getAcl, operation: "PutBucketPolicy" }] }),
    "is Permissions management",
  ],
  [
    "an unknown IAM action",
    type({
      details: [
        { ...getAcl, operation: "CreateSession" },
        { ...getAcl, operation: "ListDirectoryBuckets", into: "D" },
      ],
    }),
    "no IAM action s3:ListDirectoryBuckets",
  ],
  [
    "a detail that goes nowhere",
    type({ details: [{ ...getAcl, into: undefined }] }),
    "GetBucketAcl does not say what property it goes into",
  ],
  ["a property filled twice", type({ details: [getAcl, getAcl] }), "two calls fill Acl"],
  [
    "a condition that is no rule",
    type({ details: [{ ...getAcl, when: { op: "not" } }] }),
    "the condition of GetBucketAcl",
  ],
  ["a singleton with an id of its items", type({ list: null }), "its id is @account or @region"],
  [
    "a relation to an unknown type",
    type({ relations: { by: { to: "aws.kms.ghost", by: "KeyId" } } }),
    "leads to the unknown type aws.kms.ghost",
  ],
];

describe("a fault refuses the catalog", () => {
  test.each(faults)("%s", async (_, files, expected) => {
    expect((await errorsOf(files)).join("\n")).toContain(expected);
  });

  test("all errors are told at once", async () => {
    const errors = await errorsOf({
      ...type({ client: "s4" }),
      ...{ [ownedFile]: { ...owned, severity: "urgent" } },
    });
    expect(errors.length).toBeGreaterThanOrEqual(2);
    expect(errors.join("\n")).toContain("urgent");
    expect(errors.join("\n")).toContain("client-s4");
  });
});

describe("a sound catalog", () => {
  test("is indexed and frozen", async () => {
    const catalog = await loadCatalog(await folderOf(insight({ formerly: ["aws.s3.has-owner"] })));
    expect(catalog.insightsOn("aws.s3.bucket").map(({ id }) => id)).toEqual(["aws.s3.owned"]);
    expect(catalog.insightsFor("basics", "1").map(({ id }) => id)).toEqual(["aws.s3.owned"]);
    expect(catalog.insightsFor("basics", "2")).toEqual([]);
    expect(catalog.actionsOf("aws.s3.bucket")).toEqual(["s3:GetBucketAcl", "s3:ListAllMyBuckets"]);
    expect(catalog.currentId("aws.s3.has-owner")).toBe("aws.s3.owned");
    expect(catalog.currentId("aws.s3.never")).toBeUndefined();
    expect(() => catalog.insightsOn("aws.s3.ghost")).toThrow("no resource type aws.s3.ghost");
    expect(() => {
      (catalog.insights.get("aws.s3.owned") as { title: string }).title = "changed";
    }).toThrow(TypeError);
  });

  test("has a generation that follows its rules and types, not its words", async () => {
    const generationOf = async (files: Files) => (await loadCatalog(await folderOf(files))).generation;
    const first = await generationOf(sound);
    expect(await generationOf(insight({ title: "Other words", severity: "high" }))).toBe(first);
    expect(await generationOf(insight({ passes: { path: "Acl.Owner", op: "isSet" } }))).toBe(first);
    expect(await generationOf(insight({ passes: { op: "isSet", path: "Acl.Owner.ID" } }))).not.toBe(first);
    expect(await generationOf(type({ volatile: ["Acl"] }))).not.toBe(first);
  });

  test("is ours, with at least 40 insights, read once", async () => {
    const catalog = await loadCatalog();
    expect(catalog.insights.size).toBeGreaterThanOrEqual(40);
    expect(catalog.allHarvestActions()).toContain("s3:GetAccountPublicAccessBlock");
    expect(await loadCatalog()).toBe(catalog);
  });
});
