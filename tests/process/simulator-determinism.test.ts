// Two simulators of one seed and one --now, in two processes: the bodies of all read calls are the same.
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, expect, test } from "vitest";
import { withDefaults } from "../../simulator/defaults.ts";
import { openWorld, type World, type WorldDefinition } from "../../simulator/world.ts";
import { worldDefinition } from "../../simulator/worlds.ts";
import { cleanUp, newFolder, run } from "./demo-run.ts";
import {
  inputsOf,
  openCaller,
  Pool,
  type RawAnswer,
  type ReadOperation,
  readOperations,
} from "./read-crawl.ts";

const home = newFolder();
afterAll(cleanUp);

const bornAt = "2026-05-06T07:08:09Z";
const accounts = 6;

interface Announced {
  endpoint: string;
  accessKeyId: string;
  secretAccessKey: string;
  adminUrl: string;
}

async function started(world: string): Promise<Announced> {
  const args = ["--world", world, "--accounts", `${accounts}`, "--now", bornAt, "--json"];
  const process = run(["simulator", ...args], { dataDir: home });
  await process.says("}\n");
  const facts = JSON.parse(process.stdout()) as Announced;
  await fetch(`${facts.adminUrl}/settings`, {
    method: "PUT",
    body: JSON.stringify({ limits: { enabled: false } }),
  });
  return facts;
}

async function inMember({ endpoint, accessKeyId, secretAccessKey }: Announced, accountId: string) {
  const sts = new STSClient({ endpoint, region: "us-east-1", credentials: { accessKeyId, secretAccessKey } });
  const { Credentials } = await sts.send(
    new AssumeRoleCommand({
      RoleArn: `arn:aws:iam::${accountId}:role/OrganizationAccountAccessRole`,
      RoleSessionName: "reader",
    }),
  );
  const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "" } = Credentials ?? {};
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}

/** What differs between runs by right: request ids and issued credentials. */
function masked({ body }: RawAnswer, issued: string[]): string {
  let text = body.replace(/<(RequestId|RequestID|requestId|HostId)>[^<]*</g, "<$1><");
  for (const each of issued) text = text.replaceAll(each, "ISSUED");
  return text;
}

interface Crawl {
  operations: ReadOperation[];
  succeeded: Set<string>;
  /** Calls whose answers differ. */
  differing: string[];
  bodies: string;
}

const label = ({ client, name }: ReadOperation) => `${client}:${name}`;

/** Everything that can be read from one place, asked of both. */
async function crawl(found: Crawl, places: Place[]): Promise<void> {
  // What one place holds is nothing to ask for in another.
  const pool = new Pool();
  const [one, two] = places;
  if (!one || !two) throw new Error("two are compared");
  for (const pass of [0, 1, 2, 3]) {
    for (const operation of found.operations) {
      if (pass > 1 && found.succeeded.has(label(operation))) continue;
      const inputs = pass === 0 ? [{}] : inputsOf(operation, pool, pass + 1).slice(1);
      for (const input of inputs) {
        const [a, b] = await Promise.all([one.ask(operation, input), two.ask(operation, input)]);
        if (a.status === 200) found.succeeded.add(label(operation));
        pool.learn(a.output, one.issued);
        found.bodies += a.body;
        if (a.status === b.status && masked(a, one.issued) === masked(b, two.issued)) continue;
        const bodies = [a, b].map(({ body }) => body.slice(0, 600)).join("\n  ");
        found.differing.push(`${label(operation)} ${JSON.stringify(input)}\n  ${bodies}`);
      }
    }
  }
}

interface Place {
  ask: ReturnType<typeof openCaller>;
  issued: string[];
}

async function placeIn(simulator: Announced, region: string, memberId?: string): Promise<Place> {
  const as = memberId ? await inMember(simulator, memberId) : simulator;
  return {
    ask: openCaller(simulator.endpoint, region, as),
    issued: [simulator.accessKeyId, as.accessKeyId],
  };
}

/** Kinds with things in the crawled places of which no answer told. */
function unseenKinds(definition: WorldDefinition, memberId: string, world: World, bodies: string): string[] {
  const places = ["global", ...regions].flatMap((region) =>
    [world.managementAccountId, memberId].map((accountId) => ({ accountId, region })),
  );
  return Object.entries(definition.derive).flatMap(([kind, derive]) => {
    const ids = places
      .flatMap((place) => [...derive(world, place)].map(([id]) => id))
      .filter((id) => id !== "self");
    // Some ids are several in one, such as a trail's region and name.
    const isTold = (id: string) => id.split("/").every((part) => bodies.includes(part));
    return ids.length > 0 && !ids.some(isTold) ? [kind] : [];
  });
}

const regions = ["us-east-1", "eu-central-1"];

test.each([
  ["demo", 0.5],
  ["large", 0.65],
])("the world %s", { timeout: 300_000 }, async (name, share) => {
  const simulators = [await started(name), await started(name)];
  const definition = withDefaults(await worldDefinition(name));
  const world = openWorld({ definition, seed: 1, accountCount: accounts, bornAt: new Date(bornAt) });
  const memberId = [...world.accounts.values()][1]?.id ?? "";
  const found: Crawl = {
    operations: await readOperations(),
    succeeded: new Set(),
    differing: [],
    bodies: "",
  };
  await crawl(found, await Promise.all(simulators.map((each) => placeIn(each, "us-east-1"))));
  for (const region of regions)
    await crawl(found, await Promise.all(simulators.map((each) => placeIn(each, region, memberId))));
  expect({ count: found.differing.length, first: found.differing.slice(0, 5) }).toEqual({
    count: 0,
    first: [],
  });
  expect(unseenKinds(definition, memberId, world, found.bodies)).toEqual([]);
  // The rest asks for things that the world does not hold, and is refused alike.
  expect(found.succeeded.size / found.operations.length).toBeGreaterThan(share);
});
