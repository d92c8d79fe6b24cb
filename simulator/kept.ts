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
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import type { Change } from "./world.ts";

export interface KeptWorld {
  version: 1;
  world: string;
  seed: number;
  accounts: number;
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

export type Wanted = Pick<KeptWorld, "world" | "seed" | "accounts">;

/** A folder made for another world: not ours to overwrite. */
export class OtherWorld extends Error {}

export function openKept(folder: string | undefined, wanted: Wanted, now: Date): Kept {
  if (folder === undefined) {
    return { facts: newWorld(wanted, now), changes: [], append: () => undefined, close: () => undefined };
  }
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const worldFile = join(folder, "world.json");
  const facts = existsSync(worldFile) ? readWorld(worldFile, wanted) : newWorld(wanted, now);
  if (!existsSync(worldFile))
    writeFileSync(worldFile, `${JSON.stringify(facts, null, 1)}\n`, { mode: 0o600 });
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

function newWorld(wanted: Wanted, now: Date): KeptWorld {
  return { version: 1, ...wanted, bornAt: now.toISOString(), secret: randomBytes(32).toString("hex") };
}

function readWorld(file: string, wanted: Wanted): KeptWorld {
  const facts = JSON.parse(readFileSync(file, "utf8")) as KeptWorld;
  const differs = (["world", "seed", "accounts"] as const).find((key) => facts[key] !== wanted[key]);
  if (differs) {
    throw new OtherWorld(
      `${file} keeps a world with ${differs} ${facts[differs]}, not ${wanted[differs]}: use that, or another data folder.`,
    );
  }
  return facts;
}

function readJournal(file: string): { changes: Change[]; wholeBytes: number } {
  const bytes = readFileSync(file);
  const wholeBytes = bytes.lastIndexOf(10) + 1;
  const lines = bytes.subarray(0, wholeBytes).toString("utf8").split("\n").filter(Boolean);
  return { changes: lines.map((line) => JSON.parse(line) as Change), wholeBytes };
}
