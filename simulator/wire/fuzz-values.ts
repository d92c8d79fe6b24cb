// Values made from the schemas, for the fuzz of the wire: whatever a shape allows, in a form that its place in a
// request or an answer can carry. Depends on nothing but the shape and the random numbers.
import type { Random } from "../world.ts";
import type { Member, Shape } from "./shape.ts";

/** What the transport around a value leaves of a text: a header loses spaces at its ends, a list in it its commas. */
type Place = "body" | "header" | "headerItem" | "label" | "query" | "json";

const deepest = 5;
const alphabets: Record<Place, string[]> = {
  body: [
    "a",
    "Z",
    "7",
    " ",
    "ü",
    "日",
    "<",
    "&",
    ">",
    '"',
    "'",
    "/",
    "+",
    "%",
    "=",
    "]]>",
    "\t",
    "\n",
    "\r",
    "😀",
  ],
  header: ["a", "Z", "7", "-", "/", "+", "=", ";", ":"],
  headerItem: ["a", "Z", "7", "-", "+"],
  label: ["a", "Z", "7", "-", "ü", " ", "+", "%", "&", "/", ":"],
  query: ["a", "Z", "7", "ü", " ", "+", "%", "&", "=", "/", "?", "#", "*", "'", "~"],
  json: [],
};

/** The members of an operation's input or output, each made for the place its binding puts it in. */
export function inputFor(shape: Shape, random: Random, fixed: Record<string, unknown> = {}) {
  return structFor(shape, random, 0, (member) => placeOf(member), fixed);
}

function placeOf(member: Member): Place {
  if (member.isLabel) return "label";
  if (member.query || member.isQueryParams) return "query";
  if (member.mediaType && member.header) return "json";
  if (member.header) return member.shape.kind === "list" ? "headerItem" : "header";
  return member.prefixHeaders === undefined ? "body" : "header";
}

function structFor(
  shape: Shape,
  random: Random,
  depth: number,
  place: (member: Member) => Place,
  fixed: Record<string, unknown> = {},
): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  const members = shape.isUnion ? [random.pick(shape.members)] : shape.members;
  for (const member of members) {
    if (Object.hasOwn(fixed, member.name)) {
      if (fixed[member.name] !== undefined) value[member.name] = fixed[member.name];
      continue;
    }
    if (!isWanted(member, shape.isUnion, random, depth)) continue;
    value[member.name] = member.isResponseCode ? 200 : valueFor(member, random, depth + 1, place(member));
  }
  // The query protocols cannot say "an empty structure".
  const [first] = [...members].sort((a, b) => weightOf(a) - weightOf(b));
  if (depth > 0 && depth < deepest + 10 && first && Object.keys(value).length === 0) {
    value[first.name] = valueFor(first, random, depth + 1, place(first));
  }
  return value;
}

function weightOf({ shape }: Member): number {
  return shape.kind === "struct" ? 2 : shape.kind === "list" || shape.kind === "map" ? 1 : 0;
}

function isWanted(member: Member, isUnion: boolean, random: Random, depth: number): boolean {
  if (isUnion || member.isRequired || member.isLabel || member.isIdempotencyToken) return true;
  if (member.isResponseCode) return true;
  if (weightOf(member) > 0 && depth > deepest) return false;
  return random.chance(depth < 2 ? 0.9 : 0.5);
}

function valueFor(member: Member, random: Random, depth: number, place: Place): unknown {
  const { shape } = member;
  switch (shape.kind) {
    case "struct":
      return structFor(shape, random, depth, () => "body");
    case "list":
      return Array.from({ length: 1 + random.int(2) }, () => valueFor(shape.item, random, depth + 1, place));
    case "map": {
      const isOutsideBody = member.isQueryParams || member.prefixHeaders !== undefined;
      return Object.fromEntries(
        Array.from({ length: 1 + random.int(2) }, (_, at) => [
          isOutsideBody ? `x${at}-${random.hex(4)}` : `${at}${textFor("body", random)}`,
          valueFor(shape.item, random, depth + 1, place),
        ]),
      );
    }
    default:
      return simpleFor(shape, random, place);
  }
}

function simpleFor(shape: Shape, random: Random, place: Place): unknown {
  switch (shape.kind) {
    case "number":
      return random.pick([0, 1, -7, 86_400, 2_147_483_647, 12.5]);
    case "boolean":
      return random.chance(0.5);
    case "blob":
      return new Uint8Array(Buffer.from(random.hex(2 + random.int(20)), "latin1"));
    case "timestamp":
      return new Date(
        Date.UTC(2001 + random.int(40), random.int(12), 1 + random.int(28)) + random.int(86_400) * 1000,
      );
    case "bigint":
      return BigInt(random.int(2 ** 31));
    case "document":
      return { [textFor("header", random)]: [random.int(9), textFor("body", random), true] };
    default:
      return place === "json" ? JSON.stringify({ a: random.int(99) }) : textFor(place, random);
  }
}

function textFor(place: Place, random: Random): string {
  const alphabet = alphabets[place];
  const inner = Array.from({ length: 1 + random.int(8) }, () => random.pick(alphabet)).join("");
  // No text is only what a transport trims, or a path segment that means another place.
  return `x${inner}y`;
}
