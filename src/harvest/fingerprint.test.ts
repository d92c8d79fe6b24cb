import { describe, expect, test } from "vitest";
import type { HarvestedResource } from "#model/resource.ts";
import { fingerprintOf } from "./fingerprint.ts";

describe("the fingerprint", () => {
  const resource: HarvestedResource = {
    type: "t",
    keyRegion: "global",
    region: "eu-west-1",
    nativeId: "id",
    arn: "arn",
    name: "n",
    createdAt: null,
    tags: [
      { key: "a", value: "1" },
      { key: "b", value: "2" },
    ],
    properties: { P: 1, Noise: 5, Map: { x: 1, y: 2 }, List: [{ Id: 1, Seen: 9 }], Tags: [1, 2] },
    gaps: [
      {
        path: "Policy",
        operation: "s3:GetBucketPolicy",
        code: "AccessDenied",
        reason: "denied",
        message: "m",
      },
    ],
    edges: [],
  };
  const rules = { volatile: ["Noise", "Map.*", "List[].Seen"], tags: "Tags" };
  const gap = resource.gaps[0] as HarvestedResource["gaps"][number];
  const cases: [name: string, change: Partial<HarvestedResource>, same: boolean][] = [
    ["nothing", {}, true],
    ["a volatile property", { properties: { ...resource.properties, Noise: 6 } }, true],
    ["a volatile map's values", { properties: { ...resource.properties, Map: { x: 7, z: 1 } } }, true],
    [
      "a volatile member of a list",
      { properties: { ...resource.properties, List: [{ Id: 1, Seen: 10 }] } },
      true,
    ],
    [
      "the order of tags",
      { tags: resource.tags.toReversed(), properties: { ...resource.properties, Tags: [2, 1] } },
      true,
    ],
    ["the text of a gap", { gaps: [{ ...gap, message: "another request id" }] }, true],
    ["a property", { properties: { ...resource.properties, P: 2 } }, false],
    ["a member of a list", { properties: { ...resource.properties, List: [{ Id: 2, Seen: 9 }] } }, false],
    ["a tag", { tags: [{ key: "a", value: "2" }] }, false],
    ["a gap that closed", { gaps: [] }, false],
    ["a gap's code", { gaps: [{ ...gap, code: "Throttling", reason: "throttled" }] }, false],
    ["the name", { name: "m" }, false],
  ];
  test.each(cases)("after a change of %s", (_, change, same) => {
    const before = fingerprintOf(resource, rules);
    expect(before).toMatch(/^[0-9a-f]{32}$/);
    expect(fingerprintOf({ ...resource, ...change }, rules) === before).toBe(same);
  });
});
