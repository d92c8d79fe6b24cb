// The fused judge, flips, gaps of the common block, and evidence.
import { describe, expect, test } from "vitest";
import type { Evidence } from "#model/verdict.ts";
import {
  all,
  and,
  any,
  count,
  equals,
  isTrue,
  none,
  not,
  olderThan,
  or,
  policyAllows,
  portsOpen,
  related,
  tag,
} from "./build.ts";
import { compileJs, compileJudge, compileTimed, verdictCodes } from "./compile-js.ts";
import { type Ends, type Neighbourhood, type RuleDocument, ruleGaps } from "./document.ts";
import { evidenceOf } from "./evidence.ts";
import { documentOf } from "./testing/both-forms.ts";
import type { Rule } from "./tree.ts";

const now = Date.parse("2026-01-01T00:00:00Z");
const day = 86_400_000;

test("the judge writes every verdict of more insights than fit one function", () => {
  const insights = Array.from({ length: 60 }, (_, i) => ({
    id: `${i}`,
    passes: equals("A", i % 2),
    ...(i % 3 === 0 ? { applies: equals("B", null) } : {}),
  }));
  const out = new Uint8Array(60);
  const judge = compileJudge(insights);
  expect(judge(documentOf({ A: 1, B: 1 }), now, out)).toBe(Number.POSITIVE_INFINITY);
  const verdicts = [...out].map((code) => verdictCodes[code]);
  expect(verdicts).toEqual(
    insights.map((_, i) => (i % 3 === 0 ? "not-applicable" : i % 2 === 1 ? "pass" : "fail")),
  );
  judge(documentOf({ A: 1 }, { gaps: ["B"] }), now, out);
  expect(verdictCodes[out[0] as number]).toBe("unknown");
  expect(verdictCodes[out[1] as number]).toBe("pass");
});

describe("flips", () => {
  const at = (days: number) => new Date(now + days * day).toISOString();
  test.each<[string, Rule, Record<string, unknown>, number]>([
    ["none without time rules", equals("A", at(-1)), { A: at(-1) }, Number.POSITIVE_INFINITY],
    ["a millisecond past the age", olderThan("A", 90), { A: at(-80) }, now + 10 * day + 1],
    ["at exactly the age", olderThan("A", 90), { A: at(-90) }, now + 1],
    ["none past the age", olderThan("A", 90), { A: at(-91) }, Number.POSITIVE_INFINITY],
    ["none without a value", olderThan("A", 90), {}, Number.POSITIVE_INFINITY],
    [
      "the earliest",
      and(not(olderThan("A", 90)), not(olderThan("B", 30))),
      { A: at(-80), B: at(-25) },
      now + 5 * day + 1,
    ],
    ["the earliest element", any("L", olderThan("", 90)), { L: [at(-1), at(-89), at(-50)] }, now + day + 1],
    [
      "none where a false decides",
      and(equals("B", 1), olderThan("A", 90)),
      { A: at(-80) },
      Number.POSITIVE_INFINITY,
    ],
  ])("%s", (_, rule, properties, flipsAt) => {
    const run = compileTimed(rule);
    const document = documentOf(properties);
    expect(run(document, now).flipsAt).toBe(flipsAt);
    const out = new Uint8Array(1);
    expect(compileJudge([{ id: "a", passes: rule }])(document, now, out)).toBe(flipsAt);
    if (flipsAt === Number.POSITIVE_INFINITY) return;
    expect(run(document, flipsAt - 1).truth).toBe(run(document, now).truth);
    expect(run(document, flipsAt).truth).not.toBe(run(document, now).truth);
  });
});

test("a tree cannot write code", () => {
  const text = '"]; throw new Error("run"); //`$\u007b1}`\u2028';
  const rule = and(
    not(equals(`${text.replaceAll(".", "")}`, text)),
    none(text.replaceAll(".", ""), equals(text.replaceAll(".", ""), text)),
    not(tag(text, text)),
  );
  expect(compileJs(rule)(documentOf({}), now)).toBe(true);
});

test("gaps of the common block follow the properties they come from", () => {
  const fields = { tags: "Tagging.TagSet", name: "Name", createdAt: undefined };
  expect(ruleGaps(["Tagging", "Policy"], fields)).toEqual(["@tags", "Policy", "Tagging"]);
  expect(ruleGaps([""], fields)).toEqual(["", "@name", "@tags"]);
  expect(ruleGaps([], fields)).toEqual([]);
});

const open = { IpProtocol: "tcp", FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: "0.0.0.0/0" }] };
const closed = { ...open, IpRanges: [] };
const allow = { Effect: "Allow", Principal: "*", Action: "s3:*", Resource: "*" };

describe("evidence", () => {
  test.each<[string, Rule, RuleDocument, Evidence[]]>([
    ["a value", isTrue("A.B"), documentOf({ A: { B: false } }), [{ path: "A.B", value: false }]],
    ["an absent value", isTrue("A.B"), documentOf({}), [{ path: "A.B", value: null }]],
    [
      "what could not be read",
      isTrue("A.B"),
      documentOf({}, { gaps: ["A"] }),
      [{ path: "A.B", value: { unreadable: true } }],
    ],
    [
      "only what made it false",
      and(isTrue("A"), isTrue("B")),
      documentOf({ A: true, B: false }),
      [{ path: "B", value: false }],
    ],
    [
      "only what made it true",
      or(isTrue("A"), isTrue("B")),
      documentOf({ A: true, B: false }),
      [{ path: "A", value: true }],
    ],
    ["each once", and(isTrue("A"), isTrue("A")), documentOf({}), [{ path: "A", value: null }]],
    [
      "elements that fail",
      all("L", isTrue("x")),
      documentOf({ L: [{ x: true }, { x: 0 }] }),
      [{ path: "L[1].x", value: 0 }],
    ],
    [
      "elements that fit",
      none("L", any("M", equals("", 1))),
      documentOf({ L: [{ M: [0, 1] }] }),
      [{ path: "L[0].M[1]", value: 1 }],
    ],
    [
      "the list where no element decides",
      any("L", isTrue("x")),
      documentOf({ L: [1, 2, 3, 4, 5, 6, 7] }),
      [{ path: "L", value: [1, 2, 3, 4, 5, "… 2 more"] }],
    ],
    [
      "the list that was counted",
      count("L", { atLeast: 2 }),
      documentOf({ L: ["a"] }),
      [{ path: "L", value: ["a"] }],
    ],
    [
      "open permissions",
      not(portsOpen("P", [22])),
      documentOf({ P: [closed, open] }),
      [{ path: "P", value: [open] }],
    ],
    [
      "allowing statements",
      not(policyAllows("P", "anyone")),
      documentOf({ P: JSON.stringify({ Statement: [{ ...allow, Effect: "Deny" }, allow] }) }),
      [{ path: "P", value: [allow] }],
    ],
    [
      "the tag",
      tag("Owner", "me"),
      documentOf({}, { tags: [{ key: "Owner", value: "you" }] }),
      [{ path: "@tags", value: { key: "Owner", value: "you" } }],
    ],
    [
      "a common field",
      equals("@account", "1"),
      documentOf({}),
      [{ path: "@account", value: "111111111111" }],
    ],
    [
      "long texts cut",
      equals("A", "x"),
      documentOf({ A: "y".repeat(999) }),
      [{ path: "A", value: `${"y".repeat(256)}…` }],
    ],
  ])("%s", (_, rule, document, evidence) => {
    expect(evidenceOf(rule, document, now)).toEqual(evidence);
  });

  test("names the ends that decided", () => {
    const ends: Ends = {
      documents: [documentOf({ V: true }, { arn: "arn:good" }), documentOf({ V: false }, { arn: "arn:bad" })],
      outside: 0,
      complete: true,
    };
    const neighbours: Neighbourhood = { related: () => ends, ofType: () => ends };
    const rule = related("uses", "aws.kms.key", { quantifier: "all", rule: isTrue("V") });
    expect(evidenceOf(rule, documentOf({}), now, neighbours)).toEqual([
      { path: "uses", value: ["arn:bad"] },
      { path: "uses[0].V", value: false },
    ]);
    expect(evidenceOf(rule, documentOf({}), now)).toEqual([{ path: "uses", value: { unreadable: true } }]);
  });
});
