// fast-check generators of rules without relations. For tests.
import fc from "fast-check";
import type { Rule } from "../tree.ts";
import { action, elementPath, number, own, path, scalar, text } from "./document-generators.ts";

const port = fc.constantFrom(0, 22, 80, 443, 65_535);

function leaf(at: fc.Arbitrary<string>): fc.Arbitrary<Rule> {
  const mostly = (name: string) => fc.oneof({ weight: 2, arbitrary: fc.constant(name) }, at);
  const one = (model: Record<string, unknown>): fc.Arbitrary<Rule> =>
    fc.record(
      Object.fromEntries(
        Object.entries(model).map(([key, field]) => [key, isArbitrary(field) ? field : fc.constant(field)]),
      ),
    ) as unknown as fc.Arbitrary<Rule>;
  return fc.oneof(
    one({ op: "equals", path: at, value: scalar }),
    one({ op: "in", path: at, values: fc.array(scalar, { minLength: 1, maxLength: 7 }) }),
    one({ op: "contains", path: at, value: scalar }),
    one({
      op: "matches",
      path: at,
      glob: fc.oneof(text, fc.constantFrom("*", "?", "a*", "*b", "*0*", "20??-*", "*\\*", "%?")),
    }),
    one({ op: "isSet", path: at }),
    one({ op: "greaterThan", path: at, value: number }),
    one({ op: "lessThan", path: at, value: number }),
    one({ op: "olderThan", path: mostly("When"), days: fc.constantFrom(0, 1, 10, 0.5, 700) }),
    one({
      op: "cidr",
      path: mostly("Where"),
      within: fc.array(fc.constantFrom("10.0.0.0/8", "0.0.0.0/0", "fd00::/8", "::/0", "10.0.0.1"), {
        minLength: 1,
        maxLength: 2,
      }),
    }),
    one({
      op: "portsOpen",
      path: mostly("Ports"),
      ports: fc.oneof(fc.constant("all" as const), fc.array(port, { minLength: 1, maxLength: 3 })),
      from: fc.constantFrom("internet" as const, "internet-ipv4" as const, "internet-ipv6" as const),
    }),
    fc.record(
      {
        op: fc.constant("policyAllows" as const),
        path: mostly("Policy"),
        principal: fc.constantFrom("anyone" as const, "other-accounts" as const, "attached" as const),
        actions: fc.array(action, { minLength: 1, maxLength: 2 }),
        onEverything: fc.boolean(),
      },
      { requiredKeys: ["op", "path", "principal"] },
    ),
    one({
      op: "policyDenies",
      path: mostly("Policy"),
      actions: fc.array(action, { minLength: 1, maxLength: 2 }),
      conditionKey: fc.constantFrom("aws:SecureTransport", "aws:SourceAccount"),
      conditionValue: fc.constantFrom("false", own),
      resourceSuffix: fc.constantFrom("", "/*"),
    }),
    fc.record(
      {
        op: fc.constant("tag" as const),
        key: fc.constantFrom("Owner", "é"),
        value: fc.constantFrom("a", ""),
      },
      { requiredKeys: ["op", "key"] },
    ),
  );
}

function isArbitrary(value: unknown): value is fc.Arbitrary<unknown> {
  return typeof value === "object" && value !== null && "generate" in value;
}

function branches(
  self: fc.Arbitrary<Rule>,
  inner: fc.Arbitrary<Rule>,
  at: fc.Arbitrary<string>,
): fc.Arbitrary<Rule>[] {
  const rules = fc.array(self, { minLength: 1, maxLength: 3 });
  const bound = fc.integer({ min: 0, max: 3 });
  const list = fc.oneof({ weight: 2, arbitrary: fc.constantFrom("L", "Ports") }, at);
  return [
    fc.record({ op: fc.constantFrom("and" as const, "or" as const), rules }),
    fc.record({ op: fc.constant("not" as const), rule: self }),
    fc.record({
      op: fc.constantFrom("any" as const, "all" as const, "none" as const),
      path: list,
      rule: inner,
    }),
    fc.oneof(
      fc.record({
        op: fc.constant("count" as const),
        path: list,
        rule: inner,
        atLeast: bound,
        atMost: bound,
      }),
      fc.record({ op: fc.constant("count" as const), path: list, atLeast: bound }),
      fc.record({ op: fc.constant("count" as const), path: list, rule: inner, atMost: bound }),
    ),
  ];
}

function tree(
  self: fc.Arbitrary<Rule>,
  inner: fc.Arbitrary<Rule>,
  at: fc.Arbitrary<string>,
): fc.Arbitrary<Rule> {
  return fc.oneof(
    { maxDepth: 4, depthIdentifier: "rule" },
    { weight: 6, arbitrary: leaf(at) },
    ...branches(self, inner, at).map((arbitrary) => ({ weight: 1, arbitrary })),
  );
}

export const { rule } = fc.letrec<{ rule: Rule; inner: Rule }>((tie) => ({
  rule: tree(tie("rule"), tie("inner"), path),
  inner: tree(tie("inner"), tie("inner"), elementPath),
}));
