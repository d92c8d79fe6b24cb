// Each operator's cases, asked of JavaScript and of SQL.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Truth } from "#model/verdict.ts";
import {
  all,
  and,
  any,
  cidr,
  contains,
  count,
  equals,
  greaterThan,
  isIn,
  isSet,
  lessThan,
  matches,
  none,
  not,
  olderThan,
  or,
  portsOpen,
  tag,
} from "./build.ts";
import { checkRule } from "./check.ts";
import type { RuleDocument } from "./document.ts";
import { operatorNames } from "./operators.ts";
import { type BothForms, documentOf, openBothForms } from "./testing/both-forms.ts";
import { policyCases } from "./testing/policy-cases.ts";
import type { Rule } from "./tree.ts";

const now = Date.parse("2026-01-01T00:00:00Z");
const U = "unknown" as const;
let forms: BothForms;

beforeAll(async () => {
  forms = await openBothForms();
});
afterAll(() => forms.close());

/** A rule on the value at V: [value, outcome]; undefined = absent. */
type ValueCases = [rule: Rule, cases: [value: unknown, outcome: Truth][]][];

const isOn = equals("V", true);
const gapped = equals("Hidden.X", 1);
const both = {
  on: documentOf({ V: true }, { gaps: ["Hidden"] }),
  off: documentOf({ V: false }, { gaps: ["Hidden"] }),
};

const cases: ValueCases = [
  [
    equals("V", "a"),
    [
      ["a", true],
      ["A", false],
      [["a"], false],
      [{}, false],
      [null, false],
      [undefined, false],
    ],
  ],
  [
    equals("V", 1),
    [
      [1, true],
      ["1", false],
      [true, false],
      [1.5, false],
    ],
  ],
  [
    equals("V", false),
    [
      [false, true],
      [0, false],
      [null, false],
      [undefined, false],
    ],
  ],
  [
    equals("V", null),
    [
      [null, true],
      [undefined, true],
      ["", false],
      [0, false],
      [[], false],
    ],
  ],
  [
    equals("V.W", 1),
    [
      [{ W: 1 }, true],
      [[{ W: 1 }], false],
      ["text", false],
      [null, false],
    ],
  ],
  [
    equals("V.length", 1),
    [
      [[0], false],
      ["a", false],
      [{ length: 1 }, true],
    ],
  ],
  [
    equals("V.0", 1),
    [
      [[1], false],
      [{ 0: 1 }, true],
      ["1", false],
    ],
  ],
  [
    isSet("V.constructor"),
    [
      [{}, false],
      ["a", false],
      [{ constructor: 0 }, true],
    ],
  ],
  [equals("V.aws:x y", 1), [[{ "aws:x y": 1 }, true]]],
  [
    isIn("V", ["a", 1, true]),
    [
      ["a", true],
      [1, true],
      [true, true],
      ["1", false],
      [null, false],
      [["a"], false],
    ],
  ],
  [
    isIn("V", ["a", null]),
    [
      ["a", true],
      [null, true],
      [undefined, true],
      [{}, false],
      ["", false],
    ],
  ],
  [
    isIn("V", ["a", "b", "c", "d", "e", 6]),
    [
      ["e", true],
      [6, true],
      ["6", false],
      [null, false],
    ],
  ],
  [
    isIn("V", ["a", "b", "c", "d", "e", null]),
    [
      ["z", false],
      [null, true],
      [undefined, true],
    ],
  ],
  [
    contains("V", "a"),
    [
      ["xay", true],
      ["A", false],
      [["a"], true],
      [["xay"], false],
      [[["a"]], false],
      [{ a: "a" }, false],
      [null, false],
      [undefined, false],
    ],
  ],
  [
    contains("V", ""),
    [
      ["", true],
      ["x", true],
      [[""], true],
      [[], false],
    ],
  ],
  [
    contains("V", 1),
    [
      [[1, 2], true],
      ["1", false],
      [[["1"]], false],
      [1, false],
    ],
  ],
  [
    contains("V", null),
    [
      [[null], true],
      [[], false],
      [null, false],
    ],
  ],
  [
    matches("V", "a*"),
    [
      ["abc", true],
      ["ba", false],
      ["a", true],
      [["a"], false],
      [1, false],
      [undefined, false],
    ],
  ],
  [
    matches("V", "a*a"),
    [
      ["a", false],
      ["aa", true],
      ["a\nb\na", true],
    ],
  ],
  [
    matches("V", "*mid?*end"),
    [
      ["xmid-yend", true],
      ["midend", false],
      ["mid🙂end", true],
    ],
  ],
  [
    matches("V", "??"),
    [
      ["🙂x", true],
      ["🙂", false],
      ["ab", true],
    ],
  ],
  [
    matches("V", "100%_\\*"),
    [
      ["100%_\\x", true],
      ["100xx\\x", false],
    ],
  ],
  [
    matches("V", "same"),
    [
      ["same", true],
      ["Same", false],
    ],
  ],
  [
    matches("V", ""),
    [
      ["", true],
      ["a", false],
    ],
  ],
  [
    isSet("V"),
    [
      ["", true],
      [false, true],
      [[], true],
      [{}, true],
      [null, false],
      [undefined, false],
    ],
  ],
  [
    greaterThan("V", 5),
    [
      [6, true],
      [5, false],
      [5.5, true],
      ["6", false],
      [null, false],
      [undefined, false],
      [[6], false],
    ],
  ],
  [
    lessThan("V", 5),
    [
      [4, true],
      [5, false],
      [-1e12, true],
      ["4", false],
      [null, false],
      [undefined, false],
    ],
  ],
  [
    olderThan("V", 90),
    [
      ["2025-10-02T23:59:59.999Z", true],
      ["2025-10-03T00:00:00.000Z", false],
      ["2025-10-03T00:00:00.001Z", false],
      ["2025-10-02", true],
      ["2025-10-03", false],
      ["2025-10-02T23:59", true],
      ["2025-10-02T23:59:59", true],
      ["2025-10-03T01:00:00+0200", true],
      ["2025-10-03T01:00:00+02:00", true],
      ["2025-10-02T23:59:59-00:30", false],
      ["2025-10-02T23:59:59.999999999Z", true],
      ["2024-02-29", true],
      ["2023-02-29", false],
      ["2025-13-01", false],
      ["0001-01-01", false],
      ["yesterday", false],
      ["", false],
      [1_700_000_000, false],
      [null, false],
      [undefined, false],
    ],
  ],
  [
    any("V", equals("x", 1)),
    [
      [[{ x: 0 }, { x: 1 }], true],
      [[{ x: 0 }], false],
      [[], false],
      [{ x: 1 }, false],
      ["x", false],
      [undefined, false],
    ],
  ],
  [
    any("V", equals("", "a")),
    [
      [["b", "a"], true],
      [["b"], false],
      [["b", null], false],
    ],
  ],
  [
    any("V", any("", equals("", 1))),
    [
      [[[1]], true],
      [[[2], 1], false],
    ],
  ],
  [
    any("V", equals("@name", "one")),
    [
      [[1], true],
      [[], false],
    ],
  ],
  [
    all("V", equals("x", 1)),
    [
      [[{ x: 1 }, { x: 1 }], true],
      [[{ x: 0 }, { x: 1 }], false],
      [[], true],
      ["x", true],
      [undefined, true],
    ],
  ],
  [
    none("V", equals("x", 1)),
    [
      [[{ x: 0 }], true],
      [[{ x: 1 }], false],
      [[], true],
      [null, true],
      [undefined, true],
    ],
  ],
  [
    count("V", { atLeast: 2 }),
    [
      [[1, 2], true],
      [[1], false],
      [undefined, false],
      [{ a: 1, b: 2 }, false],
    ],
  ],
  [
    count("V", { atMost: 1 }),
    [
      [[1, 2], false],
      [[1], true],
      [undefined, true],
    ],
  ],
  [
    count("V", { rule: greaterThan("", 1), atLeast: 1, atMost: 1 }),
    [
      [[1, 2], true],
      [[2, 3], false],
      [[1], false],
    ],
  ],
  [
    cidr("V", ["10.0.0.0/8", "fd00::/8"]),
    [
      ["10.1.2.3", true],
      ["10.0.0.0/8", true],
      ["10.0.0.0/7", false],
      ["11.0.0.1", false],
      ["10.255.255.255/32", true],
      ["fd12::1", true],
      ["fd12::1/64", true],
      ["fe80::", false],
      ["::", false],
      ["FD00:0:0:0:0:0:0:1", true],
      ["1:2:3:4:5:6:7::", false],
      ["::ffff:10.0.0.1", false],
      ["010.0.0.1", false],
      ["10.0.0.256", false],
      ["10.0.0.1/33", false],
      ["x", false],
      [10, false],
      [null, false],
      [undefined, false],
    ],
  ],
  [
    cidr("V", ["0.0.0.0/0"]),
    [
      ["1.2.3.4", true],
      ["::", false],
    ],
  ],
  [
    cidr("V", ["::/0"]),
    [
      ["1.2.3.4", false],
      ["2001:db8::1", true],
      ["::1:2:3:4:5:6:7", true],
    ],
  ],
];

const permission = (more: Record<string, unknown>) => [
  { IpProtocol: "tcp", FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: "0.0.0.0/0" }], ...more },
];
const ports: ValueCases = [
  [
    portsOpen("V", [22, 3389]),
    [
      [permission({}), true],
      [permission({ FromPort: 0, ToPort: 21 }), false],
      [permission({ FromPort: 3000, ToPort: 4000 }), true],
      [permission({ IpProtocol: "-1", FromPort: null, ToPort: undefined }), true],
      [permission({ IpProtocol: "6" }), true],
      [permission({ IpProtocol: "17" }), true],
      [permission({ IpProtocol: "icmp", FromPort: -1, ToPort: -1 }), false],
      [permission({ IpProtocol: "icmpv6" }), false],
      [permission({ FromPort: -1, ToPort: -1 }), true],
      [permission({ FromPort: undefined, ToPort: undefined }), true],
      [permission({ IpRanges: [{ CidrIp: "10.0.0.0/8" }] }), false],
      [permission({ IpRanges: [{ CidrIp: "10.0.0.0/8" }, { CidrIp: "0.0.0.0/0" }] }), true],
      [permission({ IpRanges: [], Ipv6Ranges: [{ CidrIpv6: "::/0" }] }), true],
      [permission({ IpRanges: [{ CidrIp: "0.0.0.0/1" }, { CidrIp: "128.0.0.0/1" }] }), false],
      [permission({ IpRanges: { CidrIp: "0.0.0.0/0" } }), false],
      [[null, 1, "x", {}], false],
      [[], false],
      [{}, false],
      [undefined, false],
    ],
  ],
  [
    portsOpen("V", [22], "internet-ipv4"),
    [
      [permission({}), true],
      [permission({ IpRanges: [], Ipv6Ranges: [{ CidrIpv6: "::/0" }] }), false],
    ],
  ],
  [
    portsOpen("V", [22], "internet-ipv6"),
    [
      [permission({}), false],
      [permission({ Ipv6Ranges: [{ CidrIpv6: "::/0" }] }), true],
    ],
  ],
  [
    portsOpen("V", "all"),
    [
      [permission({}), false],
      [permission({ FromPort: 0, ToPort: 65_535 }), true],
      [permission({ FromPort: 1, ToPort: 65_535 }), false],
      [permission({ IpProtocol: "-1" }), true],
      [permission({ IpProtocol: "udp", FromPort: 0, ToPort: 65_535, IpRanges: [] }), false],
    ],
  ],
];

/** A rule on a whole document. */
const documentCases: [name: string, rule: Rule, document: RuleDocument, outcome: Truth][] = [
  ["and of unknown and false", and(gapped, equals("V", true)), both.off, false],
  ["and of false and unknown", and(equals("V", true), gapped), both.off, false],
  ["and of unknown and true", and(gapped, isOn), both.on, U],
  ["or of unknown and true", or(gapped, isOn), both.on, true],
  ["or of unknown and false", or(isOn, gapped), both.off, U],
  ["not of unknown", not(gapped), both.on, U],
  ["not of a contradiction stays unknown", and(gapped, not(gapped)), both.on, U],
  ["gap equal to the path", equals("A.B", 1), documentOf({ A: { B: 1 } }, { gaps: ["A.B"] }), U],
  ["gap above the path", equals("A.B", 1), documentOf({ A: { B: 1 } }, { gaps: ["A"] }), U],
  ["gap below the path", isSet("A"), documentOf({ A: { B: 1 } }, { gaps: ["A.C"] }), U],
  ["gap beside the path", equals("A.B", 1), documentOf({ A: { B: 1 } }, { gaps: ["A.BC", "AB"] }), true],
  ["gap of everything", equals("@name", "one"), documentOf({}, { gaps: [""] }), U],
  ["gap below a list", any("L", isOn), documentOf({ L: [{ V: true }] }, { gaps: ["L.V"] }), U],
  ["gap of a list", count("L", { atMost: 9 }), documentOf({}, { gaps: ["L"] }), U],
  [
    "common field in gap inside a list",
    any("L", equals("@name", "one")),
    documentOf({ L: [1] }, { gaps: ["@name"] }),
    U,
  ],
  [
    "common fields",
    and(
      equals("@id", "native-1"),
      equals("@arn", "arn:aws:s3:::native-1"),
      equals("@region", "eu-west-1"),
      equals("@account", "111111111111"),
      equals("@type", "aws.s3.bucket"),
    ),
    documentOf({}),
    true,
  ],
  ["absent common field", equals("@name", null), documentOf({}, { name: null }), true],
  [
    "created",
    equals("@createdAt", "2025-06-01T12:00:00.000Z"),
    documentOf({}, { createdAt: "2025-06-01T14:00:00+0200" }),
    true,
  ],
  ["created long ago", olderThan("@createdAt", 200), documentOf({}), true],
  ["created unknown when", olderThan("@createdAt", 200), documentOf({}, { createdAt: null }), false],
  ["tag key", tag("Owner"), documentOf({}, { tags: [{ key: "Owner", value: "" }] }), true],
  ["tag key in another case", tag("owner"), documentOf({}, { tags: [{ key: "Owner", value: "" }] }), false],
  ["tag value", tag("Owner", "me"), documentOf({}, { tags: [{ key: "Owner", value: "you" }] }), false],
  [
    "tag value of another key",
    tag("Owner", "me"),
    documentOf(
      {},
      {
        tags: [
          { key: "A", value: "me" },
          { key: "Owner", value: "x" },
        ],
      },
    ),
    false,
  ],
  ["tags in gap", tag("Owner"), documentOf({}, { gaps: ["@tags"] }), U],
  ["exists without neighbours", { op: "exists", type: "aws.s3.bucket", where: "cloud" }, documentOf({}), U],
];

async function expectBoth(rule: Rule, documents: RuleDocument[], outcomes: Truth[]): Promise<void> {
  expect(checkRule(rule)).toEqual({ ok: true, rule });
  expect(forms.js(rule, documents, now)).toEqual(outcomes);
  // Without the estate's tables only JavaScript can say unknown; estate.test.ts has the SQL.
  if (rule.op !== "exists") expect(await forms.sql(rule, documents, now)).toEqual(outcomes);
}

describe("values", () => {
  test.each(
    [...cases, ...ports].map(([rule, table]) => ({ name: JSON.stringify(rule), rule, table })),
  )("$name", async ({ rule, table }) => {
    await expectBoth(
      rule,
      [
        ...table.map(([V]) => documentOf(V === undefined ? {} : { V })),
        documentOf({ V: 1 }, { gaps: ["V"] }),
      ],
      [...table.map(([, outcome]) => outcome), U],
    );
  });
});

describe("documents", () => {
  test.each(documentCases)("%s", (_, rule, document, outcome) => expectBoth(rule, [document], [outcome]));
});

describe("policies", () => {
  test.each(policyCases)("$name", ({ rule, policy, outcome }) =>
    expectBoth(
      rule,
      [
        documentOf({ Policy: policy }),
        documentOf({
          Policy: typeof policy === "object" && policy !== null ? JSON.stringify(policy) : policy,
        }),
      ],
      [outcome, outcome],
    ));
});

test("every operator has a case", () => {
  const seen = JSON.stringify([
    cases,
    ports,
    documentCases.map(([, rule]) => rule),
    policyCases.map(({ rule }) => rule),
  ]);
  // related stands in estate.test.ts.
  expect(operatorNames.filter((op) => !seen.includes(`"op":"${op}"`))).toEqual(["related"]);
});
