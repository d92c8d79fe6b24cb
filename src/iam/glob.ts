// Whether a text fits a compiled pattern. In patterns control characters stand for wildcards, in patterns and
// texts `unknownPart` stands for any text that is not known; policies cannot hold either.
import { maybe, no, type Truth, truth, yes } from "#iam/three-valued.ts";

/** Stands in a text for a part that is not known, as the name in "any queue of this account". */
export const unknownPart = "\u0000";
/** Any text; any one character; the same within one part of an ARN. */
export const anyText = "\u0001";
export const anyOne = "\u0002";
export const anyTextOfPart = "\u0003";
export const anyOneOfPart = "\u0004";

const [unknown, text, one, textOfPart, oneOfPart] = [0, 1, 2, 3, 4];
const colon = 0x3a;

export function fitsGlob(pattern: string, value: string): Truth {
  const symbol = firstSymbol(pattern);
  const isUnknown = value.includes(unknownPart);
  if (symbol === pattern.length && !isUnknown) return truth(pattern === value);
  if (symbol === pattern.length - 1 && pattern.charCodeAt(symbol) === text) {
    if (value.startsWith(pattern.slice(0, -1))) return yes;
    if (!isUnknown) return no;
  }
  if (pattern.includes(unknownPart)) return reachesEnd(pattern, value, true) ? maybe : no;
  if (reachesEnd(pattern, value, false)) return yes;
  return isUnknown && reachesEnd(pattern, value, true) ? maybe : no;
}

function firstSymbol(pattern: string): number {
  let at = 0;
  while (at < pattern.length && pattern.charCodeAt(at) > oneOfPart) at++;
  return at;
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
  if (wanted === text || wanted === unknown || (wanted === textOfPart && code !== colon)) next[place] = 1;
  else if (code === unknown) return;
  else if (wanted === code || wanted === one || (wanted === oneOfPart && code !== colon)) next[place + 1] = 1;
}

/** A star may stand for nothing. */
function skipEmpty(pattern: string, places: Uint8Array, couldBe: boolean): void {
  for (let place = 0; place < pattern.length; place++) {
    const symbol = pattern.charCodeAt(place);
    if (places[place] && (symbol === text || symbol === textOfPart || (symbol === unknown && couldBe)))
      places[place + 1] = 1;
  }
}
