// State made by API comes back after a restart; a torn journal line is cut off; another world is refused.
import { spawnSync } from "node:child_process";
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateUserCommand,
  DeleteUserCommand,
  GetRoleCommand,
  IAMClient,
  ListUsersCommand,
} from "@aws-sdk/client-iam";
import {
  CreateOrganizationalUnitCommand,
  ListAccountsForParentCommand,
  ListOrganizationalUnitsForParentCommand,
  MoveAccountCommand,
  OrganizationsClient,
} from "@aws-sdk/client-organizations";
import { afterEach, expect, test } from "vitest";
import { wireOf } from "./small-clients.ts";
import { startSimulator } from "./start.ts";
import { small } from "./worlds/small.ts";

const folder = mkdtempSync(join(tmpdir(), "simulator-kept-"));
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function start() {
  const simulator = await startSimulator({ world: "small", dataDir: folder });
  stops.push(simulator.stop);
  return wireOf(() => simulator);
}

test("state, keys and sessions outlive a restart", async () => {
  const before = await start();
  const { accessKeyId, secretAccessKey } = before.simulator;
  const session = await before.asMember(small.prodAccountId);
  const iam = before.client(IAMClient);
  await iam.send(new CreateUserCommand({ UserName: "kept" }));
  await iam.send(new CreateUserCommand({ UserName: "gone" }));
  await iam.send(new DeleteUserCommand({ UserName: "gone" }));
  const organizations = before.client(OrganizationsClient);
  const unit = { ParentId: small.rootId, Name: "new" };
  const { OrganizationalUnit } = await organizations.send(new CreateOrganizationalUnitCommand(unit));
  const DestinationParentId = OrganizationalUnit?.Id ?? "";
  const move = { AccountId: small.devAccountId, SourceParentId: small.devUnitId, DestinationParentId };
  await organizations.send(new MoveAccountCommand(move));
  await before.simulator.stop();
  stops.length = 0;

  // Killed in the middle of a write.
  appendFileSync(join(folder, "journal.jsonl"), '{"accountId":"1111');
  const after = await start();
  expect(after.simulator).toMatchObject({ accessKeyId, secretAccessKey });
  const { Users = [] } = await after.client(IAMClient).send(new ListUsersCommand({}));
  expect(Users.map(({ UserName }) => UserName)).toEqual(["administrator", "kept"]);
  const again = after.client(OrganizationsClient);
  const units = await again.send(new ListOrganizationalUnitsForParentCommand({ ParentId: small.rootId }));
  expect(units.OrganizationalUnits?.map(({ Name }) => Name)).toEqual(["prod", "dev", "new"]);
  const moved = await again.send(new ListAccountsForParentCommand({ ParentId: DestinationParentId }));
  expect(moved.Accounts?.map(({ Id }) => Id)).toEqual([small.devAccountId]);
  const role = new GetRoleCommand({ RoleName: "OrganizationAccountAccessRole" });
  await expect(after.client(IAMClient, session).send(role)).resolves.toBeDefined();
  expect(readFileSync(join(folder, "journal.jsonl"), "utf8")).not.toContain('{"accountId":"1111{');
});

test("a folder of another world ends the process with 2 and one sentence", () => {
  const args = ["simulator/main.ts", "--world", "small", "--seed", "2", "--data-dir", folder];
  const { status, stderr, stdout } = spawnSync(process.execPath, args, { encoding: "utf8", timeout: 20_000 });
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(stderr).toMatch(/^simulator: .*keeps a world with seed 1, not 2.*\.\n$/);
  rmSync(folder, { recursive: true });
});

test.each([
  ["an unknown option", ["--wolrd", "small"]],
  ["accounts that are no number", ["--accounts", "many"]],
  ["an unknown world", ["--world", "nowhere"]],
])("%s ends the process with 2", (_, args) => {
  const { status, stderr } = spawnSync(process.execPath, ["simulator/main.ts", ...args], {
    encoding: "utf8",
  });
  expect(status).toBe(2);
  expect(stderr).toMatch(/^simulator: .+\n$/);
});
