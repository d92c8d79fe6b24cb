// Passwords as they are stored: scrypt with its parameters beside the salt, so that they can grow.
import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";

interface Cost {
  /** Logarithm of the work factor N. */
  logN: number;
  r: number;
  p: number;
}

/** 32 MiB and 0.2 s a try on one core (2026-11-22). */
const cost: Cost = { logN: 15, r: 8, p: 3 };
const hashBytes = 32;

/** "scrypt$15$8$3$salt$hash". */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await stretch(password, salt, cost, hashBytes);
  return `scrypt$${cost.logN}$${cost.r}$${cost.p}$${salt.toString("base64url")}$${hash.toString("base64url")}`;
}

/** A null hash takes as long as a real one, so that nobody learns who is known. */
export async function verifyPassword(password: string, stored: string | null): Promise<boolean> {
  const [, logN, r, p, salt, hash] = (stored ?? (await nobody())).split("$");
  const expected = Buffer.from(hash ?? "", "base64url");
  const given = await stretch(
    password,
    Buffer.from(salt ?? "", "base64url"),
    { logN: Number(logN), r: Number(r), p: Number(p) },
    expected.length,
  );
  return timingSafeEqual(given, expected) && stored !== null;
}

let nobodysHash: Promise<string> | undefined;
function nobody(): Promise<string> {
  nobodysHash ??= hashPassword(randomBytes(24).toString("base64url"));
  return nobodysHash;
}

function stretch(password: string, salt: Buffer, { logN, r, p }: Cost, bytes: number): Promise<Buffer> {
  const N = 2 ** logN;
  return new Promise((resolve, reject) => {
    scrypt(password.normalize("NFKC"), salt, bytes, { N, r, p, maxmem: 256 * N * r }, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}
