// What is done next about a stack and about the StackSet, by what AWS says of them.
import { expect, test } from "vitest";
import { type FoundStack, type StackStep, stackStep } from "./stack.ts";
import { type FoundStackSet, type StackInstance, type StackSetStep, stackSetStep } from "./stack-set.ts";
import type { WantedStack } from "./wanted.ts";

const tags = [{ key: "owner", value: "a" }];
const memberStack: WantedStack = {
  name: "S",
  roleName: "R",
  templateName: "member-role",
  template: "text",
  parameters: [],
};
const stack = (change: Partial<FoundStack>): FoundStack => ({
  status: "CREATE_COMPLETE",
  reason: "",
  template: "text",
  tags: [{ Key: "owner", Value: "a" }],
  ...change,
});

const stackCases: [title: string, found: FoundStack | null, step: StackStep][] = [
  ["none is there", null, "create"],
  ["it is as wanted", stack({}), "none"],
  ["AWS has tagged it, too", stack({ tags: [...stack({}).tags, { Key: "aws:x", Value: "y" }] }), "none"],
  ["its template differs", stack({ template: "other" }), "update"],
  ["a tag differs", stack({ tags: [{ Key: "owner", Value: "b" }] }), "update"],
  ["its update was rolled back", stack({ status: "UPDATE_ROLLBACK_COMPLETE", template: "other" }), "update"],
  ["it is being made", stack({ status: "CREATE_IN_PROGRESS" }), "wait"],
  ["its creation failed", stack({ status: "ROLLBACK_COMPLETE" }), "replace"],
  ["the rollback of an update failed", stack({ status: "UPDATE_ROLLBACK_FAILED" }), "stuck"],
  ["it was only reviewed", stack({ status: "REVIEW_IN_PROGRESS" }), "replace"],
];
test.each(stackCases)("of a stack, where %s", (_, found, step) => {
  expect(stackStep(found, memberStack, tags)).toBe(step);
});

const instance = (accountId: string, status: string): [string, StackInstance] => [
  accountId,
  { accountId, region: "us-east-1", status, detailedStatus: "", reason: "" },
];
const set = (change: Partial<FoundStackSet>): FoundStackSet => ({
  permissionModel: "service-managed",
  template: "text",
  tags: [{ Key: "owner", Value: "a" }],
  runningOperationId: null,
  instances: new Map([instance("1", "CURRENT"), instance("2", "CURRENT")]),
  ...change,
});
const setCases: [title: string, found: FoundStackSet | null, step: StackSetStep][] = [
  ["none is there", null, { kind: "create-set" }],
  ["every account is current", set({}), { kind: "none" }],
  ["an operation runs", set({ runningOperationId: "op" }), { kind: "wait", operationId: "op" }],
  ["its template differs", set({ template: "other" }), { kind: "update-set" }],
  ["a tag differs", set({ tags: [] }), { kind: "update-set" }],
  ["it has no instances", set({ instances: new Map() }), { kind: "create-instances", accountIds: null }],
  [
    "one failed and one is missing",
    set({ instances: new Map([instance("1", "OUTDATED"), instance("9", "CURRENT")]) }),
    { kind: "create-instances", accountIds: ["1", "2"] },
  ],
  [
    "one must be deleted by hand first",
    set({ instances: new Map([instance("1", "INOPERABLE"), instance("2", "CURRENT")]) }),
    { kind: "none" },
  ],
];
test.each(setCases)("of a StackSet, where %s", (_, found, step) => {
  expect(stackSetStep(found, { memberStack, tags }, ["1", "2"])).toEqual(step);
});
