// The decision flow: which layer decides, and that the memo never changes an answer.
import fc from "fast-check";
import { expect, test } from "vitest";
import { authorize, type Decision, type Layers, memo, type ResourceVerdict } from "./authorize.ts";

const all = source("Allow", "*");
const onlyEc2 = source("Allow", "ec2:*");
const noEc2 = source("Deny", "ec2:*");

function source(Effect: string, Action: string, Condition?: object) {
  const statement = { Effect, Action, Resource: "*", ...(Condition ? { Condition } : {}) };
  return { text: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }) };
}

function layersOf(fields: Partial<Layers>): Layers {
  return { identity: [all], boundary: undefined, session: undefined, serviceControl: undefined, ...fields };
}

const verdict: ResourceVerdict = { denies: false, allows: undefined, isSameAccount: true, isDecisive: false };
const none = () => undefined;

const cases: [title: string, layers: Layers, resource: ResourceVerdict | undefined, outcome: string][] = [
  ["identity allows", layersOf({}), undefined, "allowed"],
  ["nothing allows", layersOf({ identity: [] }), undefined, "implicit identity"],
  ["deny beats allow", layersOf({ identity: [all, noEc2] }), undefined, "explicit identity"],
  [
    "every level of the organization must allow",
    layersOf({ serviceControl: [[all], [onlyEc2], [all]] }),
    undefined,
    "allowed",
  ],
  [
    "one level does not",
    layersOf({ serviceControl: [[all], [], [all]] }),
    undefined,
    "implicit serviceControl",
  ],
  [
    "a level denies",
    layersOf({ serviceControl: [[all], [all, noEc2]] }),
    undefined,
    "explicit serviceControl",
  ],
  ["the boundary cuts", layersOf({ boundary: [source("Allow", "s3:*")] }), undefined, "implicit boundary"],
  [
    "the session policy cuts",
    layersOf({ session: [source("Allow", "s3:*")] }),
    undefined,
    "implicit session",
  ],
  [
    "a boundary alone allows nothing",
    layersOf({ identity: [], boundary: [all] }),
    undefined,
    "implicit identity",
  ],
  [
    "the resource's policy alone is enough in its account",
    layersOf({ identity: [] }),
    { ...verdict, allows: "principal" },
    "allowed",
  ],
  [
    "but not past a boundary",
    layersOf({ identity: [], boundary: [] }),
    { ...verdict, allows: "principal" },
    "implicit boundary",
  ],
  [
    "unless it names the session",
    layersOf({ identity: [], boundary: [] }),
    { ...verdict, allows: "session" },
    "allowed",
  ],
  [
    "it never passes an SCP",
    layersOf({ serviceControl: [[]] }),
    { ...verdict, allows: "session" },
    "implicit serviceControl",
  ],
  [
    "naming the account leaves it to identity policies",
    layersOf({ identity: [] }),
    { ...verdict, allows: "account" },
    "implicit identity",
  ],
  [
    "across accounts both must allow",
    layersOf({ identity: [] }),
    { ...verdict, allows: "principal", isSameAccount: false },
    "implicit identity",
  ],
  [
    "across accounts identity alone is not enough",
    layersOf({}),
    { ...verdict, isSameAccount: false },
    "implicit resource",
  ],
  [
    "a decisive policy that is silent denies",
    layersOf({}),
    { ...verdict, isDecisive: true },
    "implicit resource",
  ],
  [
    "the resource's policy denies",
    layersOf({}),
    { ...verdict, denies: true, allows: "session" },
    "explicit resource",
  ],
];

test.each(cases)("%s", (_, layers, resource, outcome) => {
  const asked = { action: "ec2:DescribeVpcs", resource: "*", context: none };
  expect(wordOf(authorize(layers, asked, resource))).toBe(outcome);
});

function wordOf(decision: Decision): string {
  return decision.allowed ? "allowed" : `${decision.isExplicit ? "explicit" : "implicit"} ${decision.layer}`;
}

const rcpCases: [title: string, levels: ReturnType<typeof source>[][], outcome: string][] = [
  ["every level above the resource allows", [[all], [all]], "allowed"],
  ["a level above the resource denies", [[all], [all, noEc2]], "explicit resourceControl"],
  ["a level above the resource is silent", [[all], [source("Allow", "s3:*")]], "implicit resourceControl"],
];

test.each(rcpCases)("resource control: %s", (_, resourceControl, outcome) => {
  const asked = { action: "ec2:DescribeVpcs", resource: "*", context: none, resourceControl };
  expect(wordOf(authorize(layersOf({}), asked))).toBe(outcome);
  // It binds whomever the resource's own policy lets in.
  const open = { ...verdict, allows: "session" } as const;
  expect(wordOf(authorize(layersOf({}), asked, open))).toBe(outcome);
});

test("the memo answers as a fresh evaluation does", () => {
  const anySource = fc.record({
    effect: fc.constantFrom("Allow", "Deny"),
    action: fc.constantFrom("*", "ec2:*", "ec2:Describe*", "s3:*"),
    condition: fc.option(
      fc.constantFrom({ StringEquals: { region: "a" } }, { StringNotEquals: { region: "a" } }),
      { nil: undefined },
    ),
  });
  const anyLayer = fc.array(anySource, { maxLength: 3 });
  const maybe = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined });
  const question = fc.record({
    action: fc.constantFrom("ec2:DescribeVpcs", "ec2:RunInstances", "s3:GetObject"),
    resource: fc.constantFrom("*", "arn:aws:s3:::b/k"),
    region: maybe(fc.constantFrom("a", "b")),
    verdict: maybe(
      fc.record({
        denies: fc.boolean(),
        allows: maybe(
          fc.constantFrom<"session" | "principal" | "account">("session", "principal", "account"),
        ),
        isSameAccount: fc.boolean(),
        isDecisive: fc.boolean(),
      }),
    ),
    levels: maybe(fc.constantFrom(0, 1)),
  });
  const anyLayers = fc.record({
    identity: anyLayer,
    boundary: maybe(anyLayer),
    serviceControl: maybe(fc.array(anyLayer, { maxLength: 2 })),
    above: fc.tuple(fc.array(anyLayer, { maxLength: 2 }), fc.array(anyLayer, { maxLength: 2 })),
  });
  const sources = (layer: { effect: string; action: string; condition: object | undefined }[]) =>
    layer.map(({ effect, action, condition }) => source(effect, action, condition));
  fc.assert(
    fc.property(anyLayers, fc.array(question, { maxLength: 20 }), (given, questions) => {
      const layers = layersOf({
        identity: sources(given.identity),
        boundary: given.boundary && sources(given.boundary),
        serviceControl: given.serviceControl?.map(sources),
      });
      const above = given.above.map((levels) => levels.map(sources));
      for (const { action, resource, region, verdict: resourceVerdict, levels } of questions) {
        const asked = {
          action,
          resource,
          context: (key: string) => (key === "region" && region ? [region] : undefined),
          resourceControl: levels === undefined ? undefined : above[levels],
        };
        const quick = authorize(layers, asked, resourceVerdict as ResourceVerdict | undefined);
        memo.isOn = false;
        try {
          expect(authorize(layers, asked, resourceVerdict as ResourceVerdict | undefined)).toEqual(quick);
        } finally {
          memo.isOn = true;
        }
      }
    }),
    { numRuns: 500 },
  );
});
