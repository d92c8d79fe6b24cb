// `skywarden clouds …` as a process against a served API: badges from a file and back, problems, and what an
// organization manages.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { seedEstate } from "../../src/api/testing/seed-estate.ts";
import { startApi, type TestApi } from "../../src/api/testing/start-api.ts";
import { cleanUp, newFolder, outcomeOf } from "./demo-run.ts";

let api: TestApi;
let env: NodeJS.ProcessEnv;
const folder = newFolder();
const [managed, single] = ["100000000001", "100000000002"];

beforeAll(async () => {
  api = await startApi();
  await seedEstate(api.ownerUrl, { tenantId: api.tenantId, clouds: 3, resources: 3, salt: "a" });
  const owner = new pg.Client({ connectionString: api.ownerUrl });
  await owner.connect();
  await owner.query("update clouds set organization_id = 'org_1' where account_id = $1", [managed]);
  await owner.query(
    `update clouds set state = 'assume-role-failed', state_code = 'assume-role-denied', state_reason = 'no',
       state_action = 'do', state_cause = 'role/Member' where account_id = $1`,
    [managed],
  );
  await owner.end();
  const { changeCloud } = api.parts.onboarding;
  api.parts.onboarding.changeCloud = async (tenantId, cloud, change) =>
    cloud.accountId === managed
      ? { ok: false, code: "managed-cloud", detail: "It is changed on the organization's page." }
      : changeCloud(tenantId, cloud, change);
  const url = await api.app.listen({ host: "127.0.0.1", port: 0 });
  env = { SKYWARDEN_URL: url, SKYWARDEN_API_KEY: await api.key("tenant-admin") };
}, 60_000);
afterAll(async () => {
  await cleanUp();
  await api.close();
});

const skywarden = (...args: string[]) => outcomeOf(args, { dataDir: join(folder, "data"), env });

test.each([
  [["remove", managed, "--yes"], "exclude the account there first"],
  [["change", managed, "--role-arn", "arn:aws:iam::1:role/x"], "changed on the organization's page"],
  [["change", managed, "--external-id", "another-one-0123456789"], "changed on the organization's page"],
  [["change", managed, "--name", "mine"], "Rename the account in AWS"],
])("clouds %j is refused for a managed cloud, with the place where it is done (S105)", async (args, words) => {
  const { code, stdout, stderr } = await skywarden("clouds", ...args);
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toContain(words);
  expect(stderr).toContain("managed-cloud");
});

test("one connected by itself is renamed, and removed only with --yes", async () => {
  expect((await skywarden("clouds", "change", single, "--name", "Blue")).stdout).toContain("Blue");
  const preview = await skywarden("clouds", "remove", single);
  expect(preview.stdout).toContain("Would remove Blue");
  expect(await api.ask(await api.key("viewer"), "/api/v1/clouds?status=removing")).toMatchObject({
    body: { total: 0 },
  });
  expect((await skywarden("clouds", "remove", single, "--yes")).stdout).toContain("Being removed: Blue");
});

test("badges come from a file after a preview, and go into one", async () => {
  const file = join(folder, "badges.csv");
  writeFileSync(file, `accountId,key,value\n${managed},owner,=ada\n${managed},system.x,1\n`);
  const preview = await skywarden("clouds", "badges", "import", file);
  expect(preview.code).toBe(1);
  expect(preview.stdout).toMatch(/Would be: 1 added.* 1 refused\. Repeat with --yes/);
  expect(preview.stdout).toContain("reserved");
  const done = await skywarden("clouds", "badges", "import", file, "--yes", "--json");
  expect(JSON.parse(done.stdout)).toMatchObject({ applied: true, added: 1, refused: [{ line: 3 }] });
  const { code, stdout } = await skywarden("clouds", "badges", "export", "--badge", "owner");
  expect([code, stdout]).toEqual([
    0,
    `accountId,cloudName,key,value\r\n${managed},account 1,env,prod\r\n${managed},account 1,owner,'=ada\r\n`,
  ]);
  const missing = await skywarden("clouds", "badges", "import", join(folder, "none.csv"));
  expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining("cannot be read (ENOENT)")]);
});

test("lists take badges with and and or; problems are told with what mends them", async () => {
  const some = ["--badge", "env:prod", "--badge", "team:team 1"];
  const count = async (...args: string[]) =>
    JSON.parse((await skywarden("clouds", "--json", ...args)).stdout).items.length;
  expect(await count(...some)).toBe(1);
  expect(await count(...some, "--badge-operator", "or")).toBeGreaterThan(1);
  const { stdout } = await skywarden("clouds", "problems");
  expect(stdout).toContain("1 cloud: role/Member cannot be assumed");
  expect(stdout).toContain("aws iam get-role");
});
