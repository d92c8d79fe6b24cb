// A policy document as AWS reads it, or what is wrong with it: nothing is guessed. What one document means is
// found out once, however often it is attached.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
import { createHash } from "node:crypto";
import { duplicateKeys } from "#iam/duplicate-keys.ts";
import type { Policy, PolicyProblem, PolicyVersion } from "#iam/policy.ts";
import { Problems, type Raw, readStatement } from "#iam/read-statement.ts";

export interface ReadPolicy {
  /** SHA-256 of the document as given. */
  hash: string;
  policy: Policy | { problems: readonly PolicyProblem[] };
}

/** A role's or bucket's own policy is its own document, so their number follows the estate: the oldest go. */
const keptDocuments = 5_000;
const known = new Map<string, ReadPolicy>();

/** `document`: its text, percent-encoded as IAM sends it or not, or what JSON.parse made of it. */
export function readPolicy(document: unknown): ReadPolicy {
  const text = typeof document === "string" ? document : (JSON.stringify(document) ?? "");
  const hash = createHash("sha256").update(text).digest("hex");
  const before = known.get(hash);
  if (before) return before;
  const problems = new Problems();
  const policy = readText(text, problems);
  const read = { hash, policy: problems.all.length === 0 && policy ? policy : { problems: problems.all } };
  const oldest = known.size >= keptDocuments ? known.keys().next().value : undefined;
  if (oldest !== undefined) known.delete(oldest);
  known.set(hash, read);
  return read;
}

function readText(given: string, problems: Problems): Policy | null {
  let parsed: unknown;
  let text = given.trim();
  try {
    if (/^%7b/i.test(text)) text = decodeURIComponent(text);
    parsed = JSON.parse(text);
  } catch (error) {
    problems.add([], `This is not JSON: ${error instanceof Error ? error.message : String(error)}.`);
    return null;
  }
  for (const path of duplicateKeys(text))
    problems.all.push({ path, detail: "This key stands twice. Leave one." });
  return readDocument(parsed, problems);
}

const elements = new Set(["Version", "Id", "Statement"]);

function readDocument(parsed: unknown, problems: Problems): Policy | null {
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    problems.add([], "A policy is a JSON object.");
    return null;
  }
  const raw = parsed as Raw;
  problems.refuseOthers(raw, elements, []);
  const version = readVersion(raw.Version, problems);
  if (raw.Statement === undefined) problems.add(["Statement"], "A policy needs a Statement.");
  const isSingle = !Array.isArray(raw.Statement);
  const statements = isSingle ? [raw.Statement] : (raw.Statement as unknown[]);
  return {
    version,
    statements: statements.flatMap((one, index) => {
      const read = readStatement(one, index, isSingle ? ["Statement"] : ["Statement", index], problems);
      return read ? [read] : [];
    }),
    document: parsed,
  };
}

/** The older version is what AWS takes where none is given. */
function readVersion(given: unknown, problems: Problems): PolicyVersion {
  if (given === undefined) return "2008-10-17";
  if (given === "2012-10-17" || given === "2008-10-17") return given;
  problems.add(["Version"], "The version is 2012-10-17 or 2008-10-17.");
  return "2012-10-17";
}
