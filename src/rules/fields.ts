// TypeBox schemas of the fields that operators share, with their limits.
import Type from "typebox";

export const limits = {
  depth: 24,
  nodes: 2_000,
  listLength: 500,
  textLength: 1_024,
  pathSegments: 16,
} as const;

export const text = Type.String({ maxLength: limits.textLength });
export const scalar = Type.Union([text, Type.Number(), Type.Boolean(), Type.Null()]);
export const finite = Type.Number({ minimum: -1e15, maximum: 1e15 });
export const path = Type.String({
  maxLength: limits.textLength,
  description: "Property path with dots, or a common field such as @name",
});
export const rule = Type.Unknown({ description: "A rule" });
/** alternatives(["out", "in"]): one of the texts. */
export function alternatives(words: readonly string[]) {
  return Type.Union(words.map((word) => Type.Literal(word)));
}
export const typeName = Type.String({ pattern: "^[a-z0-9]+([.-][a-z0-9]+)+$", maxLength: 128 });
