// The rows of an import of badges, from a CSV text or as they were sent: those that can be planned, and those that
// are refused for what they say.
import type { importBadges } from "#contract/badge.ts";
import { maxBadgeRows } from "#contract/badge.ts";
import type { BodyOf } from "#contract/route.ts";
import { Problem } from "#model/problem.ts";
import { type BadgeRow, type RefusedBadgeRow, refusal } from "#store/badge-import.ts";
import { unguarded } from "./csv.ts";
import { type CsvRow, readCsv } from "./read-csv.ts";

export interface ReadRows {
  rows: BadgeRow[];
  refused: RefusedBadgeRow[];
}

const maxKeyChars = 256;
const maxValueChars = 512;

export function badgeRowsOf({ csv, rows }: BodyOf<typeof importBadges>): ReadRows {
  if ((csv === undefined) === (rows === undefined))
    throw wrong("/csv", "required", "Give either csv or rows.");
  if (csv !== undefined) return sifted(csvRows(csv));
  const sent = (rows ?? []).map((row, i) => ({
    line: i + 1,
    accountId: row.accountId ?? null,
    cloudId: row.cloudId ?? null,
    key: row.key,
    value: row.value ?? null,
  }));
  return sifted({ rows: sent, refused: [] });
}

/** A row with neither key nor value says nothing: an export has one for each cloud without badges. */
function sifted({ rows, refused }: ReadRows): ReadRows {
  const kept: BadgeRow[] = [];
  const thrown = [...refused];
  for (const row of rows) {
    if (row.key === "" && !row.value) continue;
    if (row.key === "") thrown.push(refusal(row, "no-key", "Give the badge a key."));
    else if (row.key.length > maxKeyChars)
      thrown.push(refusal(row, "too-long", `A key has at most ${maxKeyChars} characters.`));
    else if ((row.value?.length ?? 0) > maxValueChars)
      thrown.push(refusal(row, "too-long", `A value has at most ${maxValueChars} characters.`));
    else kept.push(row);
  }
  return { rows: kept, refused: thrown };
}

type Field = "accountId" | "cloudId" | "key" | "value";
const fields: Record<string, Field> = {
  accountid: "accountId",
  cloudid: "cloudId",
  key: "key",
  value: "value",
};

function csvRows(text: string): ReadRows {
  const answer = readCsv(text, maxBadgeRows + 1);
  if (!answer.ok) throw wrong("/csv", "wrong-format", `Line ${answer.line}: ${answer.detail}`);
  const [head, ...body] = answer.rows;
  if (body.length > maxBadgeRows)
    throw wrong(
      "/csv",
      "too-many",
      `Give at most ${maxBadgeRows.toLocaleString("en")} rows; split the file.`,
    );
  const columns = columnsOf(head);
  const read: ReadRows = { rows: [], refused: [] };
  for (const { line, cells } of body) {
    const cell = (field: Field) => unguarded(cells[columns.get(field) ?? -1] ?? "");
    const name = { accountId: cell("accountId").trim() || null, cloudId: cell("cloudId").trim() || null };
    const row = { line, ...name, key: cell("key"), value: cell("value") };
    if (cells.length === head?.cells.length) read.rows.push(row);
    else {
      const reason = `This row has ${cells.length} cells, the first line ${head?.cells.length}.`;
      read.refused.push(refusal(row, "wrong-cells", reason));
    }
  }
  return read;
}

/** Names in any case, with spaces, "-" or "_"; other columns are left alone. */
function columnsOf(head: CsvRow | undefined): Map<Field, number> {
  const columns = new Map<Field, number>();
  head?.cells.forEach((cell, at) => {
    const field = fields[cell.toLowerCase().replace(/[\s_-]/g, "")];
    if (!field) return;
    if (columns.has(field))
      throw wrong("/csv", "wrong-format", `Line ${head.line}: two columns are ${field}.`);
    columns.set(field, at);
  });
  const hasCloud = columns.has("accountId") || columns.has("cloudId");
  if (hasCloud && columns.has("key") && columns.has("value")) return columns;
  const hint = head?.cells.some((cell) => cell.includes(";")) ? " Separate the columns by commas." : "";
  throw wrong(
    "/csv",
    "wrong-format",
    `Begin with a line that names the columns: accountId (or cloudId), key, value.${hint}`,
  );
}

function wrong(path: string, code: string, detail: string): Problem {
  return new Problem("invalid-form", detail, { errors: [{ path, code, detail }] });
}
