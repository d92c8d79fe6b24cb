// What a simulator keeps in its data folder: which world it is, its secret, and a journal of changes made by API.
// A torn last line of the journal (killed while writing) is cut off.

import { randomBytes } from "node:crypto";
import {
  closeSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { lockFolder } from "./folder-lock.ts";
import type { Change } from "./world.ts";

export interface KeptWorld {
  version: 1;
  world: string;
  seed: number;
  accounts: number;
  /** Per account, where the world lets one choose. */
  resources?: number;
  bornAt: string;
  /** Seals session tokens, so that they outlive a restart. */
  secret: string;
}

export interface Kept {
  facts: KeptWorld;
  changes: Change[];
  append(change: Change): void;
  close(): void;
}

export type Wanted = Pick<KeptWorld, "world" | "seed" | "accounts" | "resources"> & {
  /** The instant that the world is to be born at; a kept world's own, else now, unless told. */
  bornAt?: Date;
};

/** Why a simulator cannot start with what it was given, in one sentence. */
export class StartProblem extends Error {}

export function openKept(folder: string | undefined, wanted: Wanted, now: Date): Kept {
  if (folder === undefined) {
    return { facts: newWorld(wanted, now), changes: [], append: () => undefined, close: () => undefined };
  }
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lock = lockFolder(folder);
  if ("heldBy" in lock)
    throw new StartProblem(`${folder} is in use by another simulator, process ${lock.heldBy}.`);
  try {
    const { close, ...kept } = openFolder(folder, wanted, now);
    return {
      ...kept,
      close: () => {
        close();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

function openFolder(folder: string, wanted: Wanted, now: Date): Kept {
  const worldFile = join(folder, "world.json");
  const facts = existsSync(worldFile) ? readWorld(worldFile, wanted) : newWorld(wanted, now);
  if (!existsSync(worldFile)) {
    writeFileSync(`${worldFile}.new`, `${JSON.stringify(facts, null, 1)}\n`, { mode: 0o600 });
    renameSync(`${worldFile}.new`, worldFile);
  }
  const journal = join(folder, "journal.jsonl");
  const { changes, wholeBytes } = existsSync(journal) ? readJournal(journal) : { changes: [], wholeBytes: 0 };
  const file = openSync(journal, "a", 0o600);
  ftruncateSync(file, wholeBytes);
  return {
    facts,
    changes,
    append: (change) => {
      writeSync(file, `${JSON.stringify(change)}\n`);
    },
    close: () => closeSync(file),
  };
}

function newWorld({ bornAt, ...wanted }: Wanted, now: Date): KeptWorld {
  const secret = randomBytes(32).toString("hex");
  return { version: 1, ...wanted, bornAt: (bornAt ?? now).toISOString(), secret };
}

function readWorld(file: string, { bornAt, ...wanted }: Wanted): KeptWorld {
  const facts = parseWorld(file);
  const asked: Record<string, string | number> = { ...wanted };
  if (bornAt) asked.bornAt = bornAt.toISOString();
  const differs = Object.keys(asked).find((key) => facts[key as keyof KeptWorld] !== asked[key]);
  if (differs) {
    const name = differs === "bornAt" ? "now" : differs;
    throw new StartProblem(
      `${file} keeps a world with ${name} ${facts[differs as keyof KeptWorld]}, not ${asked[differs]}: use that, or another data folder.`,
    );
  }
  return facts;
}

function parseWorld(file: string): KeptWorld {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as KeptWorld;
  } catch (error) {
    if (error instanceof SyntaxError) throw new StartProblem(`${file} is not a kept world: it is no JSON.`);
    throw error;
  }
}

function readJournal(file: string): { changes: Change[]; wholeBytes: number } {
  const bytes = readFileSync(file);
  const wholeBytes = bytes.lastIndexOf(10) + 1;
  const lines = bytes.subarray(0, wholeBytes).toString("utf8").split("\n").filter(Boolean);
  try {
    return { changes: lines.map((line) => JSON.parse(line) as Change), wholeBytes };
  } catch (error) {
    if (error instanceof SyntaxError) throw new StartProblem(`${file} holds a line that is no JSON.`);
    throw error;
  }
}
