// Where a rule is being written as JavaScript: the document's function, or the body of a loop
// over a list. Reads of a path are hoisted to its head and shared. Every text that comes from a
// tree passes JSON.stringify, so no tree can write code.
import type { Rule } from "./tree.ts";

export interface JsScope {
  /** Variable with the value at a path; undefined where it is absent. */
  read(path: string): string;
  /** Variable that is true if a gap covers the path. */
  gap(path: string): string;
  /** Writes `target = 1` where a gap covers the path, else what `body` writes. */
  underGap(path: string, target: string, body: () => void): void;
  line(code: string): void;
  fresh(prefix: string): string;
  write(rule: Rule, target: string): void;
  /** Writes a loop's body in a scope of its own, whose paths start at `item`. */
  element(item: string, body: (scope: JsScope) => void): void;
  /** A constant made once per compiled rule from an expression over `runtime`. */
  constant(expression: string): string;
  /** Name of a function document → truth for a rule about other resources. */
  documentFunction(rule: Rule): string;
}

/** Everything that one compiled source shares. */
export interface JsProgram {
  constants: Map<string, string>;
  functions: string[];
  next: number;
  writeRule: (rule: Rule, scope: JsScope, target: string) => void;
}

export function newProgram(writeRule: JsProgram["writeRule"]): JsProgram {
  return { constants: new Map(), functions: [], next: 0, writeRule };
}

/** The source of `(document, item) => …`; `body` writes into the scope and gives the expression to return. */
export function documentSource(program: JsProgram, body: (scope: JsScope) => string): string {
  const lines: string[] = [];
  const head: string[] = [];
  const scope = openScope(program, "properties", head, lines, null);
  const result = body(scope);
  return `(document, item) => {
const properties = document.properties, gaps = document.gaps, isGapped = gaps.length !== 0;
${head.join("\n")}
${lines.join("\n")}
return ${result};
}`;
}

const commonFields: Record<string, string> = {
  "@id": "document.id",
  "@arn": "document.arn",
  "@name": "document.name",
  "@region": "document.region",
  "@account": "document.accountId",
  "@createdAt": "runtime.canonicalInstant(document.createdAt)",
  "@type": "document.type",
  "@tags": "document.tags",
};

// A name that some prototype of a JSON value knows, or an index, must be an own key of an object.
const inheritedNames = new Set(
  [Object, Array, String, Number, Boolean].flatMap((type) => Object.getOwnPropertyNames(type.prototype)),
);

function memberOf(value: string, name: string): string {
  const key = JSON.stringify(name);
  return inheritedNames.has(name) || /^[0-9]+$/.test(name)
    ? `runtime.ownMember(${value}, ${key})`
    : `${value}?.[${key}]`;
}

/** `outer` is the document's scope for scopes of elements, null for the document's own. */
function openScope(
  program: JsProgram,
  root: string,
  head: string[],
  lines: string[],
  outer: JsScope | null,
): JsScope {
  const known = new Map<string, string>();
  const fresh = (prefix: string) => `${prefix}${program.next++}`;
  const hoist = (key: string, expression: () => string): string => {
    const seen = known.get(key);
    if (seen !== undefined) return seen;
    const code = expression();
    const name = fresh("v");
    head.push(`const ${name} = ${code};`);
    known.set(key, name);
    return name;
  };
  const scope: JsScope = {
    fresh,
    line: (code) => void lines.push(code),
    read(path) {
      if (path.startsWith("@")) {
        return outer?.read(path) ?? hoist(`read:${path}`, () => commonFields[path] as string);
      }
      if (path === "") return root;
      const cut = path.lastIndexOf(".");
      return hoist(`read:${path}`, () =>
        memberOf(scope.read(path.slice(0, Math.max(cut, 0))), path.slice(cut + 1)),
      );
    },
    gap: (path) =>
      outer?.gap(path) ??
      hoist(`gap:${path}`, () => `isGapped && runtime.isCovered(gaps, ${JSON.stringify(path)})`),
    underGap(path, target, body) {
      // Inside a list nothing is in gap: what covers an element's path covers the list's.
      if (outer !== null && !path.startsWith("@")) return body();
      lines.push(`if (${scope.gap(path)}) ${target} = 1; else {`);
      body();
      lines.push("}");
    },
    write: (rule, target) => program.writeRule(rule, scope, target),
    element(item, body) {
      const innerHead: string[] = [];
      const innerLines: string[] = [];
      body(openScope(program, item, innerHead, innerLines, outer ?? scope));
      lines.push(...innerHead, ...innerLines);
    },
    constant(expression) {
      const name = program.constants.get(expression) ?? fresh("c");
      program.constants.set(expression, name);
      return name;
    },
    documentFunction(rule) {
      const source = documentSource(program, (inner) => {
        const truth = inner.fresh("t");
        inner.line(`let ${truth} = 0;`);
        inner.write(rule, truth);
        return truth;
      });
      const name = fresh("f");
      program.functions.push(`const ${name} = ${source};`);
      return name;
    },
  };
  return scope;
}
