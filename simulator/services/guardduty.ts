// GuardDuty: the one detector of a region with its features, publishing destinations, and findings that a world holds.
import type * as aws from "@aws-sdk/client-guardduty";
import type { Call, ServiceDefinition } from "../operation.ts";
import type { Stored } from "../stored.ts";
import {
  createDestination,
  createDetector,
  destinationOf,
  detectors,
  getDetector,
  needed,
  notOwned,
  updateDetector,
} from "./guardduty/detector.ts";
import { organizationAdminOperations } from "./organization-admin.ts";
import { arnIn, pageAs, permissionsOn, records, tagOperations } from "./records.ts";

/** Value of "guardduty:finding" under its id. */
export type StoredFinding = Stored<aws.Finding> & { Id: string };

const findings = records<StoredFinding>("guardduty:finding", "Id", notOwned);
const detectorArn = (call: Call, id: string) => arnIn(call, "guardduty", `detector/${id}`);
const paging = {
  limit: "MaxResults",
  token: "NextToken",
  standard: 50,
  most: 50,
  code: "BadRequestException",
};

function listFindings(call: Call<aws.ListFindingsRequest>) {
  needed(call);
  const { Criterion = {} } = call.input.FindingCriteria ?? {};
  const all = findings.list(call).filter((finding) =>
    Object.entries(Criterion).every(([field, { Equals, Eq, GreaterThanOrEqual, Gte }]) => {
      const value = valueAt(finding, field);
      const values = Equals ?? Eq;
      const least = GreaterThanOrEqual ?? Gte;
      return (
        (!values || values.includes(String(value))) && (least === undefined || Number(value) >= Number(least))
      );
    }),
  );
  return pageAs(
    call,
    "FindingIds",
    all.map((each) => each.Id),
    paging,
  );
}

/** Criteria name fields in lower camel case: "service.archived". */
function valueAt(finding: object, path: string): unknown {
  let value: unknown = finding;
  for (const step of path.split("."))
    value = (value as Record<string, unknown> | undefined)?.[step.charAt(0).toUpperCase() + step.slice(1)];
  return value;
}

const archiving = (Archived: boolean) => (call: Call<aws.ArchiveFindingsRequest>) => {
  needed(call);
  for (const id of call.input.FindingIds ?? []) {
    const finding = findings.need(call, id);
    findings.change(call, finding, { Service: { ...finding.Service, Archived } });
  }
  return {};
};

const onDetector =
  "GetDetector UpdateDetector DeleteDetector ListFindings GetFindings ArchiveFindings UnarchiveFindings CreatePublishingDestination DescribePublishingDestination DeletePublishingDestination ListPublishingDestinations".split(
    " ",
  );

export const guardduty: ServiceDefinition = {
  client: "guardduty",
  operations: {
    ListDetectors: (call) =>
      pageAs(
        call,
        "DetectorIds",
        detectors.list(call).map((each) => each.DetectorId),
        paging,
      ),
    GetDetector: getDetector,
    CreateDetector: createDetector,
    UpdateDetector: updateDetector,
    DeleteDetector: (call: Call<aws.DeleteDetectorRequest>) => {
      detectors.remove(call, needed(call));
      return {};
    },
    ListFindings: listFindings,
    GetFindings: (call: Call<aws.GetFindingsRequest>) => {
      needed(call);
      return { Findings: (call.input.FindingIds ?? []).flatMap((id) => findings.find(call, id) ?? []) };
    },
    ArchiveFindings: archiving(true),
    UnarchiveFindings: archiving(false),
    ListPublishingDestinations: (call: Call<aws.ListPublishingDestinationsRequest>) =>
      pageAs(call, "Destinations", needed(call).destinations, paging),
    DescribePublishingDestination: (call: Call<aws.DescribePublishingDestinationRequest>) => {
      const { Properties, ...destination } = destinationOf(call);
      return { ...destination, DestinationProperties: Properties, PublishingFailureStartTimestamp: 0 };
    },
    CreatePublishingDestination: createDestination,
    DeletePublishingDestination: (call: Call<aws.DeletePublishingDestinationRequest>) => {
      const gone = destinationOf(call);
      const detector = needed(call);
      detectors.change(call, detector, {
        destinations: detector.destinations.filter((each) => each !== gone),
      });
      return {};
    },
    ...organizationAdminOperations({
      kind: "guardduty:organization-admin",
      servicePrincipal: "guardduty.amazonaws.com",
      idMember: "AdminAccountId",
      statusMember: "AdminStatus",
      refused: "BadRequestException",
    }),
    ...tagOperations(
      {
        tag: "TagResource",
        untag: "UntagResource",
        list: "ListTagsForResource",
        arn: "ResourceArn",
        form: "map",
        invalid: "BadRequestException",
      },
      (call, arn) => {
        const detector = detectors.need(call, arn.split("detector/")[1]);
        return {
          tags: detector.tagMap,
          store: (tagMap) => void detectors.change(call, detector, { tagMap }),
        };
      },
    ),
  },
  permissions: permissionsOn("guardduty", onDetector, (call: Call<{ DetectorId: string }>) =>
    detectorArn(call, call.input.DetectorId),
  ),
};
