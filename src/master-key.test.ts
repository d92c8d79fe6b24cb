import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { StartRefused } from "#model/problem.ts";
import { type MasterKeySettings, openMasterKey } from "./master-key.ts";

const hex = "0123456789abcdef".repeat(4);
const base64 = Buffer.from(hex, "hex").toString("base64");

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "skywarden-key-"));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

function open(settings: Partial<MasterKeySettings>) {
  return openMasterKey({
    masterKey: null,
    masterKeyFile: null,
    databaseUrl: null,
    dataDir: "/nowhere",
    ...settings,
  });
}

test("the same key comes from the environment in both forms and from a file", async () => {
  const path = join(await folder(), "key");
  await writeFile(path, `${base64}\n`);
  const [fromHex, fromBase64, fromFile] = await Promise.all([
    open({ masterKey: hex }),
    open({ masterKey: base64 }),
    open({ masterKeyFile: path, databaseUrl: "postgres://localhost/skywarden" }),
  ]);
  expect(fromHex).toMatchObject({ source: "environment", path: null, isNew: false });
  expect(fromBase64.key).toEqual(fromHex.key);
  expect(fromFile).toEqual({ key: fromHex.key, source: "file", path, isNew: false });
});

test("one is made beside the embedded database, once, for this account only", async () => {
  const dataDir = join(await folder(), "data");
  // Several processes may come together.
  const opened = await Promise.all([open({ dataDir }), open({ dataDir }), open({ dataDir })]);
  const path = join(dataDir, "master.key");
  expect(new Set(opened.map(({ key }) => key.id)).size).toBe(1);
  expect(opened.filter(({ isNew }) => isNew)).toHaveLength(1);
  expect(opened[0]).toMatchObject({ source: "data folder", path });
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(dataDir)).toEqual(["master.key"]);
  const text = await readFile(path, "utf8");
  expect(await open({ dataDir })).toMatchObject({ key: opened[0]?.key, isNew: false });
  expect(await readFile(path, "utf8")).toBe(text);
});

test.each<[string, (path: string) => Promise<Partial<MasterKeySettings>>, RegExp]>([
  [
    "an external database without a key",
    async () => ({ databaseUrl: "postgres://localhost/skywarden" }),
    /^SKYWARDEN_DATABASE_URL is set without a master key; set SKYWARDEN_MASTER_KEY or SKYWARDEN_MASTER_KEY_FILE /,
  ],
  [
    "a missing file",
    async (path) => ({ masterKeyFile: join(path, "no") }),
    /cannot be read from .*\/no \(ENOENT\)\.$/,
  ],
  [
    "a file that holds something else",
    async (path) => {
      await writeFile(join(path, "key"), "secret of mine");
      return { masterKeyFile: join(path, "key") };
    },
    /\/key must be 32 random bytes in base64 or hexadecimal.*\.$/,
  ],
  [
    "a damaged file in the data folder",
    async (path) => {
      await writeFile(join(path, "master.key"), "");
      return { dataDir: path };
    },
    /\/master\.key must be 32 random bytes/,
  ],
  [
    "a data folder that cannot be made",
    async (path) => {
      await writeFile(join(path, "file"), "");
      await mkdir(join(path, "folder"));
      await chmod(join(path, "folder"), 0o500);
      return { dataDir: join(path, "file", "data") };
    },
    /^The master key cannot be written to .*\/data\/master\.key \(ENOTDIR\)\.$/,
  ],
])("refuses %s in one sentence", async (_what, settings, sentence) => {
  const error = await open(await settings(await folder())).catch((refusal) => refusal);
  expect(error).toBeInstanceOf(StartRefused);
  expect(error).toMatchObject({ message: expect.stringMatching(sentence), exitCode: 2 });
  expect(error.message).not.toContain("secret of mine");
});
