import { expect, test } from "vitest";
import { hideExternalIds } from "./external-ids.ts";

const key = Buffer.from("key");
const id = /^hidden-external-id-[0-9a-f]{32}$/;

function hiddenIn(condition: unknown, isList = true): unknown {
  const statement = { Effect: "Allow", Action: "sts:AssumeRole", Condition: condition };
  const document = { Version: "2012-10-17", Statement: isList ? [statement] : statement };
  hideExternalIds(document, key);
  return statement.Condition;
}

test.each([true, false])("an external id is hidden, and that one is asked for stays (list: %s)", (isList) => {
  const Condition = { StringEquals: { "sts:ExternalId": "acme-secret", "aws:PrincipalOrgID": "o-1" } };
  expect(hiddenIn(Condition, isList)).toEqual({
    StringEquals: { "sts:ExternalId": expect.stringMatching(id), "aws:PrincipalOrgID": "o-1" },
  });
});

test("keys of any case, lists and every operator are covered, and equal ids look equal", () => {
  const found = hiddenIn({
    "ForAnyValue:StringEquals": { "STS:externalid": ["one", "two"] },
    StringLike: { "sts:ExternalId": "one" },
  }) as Record<string, Record<string, unknown>>;
  const [one, two] = found["ForAnyValue:StringEquals"]?.["STS:externalid"] as string[];
  expect([one, two]).toEqual([expect.stringMatching(id), expect.stringMatching(id)]);
  expect(two).not.toBe(one);
  expect(found.StringLike?.["sts:ExternalId"]).toBe(one);
});

test("a pattern stays a pattern, and one for any value stays as it is", () => {
  expect(hiddenIn({ StringLike: { "sts:ExternalId": ["acme-*", "*"] } })).toEqual({
    StringLike: { "sts:ExternalId": [expect.stringMatching(/^hidden-external-id-[0-9a-f]{32}\*$/), "*"] },
  });
});

test("hidden twice it is hidden once", () => {
  const once = structuredClone(hiddenIn({ StringEquals: { "sts:ExternalId": ["a", "b*"] } }));
  expect(hiddenIn(structuredClone(once))).toEqual(once);
});

test.each([
  null,
  "<html>",
  {},
  { Statement: null },
  { Statement: [{ Condition: "x" }, null] },
])("what is no policy is left alone: %j", (document) => {
  const before = structuredClone(document);
  hideExternalIds(document, key);
  expect(document).toEqual(before);
});
