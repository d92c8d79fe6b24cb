// What the steps of "Try it" do to a simulated world, and who may open them at all.
import { afterAll, beforeAll, expect, test } from "vitest";
import { WorldRefused } from "#api/simulated-world.ts";
import type { DemoAct, DemoStep } from "#contract/demo.ts";
import { StartRefused } from "#model/problem.ts";
import { makeRole, type SimulatedAws, startSimulatedAws } from "#onboarding/testing/simulated-aws.ts";
import { demoFacts } from "../../../../simulator/worlds/demo.ts";
import { memberRoleName } from "../roles.ts";
import { administratorText, openTryIt } from "./open.ts";

const stopping = new AbortController().signal;
let aws: SimulatedAws;
let text: string;
let accountIds: string[];
let opened: NonNullable<ReturnType<typeof openTryIt>>;

beforeAll(async () => {
  aws = await startSimulatedAws({ world: "demo", accounts: 8 });
  const { simulator } = aws;
  const facts = demoFacts(simulator.world);
  const { endpoint, accessKeyId, secretAccessKey } = simulator;
  text = administratorText({ ...facts, endpoint, accessKeyId, secretAccessKey });
  const others = [
    facts.scpDeniedAccountId,
    facts.forgottenAccountId,
    facts.managementAccountId,
    facts.hostingAccountId,
  ];
  accountIds = [...simulator.world.accounts.values()]
    .filter(({ id, state }) => state === "ACTIVE" && !others.includes(id))
    .map(({ id }) => id)
    .sort();
  for (const id of accountIds)
    await makeRole(aws, id, memberRoleName, { actions: ["ec2:Describe*"], externalId: "external-id" });
  const world = openTryIt(text, { isSimulated: true, stopping });
  if (!world) throw new Error("nothing was handed over");
  opened = world;
});
afterAll(async () => {
  await opened.close();
  await aws.close();
});

async function look(id: DemoStep) {
  const step = (await opened.look(accountIds)).find((one) => one.id === id);
  if (!step) throw new Error(`there is no step ${id}`);
  return step;
}

async function act(id: DemoStep, what: DemoAct, document?: unknown) {
  await opened.act(await look(id), what, { document });
  return look(id);
}

const refused: [what: string, change: object | string, isSimulated: boolean][] = [
  ["a real endpoint", { endpoint: "https://organizations.us-east-1.amazonaws.com" }, true],
  ["another host", { endpoint: "http://10.0.0.7:4566" }, true],
  ["a server that is not simulated", {}, false],
  ["what is no JSON", "administrator", true],
];
test.each(refused)("an administrator for %s is refused", (_, change, isSimulated) => {
  const told = typeof change === "string" ? change : JSON.stringify({ ...JSON.parse(text), ...change });
  expect(() => openTryIt(told, { isSimulated, stopping })).toThrow(StartRefused);
});

test("nothing handed over, nothing to try", () => {
  expect(openTryIt(undefined, { isSimulated: true, stopping })).toBeNull();
  expect(openTryIt(undefined, { isSimulated: false, stopping })).toBeNull();
});

test("a policy is attached, mended and taken away without a trace", async () => {
  const policies = () =>
    aws.must(opened.managementAccountId, "organizations", "ListPolicies", {
      Filter: "SERVICE_CONTROL_POLICY",
    });
  const before = await policies();
  const attached = await act("missed-exception", "attach");
  expect(attached).toMatchObject({
    state: "attached",
    acts: ["fix", "detach"],
    policy: { name: "TryItMissedException" },
  });
  const document = { Version: "2012-10-17", Statement: [] as unknown[] };
  document.Statement.push({ Sid: "None", Effect: "Deny", Action: "ec2:TerminateInstances", Resource: "*" });
  const fixed = await act("missed-exception", "fix", document);
  expect(fixed).toMatchObject({
    state: "fixed",
    acts: ["detach"],
    policy: { document },
    account: attached.account,
  });
  expect(await act("missed-exception", "detach")).toMatchObject({
    state: "untouched",
    acts: ["attach"],
    policy: null,
  });
  expect(await act("named-exception", "attach")).toMatchObject({ state: "attached", acts: ["detach"] });
  expect(await act("named-exception", "detach")).toMatchObject({ state: "untouched" });
  expect(await policies()).toEqual(before);
});

test("an account comes, moves and goes, and the next try makes another; none of them is used by other steps", async () => {
  const role = await look("role");
  const created = await act("account", "create");
  expect(created).toMatchObject({ state: "created", acts: ["move", "close"], account: { name: "try-it-1" } });
  const moved = await act("account", "move");
  expect(moved).toMatchObject({ state: "moved", acts: ["move-back", "close"] });
  expect(moved.account?.unitId).not.toBe(created.account?.unitId);
  expect(await act("account", "move-back")).toEqual(created);
  expect(await act("account", "close")).toMatchObject({ state: "closed", acts: ["create"] });
  const second = await act("account", "create");
  expect(second.account?.name).toBe("try-it-2");
  const made = [created, second].map(({ account }) => account?.id ?? "");
  const [again] = (await opened.look([...made, ...accountIds])).filter(({ id }) => id === "role");
  expect(again).toEqual(role);
});

test("a role is broken by its trust, and mended to what it was", async () => {
  const { account, ...step } = await look("role");
  const trust = () => aws.must(account?.id ?? "", "iam", "GetRole", { RoleName: memberRoleName });
  const before = await trust();
  expect(await act("role", "break")).toMatchObject({ state: "broken", acts: ["mend"], account });
  expect(await trust()).not.toEqual(before);
  expect(await act("role", "mend")).toEqual({ account, ...step });
  expect(await trust()).toEqual(before);
});

test("what the world refuses is told as its refusal", async () => {
  const step = await look("account");
  await opened.act(step, "close", {});
  await expect(opened.act(step, "close", {})).rejects.toThrow(WorldRefused);
});
