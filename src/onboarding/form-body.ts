// Reads a body whose shape may be wrong: what is of another type is as if it were not there.

export type Body = Record<string, unknown>;

export function objectOf(value: unknown): Body {
  return typeof value === "object" && value !== null ? (value as Body) : {};
}

export function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

export function numberOf(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

export function textsOf(value: unknown): string[] | undefined {
  return Array.isArray(value) && value.every((item) => typeof item === "string") ? value : undefined;
}

export function badgesOf(value: unknown): { key: string; value: string }[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const badges = value.map((item) => ({ key: textOf(objectOf(item).key), value: "" }));
  return badges.every((badge): badge is { key: string; value: string } => badge.key !== undefined)
    ? badges
    : undefined;
}

/** A new form names its provider, a change does not. */
const isNew = (body: Body): boolean => "provider" in body;

/** undefined: a change keeps the source that is stored; or it is none of `known`. */
export function sourceOf<Source extends string>(
  { credentialSource, ...rest }: Body,
  known: readonly Source[],
): Source | "host" | undefined {
  const given = known.find((source) => source === credentialSource);
  return given ?? (isNew(rest) && credentialSource === undefined ? "host" : undefined);
}

/**
 * Whether a field that depends on the source is judged: what is of another type is named by the schema, and what is
 * left out is kept by a change; a new form must give it, once its source is known.
 */
export function isJudged(body: Body, path: string, source: string | undefined): boolean {
  const value = body[path.slice(1)];
  if (textOf(value) !== undefined) return true;
  return source !== undefined && isNew(body) && (value === undefined || value === null);
}
