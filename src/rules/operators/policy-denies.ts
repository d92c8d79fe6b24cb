// The policy document at the path (object, or JSON text) refuses everybody (Principal "*" or
// {"AWS": "*"}) all of the actions on the resource's ARN plus suffix, while one condition key has
// one value, in one statement whose only condition that is (Bool, StringEquals or
// NumericLessThan, …IfExists too; ASCII case-insensitive). A further condition would let some
// requests through, so such a statement does not count.
//  - Absent, null or blank text: false. Unreadable document: unknown. A statement that is no
//    object is unknown, unless another one already makes it true.
import Type from "typebox";
import { limits, path, text } from "../fields.ts";
import { asciiLower } from "../glob.ts";
import { defineOperator } from "../operator.ts";
import type { DenyQuestion } from "../policy.ts";

export const policyDenies = defineOperator<"policyDenies">({
  op: "policyDenies",
  fields: {
    path,
    actions: Type.Array(text, { minItems: 1, maxItems: limits.listLength }),
    conditionKey: text,
    conditionValue: text,
    resourceSuffix: Type.Optional(text),
  },
  path: (node) => node.path,
  maybeUnknown: true,
  js: (node, scope, target) =>
    scope.underGap(node.path, target, () => {
      const question: DenyQuestion = {
        actions: node.actions.map(asciiLower),
        conditionKey: asciiLower(node.conditionKey),
        conditionValue: asciiLower(node.conditionValue),
        resourceSuffix: node.resourceSuffix ?? "",
      };
      const constant = scope.constant(JSON.stringify(question));
      scope.line(
        `${target} = runtime.policyDenies(${scope.read(node.path)}, ${constant}, ${scope.read("@arn")});`,
      );
    }),
  sql: (node, scope) =>
    scope.underGap(
      node.path,
      `rule_policy_denies(${scope.read(node.path)}, ${scope.value(node.actions.map(asciiLower), "text[]")},
        ${scope.value(node.conditionKey, "text")}, ${scope.value(node.conditionValue, "text")},
        coalesce(${scope.resource}.arn, '') || ${scope.value(node.resourceSuffix ?? "", "text")})`,
    ),
});
