// The policy document at the path (object, or JSON text) has an Allow statement that lets the
// principal do one of the actions. What each statement means is in policy.ts.
//  - Absent, null or blank text: no policy, false. Anything that is no readable document: unknown.
//  - A statement that is no object is unknown, unless another one already makes it true.
//  - Deny statements are not subtracted.
//  - "anyone": Principal "*" or {"AWS": "*"}, or NotPrincipal, unless a Condition narrows it to a
//    fixed account, organization, principal, network or source by an operator that fails when
//    the key is absent. "other-accounts": that, or an AWS principal whose account is not @account
//    (service, federated and canonical users, and ids of deleted principals do not count).
//    "attached": an identity policy, principals are not looked at.
//  - Action and NotAction globs, ASCII case-insensitive. An asked action is matched as it is
//    written: "s3:*" is covered by "s3:*" and "*", not by "s3:Get*". Asked "*" is full
//    administration: Action "*" or "*:*". Without `actions` any action counts.
import Type from "typebox";
import { alternatives, limits, path, text } from "../fields.ts";
import { asciiLower } from "../glob.ts";
import { defineOperator } from "../operator.ts";
import type { AllowQuestion } from "../policy.ts";

export const policyAllows = defineOperator<"policyAllows">({
  op: "policyAllows",
  fields: {
    path,
    principal: alternatives(["anyone", "other-accounts", "attached"]),
    actions: Type.Optional(Type.Array(text, { minItems: 1, maxItems: limits.listLength })),
    onEverything: Type.Optional(Type.Boolean()),
  },
  path: (node) => node.path,
  maybeUnknown: true,
  js: (node, scope, target) =>
    scope.underGap(node.path, target, () => {
      const question: AllowQuestion = {
        principal: node.principal,
        actions: node.actions?.map(asciiLower) ?? null,
        onEverything: node.onEverything ?? false,
      };
      const constant = scope.constant(JSON.stringify(question));
      scope.line(
        `${target} = runtime.policyAllows(${scope.read(node.path)}, ${constant}, ${scope.read("@account")});`,
      );
    }),
  sql: (node, scope) =>
    scope.underGap(
      node.path,
      `rule_policy_allows(${scope.read(node.path)}, ${scope.value(node.principal, "text")},
        ${scope.value(node.actions?.map(asciiLower) ?? null, "text[]")},
        ${scope.value(node.onEverything ?? false, "boolean")}, ${scope.resource}.account_id)`,
    ),
});
