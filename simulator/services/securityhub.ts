// Security Hub: switched on or off per region, its standards, and findings that a world holds.
import type * as aws from "@aws-sdk/client-securityhub";
import { AwsFault, type Call, type ServiceDefinition } from "../operation.ts";
import type { Stored } from "../stored.ts";
import { organizationAdminOperations } from "./organization-admin.ts";
import { arnIn, given, pageAs, records, type Tagged, tagMapOf, tagOperations } from "./records.ts";

/** Value of "securityhub:hub" under "default": absent = off. */
export interface StoredHub extends Tagged, Stored<aws.DescribeHubResponse> {
  HubArn: string;
  name: "default";
  standards: Stored<aws.StandardsSubscription>[];
}

/** Value of "securityhub:finding" under its id. */
export type StoredFinding = Stored<aws.AwsSecurityFinding> & { Id: string };

const off = (_: string, call: Call) =>
  new AwsFault(
    "InvalidAccessException",
    `Account ${call.accountId} is not subscribed to AWS Security Hub`,
    401,
  );
const hubs = records<StoredHub>("securityhub:hub", "name", off);
const findings = records<StoredFinding>("securityhub:finding", "Id", off);
const needed = (call: Call) => hubs.need(call, "default");
const paging = {
  limit: "MaxResults",
  token: "NextToken",
  standard: 100,
  most: 100,
  code: "InvalidInputException",
};

/** The last part of the ARNs of standards, and which come with a new hub. */
export const standards: [path: string, name: string, isDefault: boolean][] = [
  [
    "aws-foundational-security-best-practices/v/1.0.0",
    "AWS Foundational Security Best Practices v1.0.0",
    true,
  ],
  ["cis-aws-foundations-benchmark/v/1.2.0", "CIS AWS Foundations Benchmark v1.2.0", true],
  ["cis-aws-foundations-benchmark/v/1.4.0", "CIS AWS Foundations Benchmark v1.4.0", false],
  ["cis-aws-foundations-benchmark/v/3.0.0", "CIS AWS Foundations Benchmark v3.0.0", false],
  ["nist-800-53/v/5.0.0", "NIST Special Publication 800-53 Revision 5", false],
  ["pci-dss/v/3.2.1", "PCI DSS v3.2.1", false],
];

/** CIS 1.2.0 is older than the regional form of ARNs. */
export function standardArn(partition: string, region: string, path: string): string {
  return path === "cis-aws-foundations-benchmark/v/1.2.0"
    ? `arn:${partition}:securityhub:::ruleset/${path}`
    : `arn:${partition}:securityhub:${region}::standards/${path}`;
}

export function subscription(partition: string, place: { region: string; accountId: string }, path: string) {
  return {
    StandardsSubscriptionArn: `arn:${partition}:securityhub:${place.region}:${place.accountId}:subscription/${path}`,
    StandardsArn: standardArn(partition, place.region, path),
    StandardsInput: {},
    StandardsStatus: "READY" as const,
    StandardsControlsUpdatable: "READY_FOR_UPDATES" as const,
  };
}

function enable(call: Call<aws.EnableSecurityHubRequest>) {
  const { EnableDefaultStandards = true, ControlFindingGenerator = "SECURITY_CONTROL", Tags } = call.input;
  if (hubs.find(call, "default"))
    throw new AwsFault("ResourceConflictException", "Account is already subscribed to Security Hub", 409);
  hubs.put(call, {
    name: "default",
    HubArn: arnIn(call, "securityhub", "hub/default"),
    SubscribedAt: call.now.toISOString(),
    AutoEnableControls: true,
    ControlFindingGenerator,
    standards: EnableDefaultStandards
      ? standards
          .filter(([, , isDefault]) => isDefault)
          .map(([path]) => subscription(call.world.partition, call, path))
      : [],
    tagMap: tagMapOf(Tags),
  });
  return {};
}

function describeHub(call: Call<aws.DescribeHubRequest>) {
  const hub = needed(call);
  if (call.input.HubArn && call.input.HubArn !== hub.HubArn)
    throw new AwsFault(
      "ResourceNotFoundException",
      "The request was rejected because the hub was not found.",
    );
  return hub;
}

function enableStandards(call: Call<aws.BatchEnableStandardsRequest>) {
  const hub = needed(call);
  const { partition } = call.world;
  const asked = (call.input.StandardsSubscriptionRequests ?? []).map(({ StandardsArn = "" }) => {
    const found = standards.find(([path]) => standardArn(partition, call.region, path) === StandardsArn);
    if (!found) throw new AwsFault("InvalidInputException", `Invalid standards ARN: ${StandardsArn}`);
    return subscription(partition, call, found[0]);
  });
  const others = hub.standards.filter((each) => !asked.some((one) => one.StandardsArn === each.StandardsArn));
  hubs.change(call, hub, { standards: [...others, ...asked] });
  return { StandardsSubscriptions: asked.map((each) => ({ ...each, StandardsStatus: "PENDING" })) };
}

function disableStandards(call: Call<aws.BatchDisableStandardsRequest>) {
  const hub = needed(call);
  const gone = (call.input.StandardsSubscriptionArns ?? []).map((arn) => {
    const found = hub.standards.find((each) => each.StandardsSubscriptionArn === arn);
    if (!found) throw new AwsFault("InvalidInputException", `Invalid StandardsSubscriptionArn: ${arn}`);
    return found;
  });
  hubs.change(call, hub, { standards: hub.standards.filter((each) => !gone.includes(each)) });
  return { StandardsSubscriptions: gone.map((each) => ({ ...each, StandardsStatus: "DELETING" })) };
}

function getFindings(call: Call<aws.GetFindingsRequest>) {
  needed(call);
  const { SeverityLabel, RecordState, WorkflowStatus, ResourceId } = call.input.Filters ?? {};
  const isOne = (filters: aws.StringFilter[] | undefined, value: string | undefined) =>
    !filters?.length || filters.some((each) => each.Value === value);
  const found = findings
    .list(call)
    .filter(
      (each) =>
        isOne(SeverityLabel, each.Severity?.Label) &&
        isOne(RecordState, each.RecordState) &&
        isOne(WorkflowStatus, each.Workflow?.Status) &&
        (!ResourceId?.length || each.Resources?.some((one) => isOne(ResourceId, one.Id))),
    );
  return pageAs(call, "Findings", found, paging);
}

function updateFindings(call: Call<aws.BatchUpdateFindingsRequest>) {
  needed(call);
  const ProcessedFindings = [];
  const UnprocessedFindings = [];
  for (const FindingIdentifier of call.input.FindingIdentifiers ?? []) {
    const finding = findings.find(call, FindingIdentifier.Id);
    if (!finding) {
      const ErrorMessage = "The finding was not found.";
      UnprocessedFindings.push({ FindingIdentifier, ErrorCode: "FindingNotFound", ErrorMessage });
      continue;
    }
    findings.change(call, finding, {
      ...(call.input.Workflow ? { Workflow: call.input.Workflow } : {}),
      UpdatedAt: call.now.toISOString(),
    });
    ProcessedFindings.push(FindingIdentifier);
  }
  return { ProcessedFindings, UnprocessedFindings };
}

export const securityhub: ServiceDefinition = {
  client: "securityhub",
  operations: {
    DescribeHub: describeHub,
    EnableSecurityHub: enable,
    UpdateSecurityHubConfiguration: (call: Call<aws.UpdateSecurityHubConfigurationRequest>) => {
      hubs.change(call, needed(call), given(call.input, "AutoEnableControls", "ControlFindingGenerator"));
      return {};
    },
    DisableSecurityHub: (call) => {
      const hub = hubs.find(call, "default");
      if (!hub)
        throw new AwsFault(
          "ResourceNotFoundException",
          `Account ${call.accountId} is not subscribed to AWS Security Hub`,
        );
      hubs.remove(call, hub);
      return {};
    },
    DescribeStandards: (call) =>
      pageAs(
        call,
        "Standards",
        standards.map(([path, Name, EnabledByDefault]) => ({
          StandardsArn: standardArn(call.world.partition, call.region, path),
          Name,
          EnabledByDefault,
        })),
        paging,
      ),
    GetEnabledStandards: (call: Call<aws.GetEnabledStandardsRequest>) => {
      const { StandardsSubscriptionArns: asked } = call.input;
      const found = needed(call).standards;
      return pageAs(
        call,
        "StandardsSubscriptions",
        asked?.length ? found.filter((each) => asked.includes(each.StandardsSubscriptionArn ?? "")) : found,
        paging,
      );
    },
    BatchEnableStandards: enableStandards,
    BatchDisableStandards: disableStandards,
    GetFindings: getFindings,
    BatchUpdateFindings: updateFindings,
    ListMembers: (call) => {
      needed(call);
      return { Members: [] };
    },
    ...organizationAdminOperations({
      kind: "securityhub:organization-admin",
      servicePrincipal: "securityhub.amazonaws.com",
      idMember: "AccountId",
      statusMember: "Status",
      refused: "InvalidInputException",
    }),
    ...tagOperations(
      {
        tag: "TagResource",
        untag: "UntagResource",
        list: "ListTagsForResource",
        arn: "ResourceArn",
        form: "map",
        invalid: "InvalidInputException",
      },
      (call) => {
        const hub = needed(call);
        return { tags: hub.tagMap, store: (tagMap) => void hubs.change(call, hub, { tagMap }) };
      },
    ),
  },
};
