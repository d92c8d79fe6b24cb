import { describe, expect, test } from "vitest";
import { dueScopes, leftScopes, scopesOf, scopesOfAll } from "./plan.ts";

describe("the plan", () => {
  const types = [
    { type: "aws.ec2.vpc", scope: "regional" },
    { type: "aws.ec2.volume", scope: "regional" },
    { type: "aws.s3.bucket", scope: "global" },
  ] as const;
  const now = new Date("2026-01-01T12:00:00Z");
  const minutesAgo = (minutes: number) => new Date(now.getTime() - minutes * 60_000);

  test("covers each type in each enabled region, global ones once and first", () => {
    expect(scopesOf(types, ["a", "b"], { intervalMinutes: 60 })).toEqual([
      { type: "aws.s3.bucket", region: "global" },
      { type: "aws.ec2.vpc", region: "a" },
      { type: "aws.ec2.vpc", region: "b" },
      { type: "aws.ec2.volume", region: "a" },
      { type: "aws.ec2.volume", region: "b" },
    ]);
  });

  test("is narrowed by types and regions, never to a region that is not enabled", () => {
    const strategy = { intervalMinutes: 60, types: ["aws.ec2.v*", "aws.s3.bucket"], regions: ["b", "c"] };
    expect(scopesOf(types, ["a", "b"], strategy).map(({ type, region }) => `${type} ${region}`)).toEqual([
      "aws.s3.bucket global",
      "aws.ec2.vpc b",
      "aws.ec2.volume b",
    ]);
    expect(scopesOf(types, ["a"], { intervalMinutes: 60, types: ["aws.ec2.vpc"] })).toHaveLength(1);
  });

  test("of several strategies covers each scope of any of them, once (S20, E26)", () => {
    const strategies = [
      { intervalMinutes: 30, types: ["aws.ec2.vpc"], regions: ["a"] },
      { intervalMinutes: 60, types: ["aws.ec2.v*"], regions: ["b"] },
      { intervalMinutes: 720, types: ["aws.ec2.vpc", "aws.s3.bucket"], regions: null },
    ];
    expect(
      scopesOfAll(types, ["a", "b"], strategies)
        .map(({ type, region }) => `${type} ${region}`)
        .toSorted(),
    ).toEqual(["aws.ec2.volume b", "aws.ec2.vpc a", "aws.ec2.vpc b", "aws.s3.bucket global"]);
  });

  test("due are those never harvested, then the oldest, not those within the interval", () => {
    const known = [
      { type: "aws.ec2.vpc", region: "a", startedAt: minutesAgo(61) },
      { type: "aws.ec2.vpc", region: "b", startedAt: minutesAgo(59) },
      { type: "aws.ec2.volume", region: "a", startedAt: minutesAgo(90) },
      { type: "aws.ec2.volume", region: "b", startedAt: null },
      { type: "aws.s3.bucket", region: "global", startedAt: minutesAgo(60) },
    ];
    const due = dueScopes(types, ["a", "b"], { intervalMinutes: 60 }, known, now);
    expect(due.map(({ type, region }) => `${type} ${region}`)).toEqual([
      "aws.ec2.volume b",
      "aws.ec2.volume a",
      "aws.ec2.vpc a",
      "aws.s3.bucket global",
    ]);
  });

  test("scopes of a region that was disabled are left", () => {
    const known = [
      { type: "aws.ec2.vpc", region: "a" },
      { type: "aws.ec2.vpc", region: "z" },
    ];
    expect(leftScopes(scopesOf(types, ["a"], { intervalMinutes: 1 }), known)).toEqual([known[1]]);
  });
});
