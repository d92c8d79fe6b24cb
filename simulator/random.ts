// Numbers that look random and are the same for the same text, for derived worlds and repeatable tests.
import type { Random } from "./world.ts";

/** xmur3 hash into sfc32: small, fast, the same on every platform; not for secrets. */
export function randomFrom(text: string): Random {
  let h = 1779033703 ^ text.length;
  for (let i = 0; i < text.length; i++) {
    h = Math.imul(h ^ text.charCodeAt(i), 3432918353);
    h = (h << 13) | (h >>> 19);
  }
  const word = () => {
    h = Math.imul(h ^ (h >>> 16), 2246822507);
    h = Math.imul(h ^ (h >>> 13), 3266489909);
    h ^= h >>> 16;
    return h >>> 0;
  };
  let [a, b, c, d] = [word(), word(), word(), word()];
  const next = () => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + t;
    return (t >>> 0) / 4294967296;
  };
  const int = (below: number) => Math.floor(next() * below);
  return {
    next,
    int,
    pick: <T>(of: readonly T[]): T => {
      const value = of[int(of.length)];
      if (value === undefined) throw new Error("pick from an empty list");
      return value;
    },
    chance: (probability) => next() < probability,
    hex: (length) => Array.from({ length }, () => int(16).toString(16)).join(""),
  };
}
