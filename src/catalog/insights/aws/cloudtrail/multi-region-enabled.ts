import { defineInsight } from "#catalog/define.ts";
import { and, any, contains, equals, exists, isTrue, or, related } from "#rules/build.ts";

// Read and write management events, in the old form of selectors or in the new one.
const recordsManagementEvents = or(
  any("Selectors.EventSelectors", and(isTrue("IncludeManagementEvents"), equals("ReadWriteType", "All"))),
  any(
    "Selectors.AdvancedEventSelectors",
    any("FieldSelectors", and(equals("Field", "eventCategory"), contains("Equals", "Management"))),
  ),
);
const good = and(isTrue("IsMultiRegionTrail"), isTrue("Status.IsLogging"), recordsManagementEvents);

const type = "aws.cloudtrail.trail";
const selectors = { EventSelectors: [{ IncludeManagementEvents: true, ReadWriteType: "All" }] };
const trail = { IsMultiRegionTrail: true, Status: { IsLogging: true }, Selectors: selectors };
const own = (document: object) => ({ document: {}, related: [{ type, document: { ...document } }] });
const advanced = (field: string, category: string) => ({
  ...trail,
  Selectors: {
    AdvancedEventSelectors: [{ FieldSelectors: [{ Field: field, Equals: [category] }] }],
  },
});

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
      own(trail),
      own(advanced("eventCategory", "Management")),
      { document: {}, related: [{ relation: "trail", type, document: trail }] },
    ],
    fail: [
      { document: {}, related: [] },
      own({ ...trail, IsMultiRegionTrail: false }),
      own({ ...trail, Status: { IsLogging: false } }),
      own({
        ...trail,
        Selectors: { EventSelectors: [{ IncludeManagementEvents: true, ReadWriteType: "WriteOnly" }] },
      }),
      own(advanced("eventCategory", "Data")),
      own(advanced("eventName", "Management")),
    ],
    unknown: [{ document: {}, related: "unseen" }],
  },
});
