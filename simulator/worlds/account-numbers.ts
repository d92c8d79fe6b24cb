// Account numbers of a world: twelve digits, all different and some beginning with 0 as in AWS. From the number
// the index follows, so that a world need not keep a table of them.
import type { Random } from "../world.ts";

const modulus = 1_000_000_000_000n;
/** No common divisor with 10^12, so that every index has a number of its own. */
const step = 374_177_211_113n;
const inverse = inverseOf(step);

export interface AccountNumbers {
  at(index: number): string;
  /** Below 10^12; undefined for what is no account number. */
  indexOf(accountId: string): number | undefined;
}

export function accountNumbers(random: Random): AccountNumbers {
  const first = BigInt(Math.floor(random.next() * 1e12));
  return {
    at: (index) => ((first + BigInt(index) * step) % modulus).toString().padStart(12, "0"),
    indexOf(accountId) {
      if (!/^\d{12}$/.test(accountId)) return undefined;
      const distance = (BigInt(accountId) - first + modulus) % modulus;
      return Number((distance * inverse) % modulus);
    },
  };
}

/** By Euclid's algorithm. */
function inverseOf(value: bigint): bigint {
  let [low, high] = [value, modulus];
  let [a, b] = [1n, 0n];
  while (low > 1n) {
    const quotient = high / low;
    [low, high] = [high - quotient * low, low];
    [a, b] = [b - quotient * a, a];
  }
  return ((a % modulus) + modulus) % modulus;
}
