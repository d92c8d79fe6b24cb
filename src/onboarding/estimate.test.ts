import { expect, test } from "vitest";
import { call, defineResourceType } from "#catalog/define.ts";
import { type EstimateFacts, estimateCalls } from "./estimate.ts";

const type = (name: string, scope: "global" | "regional", details: number, isListed = true) =>
  defineResourceType({
    type: name,
    title: name,
    category: "thing",
    client: "ec2",
    scope,
    list: isListed ? call("List") : null,
    details: Array.from({ length: details }, (_, n) => call(`Get${n}`, { into: `D${n}` })),
    id: "Id",
    arn: "arn:{partition}:x",
    relations: {},
  });
const types = [
  type("aws.ec2.vpc", "regional", 0),
  type("aws.s3.bucket", "global", 3),
  type("aws.ec2.settings", "regional", 2, false),
];
const facts: EstimateFacts = {
  types,
  strategies: [{ intervalMinutes: 120, types: null, regions: null }],
  partition: "aws",
  accounts: 10,
  regions: null,
  resourcesPerAccount: new Map([["aws.s3.bucket", 4]]),
  sessionSeconds: 3600,
  sync: null,
};
const parts = (change: Partial<EstimateFacts>) => {
  const { callsPerDay, basis } = estimateCalls({ ...facts, ...change });
  expect(callsPerDay).toBe(basis.reduce((sum, part) => sum + part.callsPerDay, 0));
  return basis.map((part) => part.callsPerDay);
};

// 12 runs a day; a session lasts 48 minutes of its hour.
const sessions = (accounts: number) => 31 * accounts;
const cases: [title: string, change: Partial<EstimateFacts>, calls: number[]][] = [
  ["17 regions by default", {}, [12 * 10 * (17 + 1), 12 * 10 * (4 * 3 + 2 * 17), sessions(10)]],
  ["known regions", { regions: ["a", "b"] }, [12 * 10 * 3, 12 * 10 * (12 + 4), sessions(10)]],
  ["a partition with two", { partition: "aws-cn" }, [12 * 10 * 3, 12 * 10 * (12 + 4), sessions(10)]],
  [
    "a strategy of one type, region and hour",
    { strategies: [{ intervalMinutes: 60, types: ["aws.ec2.v*"], regions: ["eu-west-1"] }] },
    [24 * 10, 0, sessions(10)],
  ],
  [
    "one of them often and all of them rarely (S20, E26)",
    {
      strategies: [
        { intervalMinutes: 60, types: ["aws.ec2.v*"], regions: ["eu-west-1"] },
        { intervalMinutes: 720, types: null, regions: null },
      ],
    },
    [10 * (24 + 2 * 16 + 2), 10 * 2 * (4 * 3 + 2 * 17), sessions(10)],
  ],
  [
    "nothing harvested yet: ten of each are assumed",
    { resourcesPerAccount: null, accounts: 1 },
    [12 * 18, 12 * (30 + 34), sessions(1)],
  ],
  [
    "an organization of 127 accounts, hourly",
    { accounts: 0, sync: { intervalMinutes: 60, accounts: 127, units: 20, isManagementAccount: true } },
    [0, 0, 0, 24 * (3 + 7 + 20 + 2)],
  ],
  [
    "the same through a delegated administrator",
    { accounts: 0, sync: { intervalMinutes: 60, accounts: 127, units: 20, isManagementAccount: false } },
    [0, 0, 0, 24 * (3 + 7 + 20 + 127)],
  ],
];
test.each(cases)("calls per day: %s", (_, change, calls) => {
  expect(parts(change)).toEqual(calls);
});

test("what is assumed is said to be", () => {
  const detail = (change: Partial<EstimateFacts>) => estimateCalls({ ...facts, ...change }).basis[1]?.detail;
  expect(detail({ resourcesPerAccount: null })).toContain("assumed");
  expect(detail({})).toContain("on average");
});
