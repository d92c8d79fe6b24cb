// The templates of the roles that Skywarden needs, filled in for whoever asks.
import Type from "typebox";
import { defineRoute, literals, queryOf } from "./route.ts";
import {
  deploymentRegion,
  organizationalUnitIds,
  roleParameters,
  roleTags,
  trustParameters,
} from "./template-parameters.ts";

export const templateNames = ["organization-role", "member-role", "install-role", "combined"] as const;
export const templateFormats = ["cloudformation", "terraform", "json", "cli"] as const;
export const roleTypes = ["standard", "standard-managed", "power-user"] as const;
export const getTemplate = defineRoute({
  name: "getTemplate",
  method: "GET",
  path: "/templates/:name",
  summary: "A template that creates a role Skywarden needs",
  permission: "estate:read",
  params: Type.Object({ name: literals(templateNames) }, { additionalProperties: false }),
  query: queryOf({
    format: Type.Optional(literals(templateFormats)),
    ...roleParameters,
    ...trustParameters,
    roleType: Type.Optional(literals(roleTypes)),
    tag: roleTags,
    /** combined: the root or the units that the StackSet deploys to. */
    organizationalUnitId: organizationalUnitIds,
    deploymentRegion,
    /** combined: how the StackSet goes through the accounts; a count goes before its percentage. */
    maxConcurrentCount: Type.Optional(Type.Integer({ minimum: 1, maximum: 99_999 })),
    maxConcurrentPercentage: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
    failureToleranceCount: Type.Optional(Type.Integer({ minimum: 0, maximum: 99_999 })),
    failureTolerancePercentage: Type.Optional(Type.Integer({ minimum: 0, maximum: 100 })),
    regionConcurrencyType: Type.Optional(literals(["SEQUENTIAL", "PARALLEL"])),
    /** CloudFormation with nothing filled in, as it is published. */
    unfilled: Type.Optional(Type.Boolean()),
  }),
  response: Type.String(),
  produces: "text/plain",
});
