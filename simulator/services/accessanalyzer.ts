// IAM Access Analyzer: analyzers with archive rules, and findings that a world holds.
import type * as aws from "@aws-sdk/client-accessanalyzer";
import { AwsFault, type Call, type ServiceDefinition } from "../operation.ts";
import type { Stored } from "../stored.ts";
import {
  arnIn,
  pageAs,
  permissionsOn,
  records,
  type Tagged,
  taggedAmong,
  tagMapOf,
  tagOperations,
} from "./records.ts";

/** Value of "accessanalyzer:analyzer" under its name. */
export interface StoredAnalyzer extends Tagged, Omit<Stored<aws.AnalyzerSummary>, "tags"> {
  name: string;
  arn: string;
  archiveRules: Stored<aws.ArchiveRuleSummary>[];
}

/** Value of "accessanalyzer:finding" under its id. */
export type StoredFinding = Stored<aws.FindingSummary> & { id: string; analyzerArn: string };

const missing = (name: string, call: Call) =>
  notFound(arnIn(call, "access-analyzer", `analyzer/${name}`), "Analyzer");
const notFound = (resourceId: string, resourceType: string) =>
  new AwsFault("ResourceNotFoundException", `${resourceType} not found: ${resourceId}`, 404, {
    details: { resourceId, resourceType },
  });
const analyzers = records<StoredAnalyzer>("accessanalyzer:analyzer", "name", missing);
const findings = records<StoredFinding>("accessanalyzer:finding", "id", (id) => notFound(id, "Finding"));
const needed = (call: Call<{ analyzerName?: string | undefined }>) =>
  analyzers.need(call, call.input.analyzerName);
const byArn = (call: Call<{ analyzerArn?: string | undefined }>) =>
  analyzers.need(call, call.input.analyzerArn?.split("analyzer/")[1]);
const shown = ({ tagMap, ...analyzer }: StoredAnalyzer) => ({ ...analyzer, tags: tagMap });
const paging = {
  limit: "maxResults",
  token: "nextToken",
  standard: 100,
  most: 100,
  code: "ValidationException",
};

function createAnalyzer(call: Call<aws.CreateAnalyzerRequest>) {
  const { analyzerName = "", type = "ACCOUNT", tags, archiveRules, configuration } = call.input;
  if (!/^[A-Za-z][\w.-]{0,254}$/.test(analyzerName))
    throw new AwsFault("ValidationException", `Invalid analyzer name: ${analyzerName}`);
  const arn = arnIn(call, "access-analyzer", `analyzer/${analyzerName}`);
  if (analyzers.find(call, analyzerName))
    throw new AwsFault("ConflictException", "Analyzer with that name already exists", 409, {
      details: { resourceId: arn, resourceType: "Analyzer" },
    });
  if (type.startsWith("ORGANIZATION") && call.accountId !== call.world.managementAccountId)
    throw new AwsFault(
      "ValidationException",
      "You must be the organization's management account or a delegated administrator",
    );
  if (analyzers.list(call).some((each) => each.type === type))
    throw new AwsFault(
      "ServiceQuotaExceededException",
      `You have reached the maximum number of analyzers of type ${type}`,
      402,
      { details: { resourceId: arn, resourceType: "Analyzer" } },
    );
  const at = call.now.toISOString();
  analyzers.put(call, {
    name: analyzerName,
    arn,
    type,
    status: "ACTIVE",
    createdAt: at,
    ...(configuration ? { configuration: configuration as never } : {}),
    archiveRules: (archiveRules ?? []).map(({ ruleName, filter }) => ({
      ruleName,
      filter,
      createdAt: at,
      updatedAt: at,
    })),
    tagMap: tagMapOf(tags),
  });
  return { arn };
}

function createRule(call: Call<aws.CreateArchiveRuleRequest>) {
  const analyzer = needed(call);
  const { ruleName, filter } = call.input;
  if (analyzer.archiveRules.some((each) => each.ruleName === ruleName))
    throw new AwsFault("ConflictException", "Archive rule with that name already exists", 409);
  const at = call.now.toISOString();
  const made = { ruleName, filter, createdAt: at, updatedAt: at };
  analyzers.change(call, analyzer, { archiveRules: [...analyzer.archiveRules, made] });
  return {};
}

function ruleOf(call: Call<{ analyzerName?: string | undefined; ruleName?: string | undefined }>) {
  const found = needed(call).archiveRules.find((each) => each.ruleName === call.input.ruleName);
  if (!found) throw notFound(call.input.ruleName ?? "", "ArchiveRule");
  return found;
}

function listFindings(call: Call<aws.ListFindingsRequest>) {
  const { arn } = byArn(call);
  const { status, resourceType } = call.input.filter ?? {};
  const found = findings
    .list(call)
    .filter(
      (each) =>
        each.analyzerArn === arn &&
        (!status?.eq || status.eq.includes(each.status ?? "")) &&
        (!resourceType?.eq || resourceType.eq.includes(each.resourceType ?? "")),
    );
  return pageAs(call, "findings", found, paging);
}

function updateFindings(call: Call<aws.UpdateFindingsRequest>) {
  byArn(call);
  for (const id of call.input.ids ?? [])
    findings.change(call, findings.need(call, id), {
      status: call.input.status,
      updatedAt: call.now.toISOString(),
    });
  return {};
}

const onAnalyzer =
  "GetAnalyzer UpdateAnalyzer CreateAnalyzer DeleteAnalyzer ListArchiveRules CreateArchiveRule UpdateArchiveRule DeleteArchiveRule".split(
    " ",
  );

export const accessanalyzer: ServiceDefinition = {
  client: "accessanalyzer",
  operations: {
    ListAnalyzers: (call: Call<aws.ListAnalyzersRequest>) => {
      const found = analyzers.list(call).filter((each) => !call.input.type || each.type === call.input.type);
      return pageAs(call, "analyzers", found.map(shown), paging);
    },
    GetAnalyzer: (call: Call<aws.GetAnalyzerRequest>) => ({ analyzer: shown(needed(call)) }),
    CreateAnalyzer: createAnalyzer,
    UpdateAnalyzer: (call: Call<aws.UpdateAnalyzerRequest>) => {
      const { configuration } = call.input;
      analyzers.change(call, needed(call), { configuration: configuration as never });
      return { configuration };
    },
    DeleteAnalyzer: (call: Call<aws.DeleteAnalyzerRequest>) => {
      const { arn } = analyzers.remove(call, needed(call));
      for (const finding of findings.list(call))
        if (finding.analyzerArn === arn) findings.remove(call, finding);
      return {};
    },
    ListArchiveRules: (call: Call<aws.ListArchiveRulesRequest>) =>
      pageAs(call, "archiveRules", needed(call).archiveRules, paging),
    CreateArchiveRule: createRule,
    GetArchiveRule: (call: Call<aws.GetArchiveRuleRequest>) => ({ archiveRule: ruleOf(call) }),
    UpdateArchiveRule: (call: Call<aws.UpdateArchiveRuleRequest>) => {
      const old = ruleOf(call);
      const changed = { ...old, filter: call.input.filter, updatedAt: call.now.toISOString() };
      const analyzer = needed(call);
      analyzers.change(call, analyzer, {
        archiveRules: analyzer.archiveRules.map((each) => (each === old ? changed : each)),
      });
      return {};
    },
    DeleteArchiveRule: (call: Call<aws.DeleteArchiveRuleRequest>) => {
      const old = ruleOf(call);
      const analyzer = needed(call);
      analyzers.change(call, analyzer, {
        archiveRules: analyzer.archiveRules.filter((each) => each !== old),
      });
      return {};
    },
    ListFindings: listFindings,
    ListFindingsV2: (call: Call<aws.ListFindingsV2Request>) =>
      pageAs(
        call,
        "findings",
        findings
          .list(call)
          .filter((each) => each.analyzerArn === byArn(call).arn)
          .map((each) => ({ ...each, findingType: "ExternalAccess" })),
        paging,
      ),
    GetFinding: (call: Call<aws.GetFindingRequest>) => {
      byArn(call);
      return { finding: findings.need(call, call.input.id) };
    },
    UpdateFindings: updateFindings,
    StartResourceScan: (call: Call<aws.StartResourceScanRequest>) => {
      byArn(call);
      return {};
    },
    ...tagOperations(
      {
        tag: "TagResource",
        untag: "UntagResource",
        list: "ListTagsForResource",
        arn: "resourceArn",
        tags: "tags",
        keys: "tagKeys",
        form: "map",
      },
      taggedAmong([analyzers as never], "arn", (arn) => notFound(arn, "Analyzer")),
    ),
  },
  permissions: {
    ...permissionsOn("access-analyzer", onAnalyzer, (call: Call<{ analyzerName: string }>) =>
      arnIn(call, "access-analyzer", `analyzer/${call.input.analyzerName}`),
    ),
    ...permissionsOn(
      "access-analyzer",
      ["ListFindings", "ListFindingsV2", "GetFinding", "UpdateFindings", "StartResourceScan"],
      (call: Call<{ analyzerArn: string }>) => call.input.analyzerArn,
    ),
  },
};
