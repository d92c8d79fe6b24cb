import { expect, test } from "vitest";
import { badgeQuery, badgeText, badgeTokens, withBadges } from "./filter-badges.ts";
import { parseFilter } from "./filter-text.ts";

const keys = ["severity", ...badgeTokens];

test.each([
  ["badge:env=prod severity:high", { badge: ["env:prod"], badgeOperator: undefined }, "badge:env=prod"],
  [
    'badge:env match:any badge:"team=a b"',
    { badge: ["env", "team:a b"], badgeOperator: "or" },
    'badge:env match:any badge:"team=a b"',
  ],
  [
    String.raw`badge:aws\:stack\=x=web:1=2`,
    { badge: [String.raw`aws\:stack=x:web:1=2`], badgeOperator: undefined },
    String.raw`badge:aws\:stack\=x=web:1=2`,
  ],
  ["severity:high", { badge: [], badgeOperator: undefined }, ""],
])("%s asks for its badges, and keeps them (S22, S106)", (line, query, text) => {
  const filter = parseFilter(line, keys);
  expect(badgeQuery(filter)).toEqual(query);
  expect(badgeText(filter)).toBe(text);
});

test.each([
  ["/clouds?filter=status:warning", "badge:env=prod", "/clouds?filter=status%3Awarning+badge%3Aenv%3Dprod"],
  ["/findings", "badge:env=prod", "/findings?filter=badge%3Aenv%3Dprod"],
  ["/organizations/org_1", "badge:env=prod", "/organizations/org_1"],
  ["/findings/fnd_1", "badge:env=prod", "/findings/fnd_1"],
  ["/clouds?filter=status:warning", "", "/clouds?filter=status:warning"],
])("a link to %s stays within %s", (path, badges, expected) => {
  expect(withBadges(path, badges)).toBe(expected);
});
