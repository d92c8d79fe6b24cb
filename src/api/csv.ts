// Lines of CSV (RFC 4180) that spreadsheets read as text: what cloud users name their things must not
// become a formula.

export function csvLine(cells: readonly unknown[]): string {
  return `${cells.map(cell).join(",")}\r\n`;
}

/** A guarded text gets one more, so that taking one away always gives back what was written. */
const formula = /^'*[=+\-@\t\r]/;

/** A cell as it was before csvLine guarded it. */
export function unguarded(text: string): string {
  return text.startsWith("'") && formula.test(text) ? text.slice(1) : text;
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return "";
  const text = typeof value === "string" && formula.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
