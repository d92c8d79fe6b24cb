// Who may assume a role, and what is unwise in it.
import { expect, test } from "vitest";
import { externalIdPatternWord, externalIdWord } from "./role-reading.ts";
import { trustWarnings } from "./role-trust.ts";

const platform = "arn:aws:iam::999999999999:role/Skywarden-Install-Role";
const root = "arn:aws:iam::999999999999:root";
const narrowed = { ArnEquals: { "aws:PrincipalArn": platform } };
const externalId = { StringEquals: { "sts:ExternalId": [externalIdWord] } };

const cases: [string, unknown, object | undefined, string[]][] = [
  ["the template's", { AWS: root }, { ...narrowed, ...externalId }, []],
  ["the platform role itself (E16)", { AWS: platform }, externalId, ["names-role"]],
  ["the id of a role that is gone (E16)", { AWS: "AROAEXAMPLEEXAMPLE123" }, externalId, ["names-role"]],
  ["no external id (S19)", { AWS: root }, narrowed, ["no-external-id"]],
  [
    "any external id",
    { AWS: root },
    { ...narrowed, StringLike: { "sts:ExternalId": [externalIdPatternWord] } },
    ["no-external-id"],
  ],
  [
    "condition keys in another case",
    { AWS: root },
    { ArnEquals: { "AWS:principalarn": platform }, StringEquals: { "STS:externalid": "x" } },
    [],
  ],
  ["a whole account", { AWS: root }, externalId, ["whole-account"]],
  ["an account by its number", { AWS: "999999999999" }, externalId, ["whole-account"]],
  ["everybody", "*", externalId, ["anyone"]],
  ["everybody, without anything", { AWS: "*" }, undefined, ["anyone", "no-external-id"]],
  ["the account's own role", { AWS: "arn:aws:iam::222222222222:role/Own" }, undefined, []],
  ["a service", { Service: "ec2.amazonaws.com" }, undefined, []],
];

test.each(cases)("a trust of %s", (_, Principal, Condition, codes) => {
  const statement = { Effect: "Allow", Principal, Action: "sts:AssumeRole", Condition };
  const warnings = trustWarnings({ Version: "2012-10-17", Statement: statement }, "222222222222");
  expect(warnings.map(({ code }) => code)).toEqual(codes);
});
