// `skywarden simulator` as a process: what it prints, how it ends, what it refuses, what outlives kill -9.
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { CreateUserCommand, IAMClient, ListRolesCommand, ListUsersCommand } from "@aws-sdk/client-iam";
import { ListAccountsCommand, OrganizationsClient } from "@aws-sdk/client-organizations";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, describe, expect, test } from "vitest";
import { cleanUp, newFolder, outcomeOf, type Run, run } from "./demo-run.ts";

const home = newFolder();
afterAll(cleanUp);

interface Announced {
  endpoint: string;
  accessKeyId: string;
  secretAccessKey: string;
  adminUrl: string;
}

async function started(args: string[]): Promise<{ run: Run } & Announced> {
  const process = run(["simulator", "--json", ...args], { dataDir: home });
  await process.says("}\n");
  return { run: process, ...(JSON.parse(process.stdout()) as Announced) };
}

function clientOf<Client>(
  Class: new (settings: object) => Client,
  { endpoint, accessKeyId, secretAccessKey }: Announced,
): Client {
  const credentials = { accessKeyId, secretAccessKey };
  return new Class({ endpoint, credentials, region: "us-east-1", maxAttempts: 1 });
}

describe("what it prints", () => {
  test("four lines for a shell, once it answers", async () => {
    const process = run(["simulator", "--world", "empty"], { dataDir: home });
    await process.says("AWS_REGION=us-east-1\n");
    const text = process.stdout();
    expect(text).toMatch(
      /^export AWS_ENDPOINT_URL=http:\/\/127\.0\.0\.1:\d+\nexport AWS_ACCESS_KEY_ID=AKIA[A-Z2-7]{16}\nexport AWS_SECRET_ACCESS_KEY=[A-Za-z0-9/+]{40}\nexport AWS_REGION=us-east-1\n$/,
    );
    const [endpoint = "", accessKeyId = "", secretAccessKey = ""] = text
      .split("\n")
      .map((line) => line.slice(line.indexOf("=") + 1));
    const sts = clientOf(STSClient, { endpoint, accessKeyId, secretAccessKey, adminUrl: "" });
    const { Arn } = await sts.send(new GetCallerIdentityCommand({}));
    expect(Arn).toMatch(/^arn:aws:iam::\d{12}:user\/administrator$/);
    process.process.kill("SIGTERM");
    expect(await process.ended).toEqual({ code: 0, signal: null });
    expect(process.stderr()).toBe("");
  });

  test("with --json one line, whose admin URL opens by itself", async () => {
    const { run: process, ...facts } = await started(["--world", "small", "--seed", "7"]);
    expect(Object.keys(facts)).toEqual(["endpoint", "accessKeyId", "secretAccessKey", "adminUrl"]);
    expect(process.stdout().split("\n")).toHaveLength(2);
    const world = await fetch(`${facts.adminUrl}/world`);
    expect(await world.json()).toMatchObject({ world: "small", seed: 7 });
    process.process.kill("SIGINT");
    expect(await process.ended).toEqual({ code: 0, signal: null });
  });
});

test.each([
  "SIGINT",
  "SIGTERM",
] as const)("%s ends it within a second, whoever still waits", async (signal) => {
  const simulator = await started(["--world", "small"]);
  await fetch(`${simulator.adminUrl}/settings`, {
    method: "PUT",
    body: JSON.stringify({ faults: [{ kind: "no-answer" }] }),
  });
  const waiting = clientOf(STSClient, simulator)
    .send(new GetCallerIdentityCommand({}))
    .catch(() => "cut");
  await new Promise((resolve) => setTimeout(resolve, 100));
  const began = performance.now();
  simulator.run.process.kill(signal);
  expect(await simulator.run.ended).toEqual({ code: 0, signal: null });
  expect(performance.now() - began).toBeLessThan(1000);
  expect(await waiting).toBe("cut");
});

describe("what it refuses, with 2 and one sentence", () => {
  test.each([
    [["--world", "none"], "There is no world none; there are demo"],
    [["--accounts", "4"], "The world demo has at least 5 accounts, not 4."],
    [["--resources", "9"], "How much the world demo holds is given: leave --resources out."],
    [["--accounts", "many"], "It is a whole number from 1 to 100000."],
    [["--seed", "-1"], "It is a whole number from 0 to"],
    [["--now", "yesterday"], "--now is an instant such as"],
    [["--now", "2026-02-31T00:00:00Z"], "--now is an instant such as"],
    [["--port", "70000"], "It is a whole number from 0 to 65535."],
    [["--wolrd", "demo"], "unknown option '--wolrd' (Did you mean --world?)"],
    [["--data-dir", "/dev/null/x"], "cannot be written"],
  ])("%j", async (args, sentence) => {
    const { code, stdout, stderr } = await outcomeOf(["simulator", ...args], { dataDir: home });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(sentence);
    expect(stderr).toMatch(/^skywarden: [^\n]*\n$/);
  });

  test("a port that is taken", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    const { code, stderr } = await outcomeOf(["simulator", "--world", "small", "--port", `${port}`], {
      dataDir: home,
    });
    server.close();
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: `skywarden: Port ${port} is taken by another program; choose another with --port.\n`,
    });
  });
});

test("two on one data folder: the second is refused; after kill -9 all is there again", async () => {
  const dataDir = join(home, "kept");
  const args = ["--world", "demo", "--accounts", "6", "--now", "2026-03-04T05:06:07Z", "--data-dir", dataDir];
  const first = await started(args);
  const second = await outcomeOf(["simulator", ...args], { dataDir: home });
  expect(second).toEqual({
    code: 2,
    stdout: "",
    stderr: `skywarden: ${dataDir} is in use by another simulator, process ${first.run.pid}.\n`,
  });
  await clientOf(IAMClient, first).send(new CreateUserCommand({ UserName: "made" }));
  const before = await seen(first);
  first.run.process.kill("SIGKILL");
  await first.run.ended;

  // The instant of birth is kept, the port is not.
  const again = await started(args.filter((each) => !/^(--now|2026-)/.test(each)));
  expect(await seen(again)).toEqual(before);
  expect(before.users).toEqual(expect.arrayContaining(["administrator", "made"]));
  expect(again.accessKeyId).toBe(first.accessKeyId);
  expect(JSON.parse(readFileSync(join(dataDir, "world.json"), "utf8"))).toMatchObject({
    bornAt: "2026-03-04T05:06:07.000Z",
  });
  again.run.process.kill("SIGTERM");
  await again.run.ended;

  const other = await outcomeOf(["simulator", ...args, "--now", "2026-01-01"], { dataDir: home });
  expect(other.code).toBe(2);
  expect(other.stderr).toContain("keeps a world with now 2026-03-04T05:06:07.000Z, not 2026-01-01T00:00:00");
});

async function seen(simulator: Announced) {
  const { Users = [] } = await clientOf(IAMClient, simulator).send(new ListUsersCommand({}));
  const { Roles = [] } = await clientOf(IAMClient, simulator).send(new ListRolesCommand({}));
  const { Accounts = [] } = await clientOf(OrganizationsClient, simulator).send(new ListAccountsCommand({}));
  return {
    users: Users.map(({ UserName }) => UserName),
    roles: Roles.map(({ RoleId, CreateDate }) => [RoleId, CreateDate]),
    accounts: Accounts.map(({ Id, JoinedTimestamp }) => [Id, JoinedTimestamp]),
  };
}
