// Pattern matching of policies: globs, ARNs field by field, and policy variables.

/** Values of one key of the request's context; undefined when the request has no such key. */
export type Context = (lowerCaseKey: string) => string[] | undefined;

const globs = new Map<string, RegExp>();

/** Stand for a literal * or ? in a filled pattern: what ${*} and the values of variables say is never a wildcard. */
const [literalStar, literalMark] = ["\uE000", "\uE001"];

/** `*` any text, `?` one character; everything else is literal. */
export function globOf(pattern: string): RegExp {
  let glob = globs.get(pattern);
  if (!glob) {
    if (globs.size >= 5_000) globs.clear();
    const source = pattern
      .replace(/[.+^${}()|[\]\\]/g, "\\$&")
      .replace(/\*/g, "[\\s\\S]*")
      .replace(/\?/g, "[\\s\\S]")
      .replaceAll(literalStar, "\\*")
      .replaceAll(literalMark, "\\?");
    glob = new RegExp(`^${source}$`);
    globs.set(pattern, glob);
  }
  return glob;
}

/** `*` alone is everything; otherwise the first five fields match one by one and the rest as a whole. */
export function matchesArn(pattern: string, arn: string): boolean {
  if (pattern === "*") return true;
  const wanted = arnFields(pattern);
  const given = arnFields(arn);
  return (
    wanted.length === given.length &&
    wanted.every((field, at) => field === given[at] || globOf(field).test(given[at] ?? ""))
  );
}

const resourceGlobs = new Map<string, RegExp>();

/**
 * The Resource element: wildcards stay within a field, but "if the * wildcard is the last character of a resource ARN
 * segment, it can expand to match beyond the colon boundaries" (user guide, reference_policies_elements_resource).
 */
export function matchesResource(pattern: string, arn: string): boolean {
  if (!/\*(:|$)/.test(pattern)) return matchesArn(pattern, arn);
  let glob = resourceGlobs.get(pattern);
  if (!glob) {
    if (resourceGlobs.size >= 5_000) resourceGlobs.clear();
    const fields = pattern.split(":").map((field, at) => {
      const [any, one] = at < 5 ? ["[^:]*", "[^:]"] : ["[\\s\\S]*", "[\\s\\S]"];
      const last = field.endsWith("*") ? "[\\s\\S]*" : "";
      return literalSource(last ? field.slice(0, -1) : field, any, one) + last;
    });
    glob = new RegExp(`^${fields.join(":")}$`);
    resourceGlobs.set(pattern, glob);
  }
  return glob.test(arn);
}

function literalSource(field: string, any: string, one: string): string {
  return field.replace(/[\s\S]/g, (character) => {
    if (character === "*") return any;
    if (character === "?") return one;
    if (character === literalStar) return "\\*";
    if (character === literalMark) return "\\?";
    return character.replace(/[.+^${}()|[\]\\]/, "\\$&");
  });
}

function arnFields(arn: string): string[] {
  const fields = arn.split(":");
  return fields.length <= 6 ? fields : [...fields.slice(0, 5), fields.slice(5).join(":")];
}

/** A filled pattern where it is compared and not matched. */
export function plainText(filled: string): string {
  return filled.replaceAll(literalStar, "*").replaceAll(literalMark, "?");
}

function literal(text: string): string {
  return text.replaceAll("*", literalStar).replaceAll("?", literalMark);
}

/** The pattern with its variables filled in; undefined when one has no single value, so that nothing matches. */
export function fillVariables(pattern: string, context: Context): string | undefined {
  if (!pattern.includes("${")) return pattern;
  let isKnown = true;
  const filled = pattern.replace(/\$\{([^}]*)\}/g, (_, inner: string) => {
    if (inner === "*" || inner === "?" || inner === "$") return literal(inner);
    const [, name = "", fallback] = /^\s*([^,]+?)\s*(?:,\s*'([^']*)')?\s*$/.exec(inner) ?? [];
    const values = context(name.toLowerCase());
    if (values?.length === 1) return literal(values[0] ?? "");
    if (fallback === undefined || values !== undefined) isKnown = false;
    return literal(fallback ?? "");
  });
  return isKnown ? filled : undefined;
}
