// Rows as an aligned table for people; --json prints the answer itself.

export type Column<Row> = [title: string, text: (row: Row) => string | number | null];

export function table<Row>(rows: readonly Row[], columns: Column<Row>[]): string {
  const cells = rows.map((row) => columns.map(([, text]) => `${text(row) ?? ""}`));
  const widths = columns.map(([title], i) =>
    Math.max(title.length, ...cells.map((line) => line[i]?.length ?? 0)),
  );
  const line = (texts: string[]) =>
    texts
      .map((text, i) => text.padEnd(widths[i] ?? 0))
      .join("  ")
      .trimEnd();
  return `${[line(columns.map(([title]) => title.toUpperCase())), ...cells.map(line)].join("\n")}\n`;
}

export function print(json: boolean, answer: unknown, text: () => string): void {
  process.stdout.write(json ? `${JSON.stringify(answer, null, 2)}\n` : text());
}
