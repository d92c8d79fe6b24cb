// Patterns of policies: `*`, `?` and, since version 2012-10-17, variables. It must not know what they are held
// against. Compiled once per document; variables are filled in at every request.
import type { Context } from "#iam/context.ts";
import { stateOf } from "#iam/context.ts";
import { anyOne, anyOneOfPart, anyText, anyTextOfPart, fitsGlob, unknownText } from "#iam/glob.ts";
import { no, type Truth, yes } from "#iam/three-valued.ts";

/**
 * "literal": no wildcards. "text": they stand for anything. "arn": within one of the six parts of an ARN.
 * "resource": the same, but a `*` that ends a part reaches beyond it (user guide, Resource element).
 */
export type PatternKind = "literal" | "text" | "arn" | "resource";

export interface Variable {
  /** In lower case. */
  key: string;
  fallback: string | null;
}

export interface Pattern {
  pieces: readonly (string | Variable)[];
  /** Everything in one piece, when there are no variables. */
  fixed: string | null;
  /** `*`: fits everything, and a request without a resource too. */
  isAll: boolean;
}

export function compilePattern(text: string, kind: PatternKind, hasVariables: boolean): Pattern {
  if (/^\*+$/.test(text) && kind !== "literal") return { pieces: [anyText], fixed: anyText, isAll: true };
  const pieces: (string | Variable)[] = [];
  let part = 0;
  let literal = "";
  for (let at = 0; at < text.length; at++) {
    const found = hasVariables ? variableAt(text, at) : null;
    if (found) {
      at += found.length - 1;
      if (typeof found.means === "string") literal += found.means;
      else {
        pieces.push(literal, found.means);
        literal = "";
      }
      continue;
    }
    const character = text[at] as string;
    if (character === ":") part++;
    literal += kind === "literal" ? character : symbolOf(character, kind, part, text[at + 1]);
  }
  pieces.push(literal);
  const fixed = pieces.length === 1 ? literal : null;
  return { pieces: pieces.filter((piece) => piece !== ""), fixed, isAll: false };
}

const lastPart = 5;

function symbolOf(character: string, kind: PatternKind, part: number, following: string | undefined): string {
  if (character !== "*" && character !== "?") return character;
  const isWithinPart = kind !== "text" && part < lastPart;
  if (character === "?") return isWithinPart ? anyOneOfPart : anyOne;
  const endsPart = following === ":" || following === undefined;
  return isWithinPart && !(kind === "resource" && endsPart) ? anyTextOfPart : anyText;
}

const variable = /\$\{([^{}]*)\}/y;
const special: Readonly<Record<string, string>> = { "*": "*", "?": "?", $: "$" };

/** `${aws:username}`, `${aws:username, 'nobody'}`, or a character that stands for itself: `${*}`. */
function variableAt(text: string, at: number): { length: number; means: Variable | string } | null {
  if (text[at] !== "$") return null;
  variable.lastIndex = at;
  const [whole, inside] = variable.exec(text) ?? [];
  if (whole === undefined || inside === undefined) return null;
  const character = special[inside];
  if (character !== undefined) return { length: whole.length, means: character };
  const [, key = inside, fallback = null] = /^([^,]*),\s*'(.*)'\s*$/s.exec(inside) ?? [];
  return { length: whole.length, means: { key: key.trim().toLowerCase(), fallback } };
}

/** Null if a variable of it has no value in the request: AWS calls the statement invalid then. */
function fillIn(pattern: Pattern, context: Context): string | null {
  if (pattern.fixed !== null) return pattern.fixed;
  let filled = "";
  for (const piece of pattern.pieces) {
    const value = typeof piece === "string" ? piece : resolve(piece, context);
    if (value === null) return null;
    filled += value;
  }
  return filled;
}

/** A key with several values cannot be a variable, and a default stands in only for one that is not there. */
function resolve({ key, fallback }: Variable, context: Context): string | null {
  const state = stateOf(context, key);
  if (state === "unknown") return unknownText;
  if (state === "absent") return fallback;
  return state.isMultivalued ? null : (state.values[0] ?? fallback);
}

/** A pattern whose variable has no value fits nothing. */
export function fitsPattern(pattern: Pattern, value: string, context: Context, ignoresCase = false): Truth {
  if (pattern.isAll) return yes;
  const filled = fillIn(pattern, context);
  if (filled === null) return no;
  return fitsGlob(ignoresCase ? filled.toLowerCase() : filled, value);
}

/**
 * Whether a variable of it has no value, or perhaps none. What is negated then does not simply hold: it "might cause
 * the entire statement to be invalid" (reference_policies_variables).
 */
export function mayLackValue(pattern: Pattern, context: Context): boolean {
  return (
    pattern.fixed === null &&
    pattern.pieces.some((piece) => {
      const value = typeof piece === "string" ? piece : resolve(piece, context);
      return value === null || value === unknownText;
    })
  );
}

/** The variables whose value is not known in the request. */
export function unknownVariables(pattern: Pattern, context: Context): string[] {
  return pattern.pieces.flatMap((piece) =>
    typeof piece !== "string" && stateOf(context, piece.key) === "unknown" ? [piece.key] : [],
  );
}
