// What must hold of every policy set and request, whatever they say.
import fc from "fast-check";
import { expect, test } from "vitest";
import { evaluate } from "#iam/evaluate.ts";
import type { Layers } from "#iam/layers.ts";
import type { Keys, RawStatement } from "#iam/testing/cases.ts";
import { layersFrom, requestFrom } from "#iam/testing/generated-case.ts";
import {
  conditional,
  type GeneratedLayers,
  type GeneratedRequest,
  layers,
  request,
  statement,
} from "#iam/testing/generators.ts";

const numRuns = Number(process.env.IAM_PROPERTY_RUNS ?? 400);

function verdictOf(one: GeneratedRequest, set: GeneratedLayers): string {
  return evaluate(requestFrom(one), layersFrom(set)).verdict;
}

test("adding a deny never allows", () => {
  let allowed = 0;
  fc.assert(
    fc.property(layers, request, statement, (set, one, extra) => {
      const deny = { ...extra, Effect: "Deny" };
      if (verdictOf(one, set) === "allowed") allowed++;
      else expect(verdictOf(one, { ...set, identity: [...set.identity, [deny]] })).not.toBe("allowed");
    }),
    { numRuns },
  );
  expect(allowed).toBeGreaterThan(numRuns / 20);
});

test("removing an allow never allows", () => {
  fc.assert(
    fc.property(layers, request, fc.nat(), (set, one, which) => {
      const fewer = withoutAllow(set, which);
      if (verdictOf(one, set) !== "allowed") expect(verdictOf(one, fewer)).not.toBe("allowed");
    }),
    { numRuns },
  );
});

/** Of some layer; a document keeps its place without it. */
function withoutAllow(set: GeneratedLayers, which: number): GeneratedLayers {
  const keep = (statements: RawStatement[]) => statements.filter(({ Effect }) => Effect !== "Allow");
  const at = <Kept>(number: number, value: Kept, change: (value: Kept) => Kept) =>
    which % 5 === number ? change(value) : value;
  return {
    ...set,
    identity: at(0, set.identity, (all) => all.map(keep)),
    boundary: at(1, set.boundary, (all) => all && keep(all)),
    session: at(2, set.session, (all) => all?.map(keep) ?? null),
    scp: at(3, set.scp, (all) => all?.map((level) => level.map(keep)) ?? null),
    resource: at(4, set.resource, (all) => all && keep(all)),
  };
}

test("the order of statements and policies never matters", () => {
  const turned = (all: RawStatement[][]) => all.map((statements) => statements.toReversed()).toReversed();
  fc.assert(
    fc.property(layers, request, (set, one) => {
      const other = {
        identity: turned(set.identity),
        boundary: set.boundary?.toReversed() ?? null,
        session: set.session && turned(set.session),
        scp: set.scp?.map(turned) ?? null,
        rcp: set.rcp?.map(turned) ?? null,
        resource: set.resource?.toReversed() ?? null,
      };
      const [before, after] = [set, other].map((each) => evaluate(requestFrom(one), layersFrom(each)));
      expect(after).toEqual(before);
    }),
    { numRuns },
  );
});

const values: Record<string, readonly Keys[string][]> = {
  "ex:text": ["a", "ab", "A", "zz", null],
  "ex:list": [null, ["a"], ["a", "b"], ["zz"], []],
  "ex:name": ["eve", "bob", null],
  "ex:number": ["4", "5", "6", null],
  "aws:sourceip": ["10.1.2.3", "198.51.100.1", "2001:db8::1", null],
  "aws:securetransport": ["true", "false"],
  "aws:principalarn": [null, "arn:aws:iam::111122223333:role/csp-harvest", "arn:aws:iam::1:user/x"],
};
const none = { boundary: null, session: null, scp: null, rcp: null, resource: null };
const onlyConditions: fc.Arbitrary<GeneratedLayers> = fc
  .array(conditional, { minLength: 1, maxLength: 3 })
  .map((statements) => ({ ...none, identity: [statements] }));

/** At most three of the keys that the policies speak of. */
function hiddenIn(set: GeneratedLayers): string[] {
  const text = JSON.stringify(set).toLowerCase();
  return Object.keys(values)
    .filter((key) => text.includes(key))
    .slice(0, 3);
}

test("an unknown key never gives a definite answer that some value of it would change", () => {
  const seen = { definite: 0, open: 0 };
  fc.assert(
    fc.property(fc.oneof(layers, onlyConditions), request, (set, one) => {
      const keys = hiddenIn(set);
      const ours = layersFrom(set);
      const dark = {
        ...one,
        keys: { ...one.keys, ...Object.fromEntries(keys.map((key) => [key, "unknown"])) },
      };
      const { verdict } = evaluate(requestFrom(dark), ours);
      if (verdict === "conditional") {
        seen.open++;
        return;
      }
      seen.definite++;
      for (const given of combinations(keys)) {
        const lit = { ...one, keys: { ...one.keys, ...given } };
        expect(evaluate(requestFrom(lit), ours).verdict, JSON.stringify(given)).toBe(verdict);
      }
    }),
    { numRuns },
  );
  expect(Math.min(seen.definite, seen.open), JSON.stringify(seen)).toBeGreaterThan(numRuns / 20);
});

function combinations(keys: readonly string[]): Keys[] {
  return keys.reduce<Keys[]>(
    (all, key) => all.flatMap((given) => (values[key] ?? []).map((value) => ({ ...given, [key]: value }))),
    [{}],
  );
}

test("a layer that is not read never gives an answer that some policy in it would change", () => {
  const names = fc.constantFrom("identity", "boundary", "session", "scp", "rcp", "resource");
  fc.assert(
    fc.property(layers, request, names, (set, one, name) => {
      const lit = layersFrom(set);
      const dark: Layers = { ...lit, [name]: "unread" };
      const { verdict } = evaluate(requestFrom(one), dark);
      if (verdict === "unknown" || verdict === "conditional") return;
      expect(evaluate(requestFrom(one), lit).verdict).toBe(verdict);
    }),
    { numRuns },
  );
});
