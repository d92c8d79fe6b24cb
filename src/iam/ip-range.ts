// IPv4 and IPv6 addresses and CIDR ranges, as IpAddress conditions write them.

export interface Range {
  bits: 32 | 128;
  first: bigint;
  last: bigint;
}

/** An address without a prefix is a range of one. Null: not an address. */
export function readRange(text: string): Range | null {
  const [address = "", prefixText, ...rest] = text.trim().split("/");
  const read = readAddress(address);
  if (read === null || rest.length > 0) return null;
  if (prefixText !== undefined && !/^\d{1,3}$/.test(prefixText)) return null;
  const prefix = prefixText === undefined ? read.bits : Number(prefixText);
  if (prefix > read.bits) return null;
  const size = 1n << BigInt(read.bits - prefix);
  const first = read.value - (read.value % size);
  return { bits: read.bits, first, last: first + size - 1n };
}

export function isInRange(text: string, range: Range): boolean {
  const address = readAddress(text.trim());
  return (
    address !== null &&
    address.bits === range.bits &&
    address.value >= range.first &&
    address.value <= range.last
  );
}

function readAddress(text: string): { bits: 32 | 128; value: bigint } | null {
  if (!text.includes(":")) {
    const value = readFour(text);
    return value === null ? null : { bits: 32, value };
  }
  const value = readSix(text);
  return value === null ? null : { bits: 128, value };
}

function readFour(text: string): bigint | null {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255))
    return null;
  return parts.reduce((sum, part) => sum * 256n + BigInt(part), 0n);
}

function readSix(text: string): bigint | null {
  const halves = withoutDots(text).split("::");
  if (halves.length > 2) return null;
  const [left = [], right = []] = halves.map((half) => (half === "" ? [] : half.split(":")));
  const missing = 8 - left.length - right.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null;
  const groups = [...left, ...Array<string>(halves.length === 2 ? missing : 0).fill("0"), ...right];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return null;
  return groups.reduce((sum, group) => sum * 65536n + BigInt(`0x${group}`), 0n);
}

/** `::ffff:192.0.2.1` in groups only. */
function withoutDots(text: string): string {
  const at = text.lastIndexOf(":") + 1;
  const four = readFour(text.slice(at));
  return four === null
    ? text
    : `${text.slice(0, at)}${(four >> 16n).toString(16)}:${(four & 0xffffn).toString(16)}`;
}
