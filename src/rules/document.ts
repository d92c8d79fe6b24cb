// What a rule sees of a resource, and of its neighbours where a rule crosses relations.
// Properties are JSON values (dates as ISO text). Knows nothing of how they were read or stored.
import type { Tag } from "#model/resource.ts";

export interface RuleDocument {
  type: string;
  /** The provider's own id ("@id" in rules). */
  id: string;
  arn: string | null;
  name: string | null;
  region: string;
  accountId: string;
  /** ISO 8601; rules read it as UTC with milliseconds, which is what the database keeps. */
  createdAt: string | null;
  tags: Tag[];
  properties: Record<string, unknown>;
  /** Property paths that could not be read; "" covers all, "@tags" and other "@" names the common block. */
  gaps: string[];
}

/** The other ends that were found, and what is known of the rest. */
export interface Ends {
  documents: RuleDocument[];
  /** Ends that are known to lie outside the estate, or to be named but not there. */
  outside: number;
  /** False while a scope that the ends range over is not completed or in gap, or the edges' own path is in gap. */
  complete: boolean;
}

/** Reads neighbours for one evaluation. Asked with the document whose neighbours are wanted. */
export interface Neighbourhood {
  related(
    of: RuleDocument,
    relation: string,
    direction: "out" | "in",
    type: string,
    within: "cloud" | "estate",
  ): Ends;
  /** Every resource of a type in the document's cloud, or in its cloud and region. */
  ofType(of: RuleDocument, type: string, where: "cloud" | "region"): Ends;
}

/** Whether a gap is equal to the path, above it or below it. */
export function isCovered(gaps: readonly string[], path: string): boolean {
  return gaps.some(
    (gap) => gap === path || gap === "" || path.startsWith(`${gap}.`) || gap.startsWith(`${path}.`),
  );
}

/** Every path that covers the path from above, and the path itself: "A.B" → "", "A", "A.B". */
export function pathsAbove(path: string): string[] {
  const segments = path.split(".");
  return ["", ...segments.map((_, i) => segments.slice(0, i + 1).join("."))];
}

/**
 * The gaps of a document as rules read them: the property paths, and for each field of the
 * common block ("tags", "name", "createdAt" …) that comes from a property in gap, its "@" name.
 */
export function ruleGaps(
  gapPaths: readonly string[],
  commonFields: Readonly<Record<string, string | undefined>>,
): string[] {
  const common = Object.entries(commonFields)
    .filter(([, path]) => path !== undefined && isCovered(gapPaths, path.replaceAll("[]", "")))
    .map(([field]) => `@${field}`);
  return [...new Set([...gapPaths, ...common])].sort();
}
