import * as aws from "@aws-sdk/client-accessanalyzer";
import { expect, test } from "vitest";
import { checkCalls, startWire } from "./wire-clients.ts";

const wire = startWire();
const client = () => wire.client(aws.AccessAnalyzerClient, "eu-north-1");
const analyzerName = "account";
let analyzerArn = "";
const get = () => client().send(new aws.GetAnalyzerCommand({ analyzerName }));
const create = (name: string) =>
  client().send(new aws.CreateAnalyzerCommand({ analyzerName: name, type: "ACCOUNT", tags: { a: "1" } }));
const filter = { resourceType: { eq: ["AWS::S3::Bucket"] } };

checkCalls([
  ["none at first", () => client().send(new aws.ListAnalyzersCommand({})), { analyzers: [] }],
  ["a name that is none", () => create("1st"), "400 ValidationException"],
  [
    "an analyzer",
    async () => {
      analyzerArn = (await create(analyzerName)).arn ?? "";
      return { analyzerArn };
    },
    { analyzerArn: expect.stringMatching(/^arn:aws:access-analyzer:eu-north-1:\d{12}:analyzer\/account$/) },
  ],
  ["the same again", () => create(analyzerName), "409 ConflictException"],
  ["one per type", () => create("second"), "402 ServiceQuotaExceededException"],
  ["is shown", get, { analyzer: { status: "ACTIVE", type: "ACCOUNT", tags: { a: "1" } } }],
  [
    "a rule",
    () => client().send(new aws.CreateArchiveRuleCommand({ analyzerName, ruleName: "buckets", filter })),
    {},
  ],
  [
    "is listed",
    () => client().send(new aws.ListArchiveRulesCommand({ analyzerName })),
    { archiveRules: [{ ruleName: "buckets", filter }] },
  ],
  [
    "is deleted",
    () => client().send(new aws.DeleteArchiveRuleCommand({ analyzerName, ruleName: "buckets" })),
    {},
  ],
  [
    "for good",
    () => client().send(new aws.GetArchiveRuleCommand({ analyzerName, ruleName: "buckets" })),
    "404 ResourceNotFoundException",
  ],
  ["no findings", () => client().send(new aws.ListFindingsCommand({ analyzerArn })), { findings: [] }],
  [
    "tags",
    () => client().send(new aws.TagResourceCommand({ resourceArn: analyzerArn, tags: { b: "2" } })),
    {},
  ],
  [
    "less of them",
    () => client().send(new aws.UntagResourceCommand({ resourceArn: analyzerArn, tagKeys: ["a"] })),
    {},
  ],
  [
    "are shown",
    () => client().send(new aws.ListTagsForResourceCommand({ resourceArn: analyzerArn })),
    { tags: { b: "2" } },
  ],
  ["deleted", () => client().send(new aws.DeleteAnalyzerCommand({ analyzerName })), {}],
  ["for good", get, "404 ResourceNotFoundException"],
]);

test("pages hold every rule once", async () => {
  await create(analyzerName);
  for (let index = 0; index < 5; index++)
    await client().send(
      new aws.CreateArchiveRuleCommand({ analyzerName, ruleName: `rule-${index}`, filter }),
    );
  const names: (string | undefined)[] = [];
  for await (const page of aws.paginateListArchiveRules({ client: client(), pageSize: 2 }, { analyzerName }))
    names.push(...(page.archiveRules ?? []).map((each) => each.ruleName));
  expect(names).toEqual(["rule-0", "rule-1", "rule-2", "rule-3", "rule-4"]);
});
