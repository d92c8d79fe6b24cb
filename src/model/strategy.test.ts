import { expect, test } from "vitest";
import { coversScope, intervalOf, leastInterval, type Strategy } from "./strategy.ts";

const often: Strategy = { intervalMinutes: 30, types: ["aws.ec2.*"], regions: ["eu-west-1"] };
const rarely: Strategy = { intervalMinutes: 720, types: null, regions: null };

test.each<[string, string, Strategy[], number]>([
  ["aws.ec2.vpc", "eu-west-1", [often, rarely], 30],
  ["aws.ec2.vpc", "eu-west-1", [rarely, often], 30],
  ["aws.ec2.vpc", "us-east-1", [often, rarely], 720],
  ["aws.s3.bucket", "global", [often, rarely], 720],
  ["aws.s3.bucket", "global", [often], 30],
])("%s in %s: the most frequent of those that cover it counts (S20, E26)", (type, region, strategies, minutes) => {
  expect(intervalOf(strategies, { type, region })).toBe(minutes);
});

test("a global type is in every region's strategy, a regional one only in its own", () => {
  const regional = { types: null, regions: ["eu-west-1"] };
  expect(coversScope(regional, { type: "aws.s3.bucket", region: "global" })).toBe(true);
  expect(coversScope(regional, { type: "aws.ec2.vpc", region: "us-east-1" })).toBe(false);
  expect(leastInterval([rarely, often])).toBe(30);
});
