// Examples with one field changed, to prove that each field a rule reads can decide its verdict.
// For the tests only: knows nothing of verdicts.
import type { RuleReads } from "#rules/reads.ts";
import type { Example, ExampleDocument } from "./define.ts";

/** A field that a rule reads, in the judged resource or in a neighbour, and every example with it alone changed. */
export interface ReadField {
  name: string;
  mutants: { of: Example; example: Example }[];
}

export function readFields(reads: RuleReads, examples: Example[]): ReadField[] {
  const own = [...new Set(reads.paths)].map((path) => ({
    name: path,
    mutants: examples.flatMap((of) => {
      const others = examples.map(({ document }) => document);
      return mutateDocument(of.document, path, others).map((document) => ({
        of,
        example: { ...of, document },
      }));
    }),
  }));
  return [...own, ...neighbourFields(reads, examples)];
}

function neighbourFields(reads: RuleReads, examples: Example[]): ReadField[] {
  const relations = reads.relations.map((read) => ({ ...read, label: `${read.relation} of ${read.type}` }));
  const existing = reads.exists.map((read) => ({
    ...read,
    relation: undefined,
    label: `exists ${read.type}`,
  }));
  return [...relations, ...existing].flatMap(({ type, relation, label, reads: inner }) => {
    const places = examples.flatMap((of) =>
      Array.isArray(of.related)
        ? of.related.flatMap((one, i) => (one.type === type && one.relation === relation ? [{ of, i }] : []))
        : [],
    );
    const documents = places.map(({ of, i }) => of.related?.[i] as { document: ExampleDocument });
    const others = documents.map(({ document }) => document);
    const fields = inner.paths.map((path) => ({
      name: `${label}: ${path}`,
      mutants: places.flatMap(({ of, i }, n) =>
        mutateDocument(others[n] as ExampleDocument, path, others).map((document) => ({
          of,
          example: withRelated(of, i, document),
        })),
      ),
    }));
    const presence = {
      name: label,
      mutants: places.map(({ of, i }) => ({ of, example: withRelated(of, i, null) })),
    };
    return [presence, ...fields, ...neighbourFields(inner, examples)];
  });
}

function withRelated(of: Example, index: number, document: ExampleDocument | null): Example {
  if (!Array.isArray(of.related)) return of;
  const related = of.related.flatMap((one, i) =>
    i !== index ? [one] : document === null ? [] : [{ ...one, document }],
  );
  return { ...of, related };
}

const removed = Symbol("removed");

/** The document with the value at the path, in one place of it, taken away, negated, or as another document has it. */
function mutateDocument(
  document: ExampleDocument,
  path: string,
  others: ExampleDocument[],
): ExampleDocument[] {
  const steps = path.startsWith("@") ? [path] : path.replaceAll("[]", ".[]").split(".");
  const values: unknown[] = [removed, ...others.flatMap((other) => valuesAt(other, steps))];
  return changed(document, steps, (value) => [
    ...values,
    ...(typeof value === "boolean" ? [!value] : []),
  ]) as ExampleDocument[];
}

function valuesAt(value: unknown, [step, ...rest]: string[]): unknown[] {
  if (step === undefined) return value === undefined ? [] : [value];
  if (step === "[]") return Array.isArray(value) ? value.flatMap((item) => valuesAt(item, rest)) : [];
  return isRecord(value) ? valuesAt(value[step], rest) : [];
}

/** Every copy of `value` in which one place that the steps lead to has another value. */
function changed(
  value: unknown,
  [step, ...rest]: string[],
  replacements: (value: unknown) => unknown[],
): unknown[] {
  if (step === undefined) return replacements(value);
  if (step === "[]") {
    if (!Array.isArray(value)) return [];
    return value.flatMap((item, i) =>
      changed(item, rest, replacements).map((one) =>
        one === removed ? value.toSpliced(i, 1) : value.with(i, one),
      ),
    );
  }
  if (value !== undefined && !isRecord(value)) return [];
  const { [step]: inner, ...others } = value ?? {};
  return changed(inner, rest, replacements).map((one) =>
    one === removed ? others : { ...others, [step]: one },
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
