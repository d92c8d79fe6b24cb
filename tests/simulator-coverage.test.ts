// The simulator against the catalog, the templates and the usual repairs: what harvesting calls, what stacks make and
// what repairs write is implemented; harvesting's operations ask for the very IAM actions that the templates grant for
// them. Each side has its own table; this is where they meet.
import { Agent } from "node:http";
import { createRequire } from "node:module";
import type { LookupFunction } from "node:net";
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { afterAll, expect, test } from "vitest";
import { callsOf, readActionsFor } from "#catalog/iam-actions.ts";
import { loadCatalog } from "#catalog/load.ts";
import type { TemplateName } from "#onboarding/templates/role-model.ts";
import { renderTemplate } from "#onboarding/templates/template.ts";
import { resourceTypes as stackTypes } from "../simulator/services/cloudformation/resource-types.ts";
import { loadService } from "../simulator/services.ts";
import { type Credentials, errorOf, startSmall } from "../simulator/small-clients.ts";
import { apiOf } from "../simulator/wire/api.ts";
import { missingMember } from "../simulator/wire/required.ts";
import { small } from "../simulator/worlds/small.ts";
import { pairsOf, repairs } from "./usual-repairs.ts";

const require = createRequire(import.meta.url);
const wire = startSmall();
const calls = await declaredCalls();

async function declaredCalls(): Promise<{ client: string; operation: string }[]> {
  const { resourceTypes } = await loadCatalog();
  const all = [...resourceTypes.values()].flatMap((type) =>
    callsOf(type).map((call) => ({ client: call.client ?? type.client, operation: call.operation })),
  );
  const named = new Map(all.map((call) => [`${call.client}:${call.operation}`, call]));
  return [...named.values()].sort((a, b) =>
    `${a.client}:${a.operation}`.localeCompare(`${b.client}:${b.operation}`),
  );
}

test("every operation that the catalog calls is implemented", async () => {
  expect(calls.length).toBeGreaterThan(40);
  const missing: string[] = [];
  for (const { client, operation } of calls) {
    const service = await loadService(client);
    if (!service?.operations[operation]) missing.push(`${client}:${operation}`);
  }
  expect(missing).toEqual([]);
});

/** Fewest members that the operation's schema asks for, each with something in it. */
function leastInput(client: string, operation: string): Record<string, unknown> {
  const shape = apiOf(client)?.operations.get(operation)?.input;
  // Its place in the host's name makes it needed, not its schema.
  const input: Record<string, unknown> = client === "s3-control" ? { AccountId: small.prodAccountId } : {};
  for (let name = shape && missingMember(shape, input); name; name = shape && missingMember(shape, input)) {
    const member = shape?.kind === "struct" ? shape.members.find((each) => each.name === name) : undefined;
    input[name] = member?.shape.kind === "list" ? ["nothing"] : (known[name] ?? "nothing");
  }
  return input;
}

/** What must look like itself to come as far as the question of permission. */
const known: Record<string, string> = { AlternateContactType: "SECURITY" };

function commandOf(client: string, operation: string) {
  const module = require(`@aws-sdk/client-${client}`) as Record<string, unknown>;
  const Command = module[`${operation}Command`] as new (input: object) => object;
  const [name = ""] = Object.keys(module).filter((each) => each.endsWith("Client") && !each.startsWith("__"));
  const Client = module[name] as new (settings: object) => { send(command: object): Promise<unknown> };
  return { Command, Client };
}

/** A host with a name, because S3 Control puts the account before it. */
function settingsFor(credentials: Credentials) {
  const { port } = new URL(wire.simulator.endpoint);
  const region = "us-east-1";
  return {
    endpoint: `http://simulator.internal:${port}`,
    region,
    credentials,
    maxAttempts: 1,
    requestHandler: { httpAgent },
  };
}

const lookup: LookupFunction = (_, options, done) =>
  options.all ? done(null, [{ address: "127.0.0.1", family: 4 }]) : done(null, "127.0.0.1", 4);
const httpAgent = new Agent({ lookup, keepAlive: true });
afterAll(() => httpAgent.destroy());

/** Credentials of a role of the member `prod` that may do the given actions and nothing else. */
async function roleWith(RoleName: string, allow: string[]): Promise<Credentials> {
  const iam = wire.client(IAMClient, await wire.asMember(small.prodAccountId));
  const trust = { Effect: "Allow", Principal: { AWS: small.managementAccountId }, Action: "sts:AssumeRole" };
  const document = (Statement: object) => JSON.stringify({ Version: "2012-10-17", Statement });
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: document(trust) }));
  if (allow.length > 0) {
    const PolicyDocument = document({ Effect: "Allow", Action: allow, Resource: "*" });
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "own", PolicyDocument }));
  }
  return wire.assume(`arn:aws:iam::${small.prodAccountId}:role/${RoleName}`);
}

const denial = /Denied|Unauthorized/;

test("each operation is denied without the actions that the templates grant for it, and not with them", async () => {
  const nobody = await roleWith("Nobody", []);
  const surprises: string[] = [];
  for (const [at, { client, operation }] of calls.entries()) {
    const { Command, Client } = commandOf(client, operation);
    const actions = await readActionsFor(client, operation);
    const send = async (as: Credentials) =>
      (
        await errorOf(
          new Client({ ...settingsFor(as), forcePathStyle: true }).send(
            new Command(leastInput(client, operation)),
          ),
        )
      )?.code ?? "none";
    const without = await send(nobody);
    const granted = await send(await roleWith(`Only${at}`, actions));
    if (!denial.test(without)) surprises.push(`${client}:${operation} without any action: ${without}`);
    if (denial.test(granted)) surprises.push(`${client}:${operation} with ${actions}: ${granted}`);
  }
  expect(surprises).toEqual([]);
});

/** What a stack calls for a resource, and what the CLI's templates call: made, changed, taken away. */
const behindTypes: Record<string, string> = {
  "AWS::IAM::Role": `iam: CreateRole/DeleteRole UpdateRole/UpdateRole UpdateAssumeRolePolicy/UpdateAssumeRolePolicy
    AttachRolePolicy/DetachRolePolicy PutRolePolicy/DeleteRolePolicy TagRole/UntagRole
    PutRolePermissionsBoundary/DeleteRolePermissionsBoundary`,
  "AWS::IAM::ManagedPolicy": `iam: CreatePolicy/DeletePolicy CreatePolicyVersion/DeletePolicyVersion
    SetDefaultPolicyVersion/SetDefaultPolicyVersion TagPolicy/UntagPolicy`,
  "AWS::IAM::InstanceProfile": `iam: CreateInstanceProfile/DeleteInstanceProfile
    AddRoleToInstanceProfile/RemoveRoleFromInstanceProfile`,
  "AWS::CloudFormation::StackSet": `cloudformation: CreateStackSet/DeleteStackSet UpdateStackSet/UpdateStackSet
    CreateStackInstances/DeleteStackInstances UpdateStackInstances/StopStackSetOperation`,
};

/** `aws cloudformation deploy` makes and carries out a change set. */
const behindDeploy = ["CreateChangeSet", "ExecuteChangeSet", "DescribeChangeSet", "DescribeStacks"];

const templateNames: TemplateName[] = ["organization-role", "member-role", "install-role", "combined"];

test("stacks can make every type that the templates hold, and the operations behind them are implemented", async () => {
  const actions = (await loadCatalog()).allHarvestActions();
  const textOf = (name: TemplateName, format: "cloudformation" | "cli") =>
    renderTemplate(name, format, {}, actions).text;
  const held = templateNames.flatMap((name) => textOf(name, "cloudformation").match(/AWS::\w+::\w+/g) ?? []);
  const types = [...new Set(held)];
  expect(types.sort()).toEqual(Object.keys(behindTypes).sort());
  expect(types.filter((type) => !stackTypes[type])).toEqual([]);
  const typed = templateNames.flatMap((name) => [
    ...textOf(name, "cli").matchAll(/\baws ([a-z]+) ([a-z-]+)/g),
  ]);
  const called = typed.flatMap(([, client = "", command = ""]) =>
    (command === "deploy" ? behindDeploy : [pascal(command)]).map(
      (operation) => [client, operation] as const,
    ),
  );
  expect(called).toContainEqual(["iam", "CreateRole"]);
  const behind = Object.values(behindTypes).flatMap((line) =>
    pairsOf(line).map(({ client, act }) => [client, act] as const),
  );
  expect(await missingAmong([...called, ...behind])).toEqual([]);
});

const pascal = (command: string) =>
  command.replace(/(^|-)([a-z])/g, (_, _dash, letter: string) => letter.toUpperCase());

async function missingAmong(
  wanted: readonly (readonly [client: string, operation: string])[],
): Promise<string[]> {
  const missing = new Set<string>();
  for (const [client, operation] of wanted) {
    if (!apiOf(client)?.operations.has(operation))
      missing.add(`${client}:${operation} is no operation of AWS`);
    else if (!(await loadService(client))?.operations[operation]) missing.add(`${client}:${operation}`);
  }
  return [...missing];
}

test("the writes behind the usual repairs are implemented, each with what undoes it", async () => {
  const pairs = pairsOf(repairs);
  expect(new Set(pairs.map((pair) => pair.client)).size).toBe(39);
  const wanted = pairs.flatMap(({ client, act, undo }) =>
    [act, ...(undo === "-" ? [] : [undo])].map((each) => [client, each] as const),
  );
  expect(await missingAmong(wanted)).toEqual([]);
});
