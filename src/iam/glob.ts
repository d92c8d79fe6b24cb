// Whether a text fits a compiled pattern. In patterns control characters stand for wildcards, in patterns and
// texts `unknownPart` stands for any text that is not known; policies cannot hold either.
import { maybe, no, type Truth, truth, yes } from "#iam/three-valued.ts";

/** Stands in a text for a part that is not known and has no colon, as the name in "any queue of this account". */
export const unknownPart = "\u0000";
/** The same, with colons perhaps: the key of an object, the value of a variable. */
export const unknownText = "\u0005";
/** Any text; any one character; the same within one part of an ARN. */
export const anyText = "\u0001";
export const anyOne = "\u0002";
export const anyTextOfPart = "\u0003";
export const anyOneOfPart = "\u0004";

const [part, text, one, textOfPart, oneOfPart, unknown] = [0, 1, 2, 3, 4, 5];
const colon = 0x3a;

export function fitsGlob(pattern: string, value: string): Truth {
  const symbol = firstSymbol(pattern);
  const isUnknown = hasUnknown(value);
  if (symbol === pattern.length && !isUnknown) return truth(pattern === value);
  if (symbol === pattern.length - 1 && pattern.charCodeAt(symbol) === text) {
    if (value.startsWith(pattern.slice(0, -1))) return yes;
    if (!isUnknown) return no;
  }
  if (pattern.includes(unknownText)) return reachesEnd(pattern, value, true) ? maybe : no;
  if (!isUnknown) return truth(expressionOf(pattern)?.test(value) ?? reachesEnd(pattern, value, false));
  if (reachesEnd(pattern, value, false)) return yes;
  return reachesEnd(pattern, value, true) ? maybe : no;
}

const expressions = new Map<string, RegExp>();
const keptExpressions = 5_000;
/** With more, an expression could try too many ways. */
const mostStars = 6;

/** A regular expression is ten times as fast as `reachesEnd`; null where it might not end soon. */
function expressionOf(pattern: string): RegExp | null {
  const known = expressions.get(pattern);
  if (known) return known;
  if (pattern.split(anyText).length + pattern.split(anyTextOfPart).length - 2 > mostStars) return null;
  const source = Array.from(
    pattern,
    (character) => sources[character] ?? character.replace(/[^\w\s]/u, "\\$&"),
  ).join("");
  const expression = new RegExp(`^${source}$`);
  if (expressions.size >= keptExpressions) expressions.clear();
  expressions.set(pattern, expression);
  return expression;
}

const sources: Readonly<Record<string, string>> = {
  [anyText]: "[^]*",
  [anyOne]: "[^]",
  [anyTextOfPart]: "[^:]*",
  [anyOneOfPart]: "[^:]",
};

function firstSymbol(pattern: string): number {
  let at = 0;
  while (at < pattern.length && pattern.charCodeAt(at) > unknown) at++;
  return at;
}

function hasUnknown(value: string): boolean {
  return value.includes(unknownPart) || value.includes(unknownText);
}

/**
 * Every place of the pattern that the value read so far can have led to, at once: no backtracking, time
 * pattern × value. With `couldBe`, an unknown part may be whatever fits; without, it must fit whatever it is.
 */
function reachesEnd(pattern: string, value: string, couldBe: boolean): boolean {
  let places = new Uint8Array(pattern.length + 1);
  let next = new Uint8Array(pattern.length + 1);
  places[0] = 1;
  skipEmpty(pattern, places, couldBe);
  for (let at = 0; at < value.length; at++) {
    next.fill(0);
    const code = value.charCodeAt(at);
    if (code === unknown && couldBe) next.fill(1, places.indexOf(1));
    else if (code === part && couldBe) spread(pattern, places, next);
    else
      for (let place = 0; place < pattern.length; place++)
        if (places[place]) step(pattern, place, code, next);
    skipEmpty(pattern, next, couldBe);
    [places, next] = [next, places];
    if (!places.includes(1)) return false;
  }
  return places[pattern.length] === 1;
}

function step(pattern: string, place: number, code: number, next: Uint8Array): void {
  const wanted = pattern.charCodeAt(place);
  const crossesParts = code === colon || code === unknown;
  if (wanted === text || wanted === unknown || (wanted === textOfPart && !crossesParts)) next[place] = 1;
  else if (code === unknown || code === part) return;
  else if (wanted === code || wanted === one || (wanted === oneOfPart && code !== colon)) next[place + 1] = 1;
}

/** An unknown part may be all that stands before the pattern's next colon, or some of it. */
function spread(pattern: string, places: Uint8Array, next: Uint8Array): void {
  for (let place = 0, isReached = false; place <= pattern.length; place++) {
    isReached ||= places[place] === 1;
    if (isReached) next[place] = 1;
    if (pattern.charCodeAt(place) === colon) isReached = false;
  }
}

/** A star may stand for nothing. */
function skipEmpty(pattern: string, places: Uint8Array, couldBe: boolean): void {
  for (let place = 0; place < pattern.length; place++) {
    const symbol = pattern.charCodeAt(place);
    if (places[place] && (symbol === text || symbol === textOfPart || (symbol === unknown && couldBe)))
      places[place + 1] = 1;
  }
}
