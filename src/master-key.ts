// Where the installation's master key comes from: the environment, a file, or — only beside the embedded
// database, whose data lie in the same folder — one made at the first start.

import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { link, mkdir, open, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { StartRefused } from "#model/problem.ts";
import { type MasterKey, masterKeyOf, newMasterKeyText, parseMasterKey } from "./secrets.ts";

export interface OpenedMasterKey {
  key: MasterKey;
  source: "environment" | "file" | "data folder";
  /** The file that it was read from or made in. */
  path: string | null;
  /** True at the start that made it: the user is told to keep a copy. */
  isNew: boolean;
}

export interface MasterKeySettings {
  masterKey: string | null;
  masterKeyFile: string | null;
  databaseUrl: string | null;
  dataDir: string;
}

/** Throws StartRefused with one sentence. */
export async function openMasterKey(settings: MasterKeySettings): Promise<OpenedMasterKey> {
  if (settings.masterKey !== null) {
    const key = keyOf(settings.masterKey, "SKYWARDEN_MASTER_KEY");
    return { key, source: "environment", path: null, isNew: false };
  }
  if (settings.masterKeyFile !== null) {
    const path = settings.masterKeyFile;
    return { key: keyOf(await textOf(path), path), source: "file", path, isNew: false };
  }
  if (settings.databaseUrl !== null) {
    throw new StartRefused(
      "SKYWARDEN_DATABASE_URL is set without a master key; set SKYWARDEN_MASTER_KEY or SKYWARDEN_MASTER_KEY_FILE " +
        "(make one with: openssl rand -base64 32) and keep it apart from the database.",
    );
  }
  return keyBesideDatabase(settings.dataDir);
}

async function keyBesideDatabase(dataDir: string): Promise<OpenedMasterKey> {
  const path = join(dataDir, "master.key");
  const isNew = !existsSync(path) && (await makeKeyFile(dataDir, path));
  return { key: keyOf(await textOf(path), path), source: "data folder", path, isNew };
}

/** False if there is one already: also when another process makes it at this moment. */
async function makeKeyFile(dataDir: string, path: string): Promise<boolean> {
  const draft = `${path}.${randomBytes(4).toString("hex")}`;
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    await writeWhole(draft, `${newMasterKeyText()}\n`);
    // A link appears whole or not at all, and never replaces a key.
    await link(draft, path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return false;
    throw new StartRefused(`The master key cannot be written to ${path} (${code}).`, 2, error);
  } finally {
    if (existsSync(draft)) await rm(draft);
  }
}

async function writeWhole(path: string, text: string): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    await file.writeFile(text);
    // Losing this file to a power cut would lose every secret sealed meanwhile.
    await file.sync();
  } finally {
    await file.close();
  }
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new StartRefused(`The master key cannot be read from ${path} (${code}).`, 2, error);
  }
}

function keyOf(text: string, place: string): MasterKey {
  const parsed = parseMasterKey(text);
  if (!Buffer.isBuffer(parsed)) throw new StartRefused(`${place} ${parsed}.`);
  return masterKeyOf(parsed);
}
