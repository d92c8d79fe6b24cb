import { defineInsight, type Example, type ExampleDocument } from "#catalog/define.ts";
import { and, any, contains, equals, exists, isTrue, none, or, related } from "#rules/build.ts";

// Read and write management events, in the old form of selectors or in the new one.
const recordsManagementEvents = or(
  any("Selectors.EventSelectors", and(isTrue("IncludeManagementEvents"), equals("ReadWriteType", "All"))),
  any(
    "Selectors.AdvancedEventSelectors",
    and(
      any("FieldSelectors", and(equals("Field", "eventCategory"), contains("Equals", "Management"))),
      none("FieldSelectors", equals("Field", "readOnly")),
    ),
  ),
);
const good = and(isTrue("IsMultiRegionTrail"), isTrue("Status.IsLogging"), recordsManagementEvents);

const type = "aws.cloudtrail.trail";
const trail = (Selectors: object) => ({ IsMultiRegionTrail: true, Status: { IsLogging: true }, Selectors });
const basic = (ReadWriteType: string, IncludeManagementEvents = true) =>
  trail({ EventSelectors: [{ IncludeManagementEvents, ReadWriteType }] });
const advanced = (...fields: [string, string][]) =>
  trail({
    AdvancedEventSelectors: [
      { FieldSelectors: fields.map(([Field, value]) => ({ Field, Equals: [value] })) },
    ],
  });
// The account's own trail, and one that reaches it from its organization.
const either = (document: ExampleDocument): Example[] => [
  { document: {}, related: [{ type, document }] },
  { document: {}, related: [{ relation: "trail", type, document }] },
];

export default defineInsight({
  id: "aws.cloudtrail.multi-region-enabled",
  title: "A trail records every region of the account",
  severity: "high",
  on: "aws.account.settings",
  // A trail of its own, or one that reaches it from another account: its organization's.
  passes: or(exists(type, "cloud", good), related("trail", type, { rule: good })),
  frameworks: { "cis-aws-5.0": ["3.1"], "cis-aws-7.0": ["4.1"], "aws-fsbp": ["CloudTrail.1"] },
  why: "Attackers like regions that nobody looks at. Without a trail there, what they did is forgotten after 90 days and cannot be searched centrally.",
  fix: {
    steps:
      "Best once for all accounts: an organization trail from the management account (Console: CloudTrail → Create trail → Enable for all accounts in my organization). CLI: aws cloudtrail create-trail --name … --s3-bucket-name … --is-multi-region-trail [--is-organization-trail], then aws cloudtrail start-logging --name …; keep management events on, read and write.",
  },
  examples: {
    pass: [
      ...either(basic("All")),
      ...either(advanced(["eventCategory", "Management"], ["eventSource", "kms.amazonaws.com"])),
    ],
    fail: [
      { document: {}, related: [] },
      ...either({ ...basic("All"), IsMultiRegionTrail: false }),
      ...either({ ...basic("All"), Status: { IsLogging: false } }),
      ...either(basic("WriteOnly")),
      ...either(basic("All", false)),
      ...either(advanced(["eventCategory", "Data"])),
      ...either(advanced(["eventCategory", "Management"], ["readOnly", "true"])),
    ],
    unknown: [{ document: {}, related: "unseen" }],
  },
});
