import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { loadCatalog } from "#catalog/load.ts";
import { paginationOf } from "./pagination.ts";

const require = createRequire(import.meta.url);
const { resourceTypes } = await loadCatalog();
/** Those that anything is harvested from; the simulator speaks more. */
const clients = new Set(
  [...resourceTypes.values()].flatMap(({ client, list, details }) =>
    [...(list ? [list] : []), ...details].map((one) => one.client ?? client),
  ),
);

/** What the SDK pages otherwise, and no inventory needs: parts and annotations of one object, log text, engine defaults. */
const otherwise = [
  "rds:DescribeEngineDefaultClusterParameters",
  "rds:DescribeEngineDefaultParameters",
  "rds:DownloadDBLogFilePortion",
  "s3:ListDirectoryBuckets",
  "s3:ListObjectAnnotations",
  "s3:ListParts",
];

test("every operation that the SDK pages is paged the same way", () => {
  const different: string[] = [];
  let compared = 0;
  for (const client of clients) {
    // Its paginators are functions that do not tell their members; the source does.
    const source = readFileSync(require.resolve(`@aws-sdk/client-${client}`), "utf8");
    for (const [, name = "", rest = ""] of source.matchAll(
      /createPaginator\(\w+, (\w+)Command, ([^)]*)\)/g,
    )) {
      const [inputToken, outputToken, limitKey] = rest
        .split(",")
        .map((text) => text.trim().replaceAll('"', ""));
      const ours = paginationOf(client, name);
      compared++;
      const isSame =
        ours?.inputToken === inputToken &&
        ours?.outputToken === outputToken &&
        (ours?.limitKey ?? "") === limitKey;
      if (!isSame) different.push(`${client}:${name}`);
    }
  }
  expect(compared).toBeGreaterThan(300);
  expect(different.sort()).toEqual(otherwise);
});

test("no list of EC2 is asked for more a page than its documentation allows", () => {
  const folder = join(dirname(require.resolve("@aws-sdk/client-ec2/package.json")), "dist-types/models");
  const tooMany: string[] = [];
  let compared = 0;
  for (const file of readdirSync(folder)) {
    const text = readFileSync(join(folder, file), "utf8");
    for (const [, name = "", body = ""] of text.matchAll(/interface (\w+)Request \{(.*?)\n\}/gs)) {
      const about = /\/\*\*((?:(?!\*\/).)*?)\*\/\s*MaxResults\?:/s
        .exec(body)?.[1]
        ?.replaceAll(/[\s*]+/g, " ");
      const most = /between \d+ and ([\d,]+)|range: \d+ - (\d+)|limit of (\d+)/.exec(about ?? "");
      if (!most) continue;
      const documented = Number((most[1] ?? most[2] ?? most[3] ?? "").replace(",", ""));
      compared++;
      if ((paginationOf("ec2", name)?.limit ?? 0) > documented) tooMany.push(name);
    }
  }
  expect(compared).toBeGreaterThan(15);
  expect(tooMany).toEqual([]);
});

const cases: [client: string, operation: string, expected: ReturnType<typeof paginationOf>][] = [
  [
    "ec2",
    "DescribeInstances",
    { inputToken: "NextToken", outputToken: "NextToken", limitKey: "MaxResults", limit: 1000 },
  ],
  [
    "ec2",
    "DescribeRouteTables",
    { inputToken: "NextToken", outputToken: "NextToken", limitKey: "MaxResults", limit: 100 },
  ],
  ["kms", "ListKeys", { inputToken: "Marker", outputToken: "NextMarker", limitKey: "Limit", limit: 1000 }],
  [
    "kms",
    "ListResourceTags",
    { inputToken: "Marker", outputToken: "NextMarker", limitKey: "Limit", limit: 50 },
  ],
  [
    "lambda",
    "ListFunctions",
    { inputToken: "Marker", outputToken: "NextMarker", limitKey: "MaxItems", limit: 50 },
  ],
  [
    "iam",
    "GetAccountAuthorizationDetails",
    { inputToken: "Marker", outputToken: "Marker", limitKey: "MaxItems", limit: 1000 },
  ],
  [
    "s3",
    "ListBuckets",
    {
      inputToken: "ContinuationToken",
      outputToken: "ContinuationToken",
      limitKey: "MaxBuckets",
      limit: 1000,
    },
  ],
  [
    "cloudtrail",
    "ListTags",
    { inputToken: "NextToken", outputToken: "NextToken", limitKey: null, limit: null },
  ],
  ["cloudtrail", "DescribeTrails", null],
  ["s3", "GetBucketAcl", null],
];
test.each(cases)("%s:%s", (client, operation, expected) => {
  expect(paginationOf(client, operation)).toEqual(expected);
});
