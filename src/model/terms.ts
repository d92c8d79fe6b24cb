// Look-up terms: the narrow words by which lists find resources and clouds. Made when a thing is stored,
// compared for equality or as a prefix; lower-cased, except tags, whose case the provider keeps.
import type { HarvestedResource, Tag } from "./resource.ts";

/** PostgreSQL refuses index rows of more than 2,704 bytes; nobody types that much. */
const maxTermChars = 512;
const maxTerms = 400;

export function termsOf(
  resource: Pick<HarvestedResource, "name" | "nativeId" | "arn" | "tags" | "properties">,
): string[] {
  const terms = new Set<string>();
  for (const word of nameTerms(resource.name ?? "")) terms.add(word);
  for (const id of [resource.nativeId, resource.arn]) if (id !== null) terms.add(clip(id.toLowerCase()));
  for (const word of nameTerms(lastPart(resource.nativeId))) terms.add(word);
  for (const tag of resource.tags) for (const term of tagTerms(tag)) terms.add(term);
  for (const address of addressesIn(resource.properties)) terms.add(address);
  return [...terms].slice(0, maxTerms);
}

/** The whole name and its words. */
function nameTerms(name: string): string[] {
  const whole = name.trim().toLowerCase();
  if (whole === "") return [];
  return [whole, ...whole.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "")].map(clip);
}

export function tagTerms({ key, value }: Tag): string[] {
  return [tagTerm(key), tagTerm(key, value)];
}

/** What a filter for a tag looks for: the key alone, or key and value. */
export function tagTerm(key: string, value?: string): string {
  return clip(value === undefined ? `tag:${key}` : `tag:${key}=${value}`);
}

/** What a typed text looks for: each word is the beginning of some term. */
export function wordsOf(text: string): string[] {
  return text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "")
    .map(clip)
    .slice(0, 8);
}

const lastPoint = 0x10ffff;

/** All terms that begin with the prefix lie from it up to this one, in the order of code points ("C"). */
export function endOfPrefix(prefix: string): string {
  const points = [...prefix];
  while (points.at(-1)?.codePointAt(0) === lastPoint) points.pop();
  const last = points.pop()?.codePointAt(0);
  // Nothing can be raised: longer than any term, of the last character alone.
  if (last === undefined) return String.fromCodePoint(lastPoint).repeat(maxTermChars);
  // Surrogates are no characters.
  return points.join("") + String.fromCodePoint(last === 0xd7ff ? 0xe000 : last + 1);
}

/** The last name in a path or an ARN: "role/team/admin" is found as "admin". */
function lastPart(id: string): string {
  return id.slice(Math.max(id.lastIndexOf("/"), id.lastIndexOf(":")) + 1);
}

const addressField =
  /^(?:(?:Private|Public|Customer|Carrier|Allocated|Elastic)(?:Owned)?Ip(?:v4|v6)?(?:Address)?|Ipv6Addresses?|Ipv6Address|IpAddress(?:es)?|IPAddress)$/;
const address = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F:]*:[0-9a-fA-F:.]+)$/;
const maxAddresses = 100;
const maxDepth = 6;

/** Values of fields that AWS names as addresses, at any depth: instances and their network interfaces. */
function addressesIn(properties: unknown): Set<string> {
  const found = new Set<string>();
  const walk = (value: unknown, field: string, depth: number): void => {
    if (found.size >= maxAddresses || depth > maxDepth) return;
    if (typeof value === "string") {
      if (addressField.test(field) && address.test(value)) found.add(value.toLowerCase());
    } else if (Array.isArray(value)) for (const item of value) walk(item, field, depth + 1);
    else if (value !== null && typeof value === "object")
      for (const [name, member] of Object.entries(value)) walk(member, name, depth + 1);
  };
  walk(properties, "", 0);
  return found;
}

function clip(term: string): string {
  return term.length > maxTermChars ? term.slice(0, maxTermChars) : term;
}
