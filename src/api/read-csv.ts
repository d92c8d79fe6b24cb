// CSV as RFC 4180 has it: quotes, doubled quotes, line breaks in quotes, CRLF or LF, a byte order mark. Strict: what
// could be read in two ways is refused with its line.

export interface CsvRow {
  /** Where it begins in the text, from 1. */
  line: number;
  cells: string[];
}
export type CsvAnswer = { ok: true; rows: CsvRow[] } | { ok: false; line: number; detail: string };

interface Cell {
  text: string;
  /** After the cell: the comma, the line break, or the end. */
  end: number;
}

/** Reads no further than `maxRows` rows and one; empty lines are none. */
export function readCsv(text: string, maxRows: number): CsvAnswer {
  const rows: CsvRow[] = [];
  let at = text.startsWith("\ufeff") ? 1 : 0;
  let line = 1;
  while (at < text.length && rows.length <= maxRows) {
    const row: CsvRow = { line, cells: [] };
    for (;;) {
      const cell = text[at] === '"' ? quotedCell(text, at) : plainCell(text, at);
      if (typeof cell === "string") return { ok: false, line, detail: cell };
      row.cells.push(cell.text);
      line += breaksIn(text, at, cell.end);
      at = cell.end;
      if (text[at] !== ",") break;
      at += 1;
    }
    if (row.cells.length > 1 || row.cells[0] !== "") rows.push(row);
    if (text[at] === "\r") at += 1;
    at += 1;
    line += 1;
  }
  return { ok: true, rows };
}

/** A sentence if it is wrong. */
function quotedCell(text: string, start: number): Cell | string {
  let cell = "";
  for (let at = start + 1; ; ) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return "A quoted cell begins here and does not end; close it with a quote.";
    cell += text.slice(at, quote);
    if (text[quote + 1] !== '"') {
      if (!isCellEnd(text, quote + 1))
        return "Something follows a closing quote; double every quote within a quoted cell.";
      return { text: cell, end: quote + 1 };
    }
    cell += '"';
    at = quote + 2;
  }
}

function plainCell(text: string, start: number): Cell | string {
  let end = start;
  while (!isCellEnd(text, end)) end += 1;
  const cell = text.slice(start, end);
  if (cell.includes('"')) return "A quote stands in a cell that is not quoted; put the whole cell in quotes.";
  return { text: cell, end };
}

function isCellEnd(text: string, at: number): boolean {
  const char = text[at];
  return char === undefined || char === "," || char === "\n" || (char === "\r" && text[at + 1] === "\n");
}

function breaksIn(text: string, start: number, end: number): number {
  let count = 0;
  for (let at = text.indexOf("\n", start); at >= 0 && at < end; at = text.indexOf("\n", at + 1)) count += 1;
  return count;
}
