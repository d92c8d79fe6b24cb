// IP addresses and CIDR blocks. As with instants, one pattern guards both compilers:
// no leading zeros, no IPv4 inside IPv6, no zones.

const octet = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
const group = "[0-9a-fA-F]{1,4}";
const ipv6 = [
  `(${group}:){7}${group}`,
  `(${group}:){1,7}:`,
  ...[6, 5, 4, 3, 2, 1].map((before) => `(${group}:){1,${before}}(:${group}){1,${7 - before}}`),
  `:(:${group}){1,7}`,
  "::",
].join("|");

export const addressPattern = `^(${octet}([.]${octet}){3}(/(3[0-2]|[12]?[0-9]))?|(${ipv6})(/(12[0-8]|1[01][0-9]|[1-9]?[0-9]))?)$`;
const address = new RegExp(addressPattern);

export interface Block {
  /** 32 or 128 bits. */
  width: 32 | 128;
  bits: bigint;
  prefixLength: number;
}

/** The block (an address is one of full length), or null if it is none. */
export function readBlock(text: unknown): Block | null {
  if (typeof text !== "string" || !address.test(text)) return null;
  const [host = "", prefix] = text.split("/");
  const width = host.includes(":") ? 128 : 32;
  const bits = width === 32 ? ipv4Bits(host) : ipv6Bits(host);
  return { width, bits, prefixLength: prefix === undefined ? width : Number(prefix) };
}

/** Whether the block lies inside the other: same family, at least as narrow, same leading bits. */
export function isInside(inner: Block, outer: Block): boolean {
  if (inner.width !== outer.width || inner.prefixLength < outer.prefixLength) return false;
  const rest = BigInt(outer.width - outer.prefixLength);
  return inner.bits >> rest === outer.bits >> rest;
}

function ipv4Bits(host: string): bigint {
  return host.split(".").reduce((bits, part) => bits * 256n + BigInt(part), 0n);
}

function ipv6Bits(host: string): bigint {
  const [left = "", right] = host.split("::");
  const head = left === "" ? [] : left.split(":");
  const tail = right === undefined || right === "" ? [] : right.split(":");
  const zeros = new Array<string>(8 - head.length - tail.length).fill("0");
  return [...head, ...(right === undefined ? [] : zeros), ...tail].reduce(
    (bits, part) => bits * 65536n + BigInt(`0x${part}`),
    0n,
  );
}
