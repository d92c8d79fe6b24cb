// What signs in to the demo: made at the first start, kept in a file that only this user reads, where the
// commands of the terminal find it (and the address) too.
import { randomBytes } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

export interface SignIn {
  email: string;
  password: string;
  apiKey: string;
  /** Where the demo served last; absent before the first time. */
  url?: string;
}

export const signInFile = "demo-sign-in.json";

export async function readSignIn(dataDir: string): Promise<SignIn | null> {
  try {
    return JSON.parse(await readFile(join(dataDir, signInFile), "utf8")) as SignIn;
  } catch (cause) {
    if (["ENOENT", "ENOTDIR"].includes((cause as { code?: string }).code ?? "")) return null;
    throw cause;
  }
}

export async function openSignIn(dataDir: string): Promise<SignIn> {
  const known = await readSignIn(dataDir);
  if (known !== null) return known;
  const made: SignIn = {
    email: "admin@demo.skywarden.local",
    password: randomBytes(12).toString("base64url"),
    apiKey: `demo-${randomBytes(24).toString("hex")}`,
  };
  await saveSignIn(dataDir, made);
  return made;
}

/** Whole or not at all: the database knows only these, so a torn file would lock the user out. */
export async function saveSignIn(dataDir: string, signIn: SignIn): Promise<void> {
  const path = join(dataDir, signInFile);
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, `${JSON.stringify(signIn)}\n`, { mode: 0o600 });
  await rename(draft, path);
}
