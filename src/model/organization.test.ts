import { expect, test } from "vitest";
import {
  type ListedAccount,
  memberRoleArn,
  type OrganizationFilters,
  placeAccount,
  reasonToLeaveOut,
} from "./organization.ts";

const account = (change: Partial<ListedAccount> = {}): ListedAccount => ({
  id: "111111111111",
  name: "Sandbox-Amara",
  email: null,
  state: "ACTIVE",
  joinedAt: null,
  unitIds: ["r-ab12", "ou-ab12-outer000", "ou-ab12-inner000"],
  ...change,
});
const filters = (change: Partial<OrganizationFilters> = {}): OrganizationFilters => ({
  excludedNamePrefixes: [],
  includedUnits: [],
  autoRemoveSuspended: false,
  autoBadge: false,
  ...change,
});

type Case = [
  title: string,
  account: Partial<ListedAccount>,
  filters: Partial<OrganizationFilters>,
  kind: string,
  becomesCloud: boolean,
];
const outer = "ou-ab12-outer000";
const cases: Case[] = [
  ["active", {}, {}, "wanted", true],
  ["prefix", {}, { excludedNamePrefixes: ["x", "Sandbox-"] }, "excluded", false],
  ["prefix in other case", {}, { excludedNamePrefixes: ["sANDBOX-"] }, "excluded", false],
  ["prefix in the middle of the name", {}, { excludedNamePrefixes: ["Amara"] }, "wanted", true],
  ["prefix is literal, no pattern", {}, { excludedNamePrefixes: ["Sand.*", "S*"] }, "wanted", true],
  ["the whole name", {}, { excludedNamePrefixes: ["sandbox-amara"] }, "excluded", false],
  ["directly under a chosen unit", {}, { includedUnits: ["ou-ab12-inner000"] }, "wanted", true],
  ["nested under a chosen unit", {}, { includedUnits: [outer] }, "wanted", true],
  ["the root is chosen", { unitIds: ["r-ab12"] }, { includedUnits: ["r-ab12"] }, "wanted", true],
  ["under none of the chosen units", {}, { includedUnits: ["ou-ab12-other000"] }, "excluded", false],
  [
    "exclusion wins over inclusion",
    {},
    { includedUnits: [outer], excludedNamePrefixes: ["sand"] },
    "excluded",
    false,
  ],
  ["not activated", { state: "PENDING_ACTIVATION" }, {}, "not-yet", false],
  ["suspended", { state: "SUSPENDED" }, {}, "suspended", true],
  ["suspended, to be removed", { state: "SUSPENDED" }, { autoRemoveSuspended: true }, "suspended", false],
  [
    "being closed stays until it is",
    { state: "PENDING_CLOSURE" },
    { autoRemoveSuspended: true },
    "suspended",
    true,
  ],
  ["closed", { state: "CLOSED" }, {}, "suspended", true],
  ["closed, to be removed", { state: "CLOSED" }, { autoRemoveSuspended: true }, "suspended", false],
  ["a state of tomorrow", { state: "FROZEN" }, { autoRemoveSuspended: true }, "not-yet", false],
  [
    "suspended outside the scope",
    { state: "SUSPENDED" },
    { excludedNamePrefixes: ["sand"] },
    "excluded",
    false,
  ],
];
test.each(cases)("%s", (_, changed, wanted, kind, becomesCloud) => {
  const placement = placeAccount(account(changed), filters(wanted));
  expect(placement.kind).toBe(kind);
  const reason = reasonToLeaveOut(placement);
  expect(reason === null).toBe(becomesCloud);
  if (reason !== null) expect(reason).toMatch(/^[A-Z].*\.$/);
});

const arns: [pattern: string, accountId: string, expected: string][] = [
  ["arn:aws:iam::111111111111:role/R", "222222222222", "arn:aws:iam::222222222222:role/R"],
  ["arn:aws-us-gov:iam::111111111111:role/a/R", "000000000001", "arn:aws-us-gov:iam::000000000001:role/a/R"],
  [
    "arn:aws:iam::111111111111:role/111111111111/R",
    "222222222222",
    "arn:aws:iam::222222222222:role/111111111111/R",
  ],
];
test.each(arns)("%s in %s", (pattern, accountId, expected) => {
  expect(memberRoleArn(pattern, accountId)).toBe(expected);
});
