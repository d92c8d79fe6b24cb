// Badges across clouds: which there are, changed for many clouds at once, written as CSV.
import Type from "typebox";
import { badgeFilters } from "./cloud.ts";
import { defineRoute, literals, nullable, queryOf } from "./route.ts";

export const listBadgeValues = defineRoute({
  name: "listBadgeValues",
  method: "GET",
  path: "/badges",
  summary: "Which badges there are and how many clouds have each, the most frequent first",
  permission: "estate:read",
  query: queryOf({
    q: Type.Optional(Type.String({ maxLength: 200 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 100 })),
  }),
  response: Type.Object({
    items: Type.Array(Type.Object({ key: Type.String(), value: Type.String(), clouds: Type.Integer() })),
  }),
});

export const maxBadgeRows = 10_000;
const badgeRow = Type.Object(
  {
    /** One of the two. */
    accountId: Type.Optional(Type.String({ maxLength: 200 })),
    cloudId: Type.Optional(Type.String({ maxLength: 200 })),
    key: Type.String({ maxLength: 5000 }),
    /** null or absent removes the badge; an empty text does too, unless it has no value anyhow. */
    value: Type.Optional(nullable(Type.String({ maxLength: 5000 }))),
  },
  { additionalProperties: false },
);
export const badgeChange = Type.Object({
  line: Type.Integer(),
  cloudId: Type.String(),
  accountId: Type.String(),
  cloudName: Type.String(),
  key: Type.String(),
  /** null: the cloud does not have it. */
  from: nullable(Type.String()),
  /** null: removed. */
  to: nullable(Type.String()),
});
export const refusedBadgeRow = Type.Object({
  /** Of the file, or the place in the list, from 1. */
  line: Type.Integer(),
  /** As the row names it. */
  cloud: Type.String(),
  key: Type.String(),
  code: literals([
    "unknown-cloud",
    "no-key",
    "too-long",
    "wrong-cells",
    "duplicate",
    "reserved-badge",
    "too-many-badges",
  ]),
  reason: Type.String(),
});
export const importBadges = defineRoute({
  name: "importBadges",
  method: "POST",
  path: "/badges/import",
  summary:
    "Change user badges of many clouds: a preview unless apply=true. Send CSV (accountId or cloudId, key, value) or rows",
  permission: "badges:write",
  query: queryOf({ apply: Type.Optional(Type.Boolean()) }),
  body: Type.Object(
    {
      rows: Type.Optional(Type.Array(badgeRow, { maxItems: maxBadgeRows })),
      /** The text of a CSV file; a body of text/csv is taken as this. */
      csv: Type.Optional(Type.String()),
    },
    { additionalProperties: false },
  ),
  consumes: "text/csv",
  maxBodyBytes: 8_388_608,
  response: Type.Object({
    applied: Type.Boolean(),
    /** Rows that say something. */
    rows: Type.Integer(),
    added: Type.Integer(),
    changed: Type.Integer(),
    removed: Type.Integer(),
    unchanged: Type.Integer(),
    clouds: Type.Integer(),
    changes: Type.Array(badgeChange),
    refused: Type.Array(refusedBadgeRow),
  }),
});

export const exportBadges = defineRoute({
  name: "exportBadges",
  method: "GET",
  path: "/badges/export",
  summary:
    "User badges as CSV, to be changed and imported again; a cloud without one has a row with an empty key",
  permission: "estate:read",
  query: queryOf(badgeFilters),
  response: Type.String(),
  produces: "text/csv",
});
