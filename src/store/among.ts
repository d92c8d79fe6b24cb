// Conditions "one of these", in the forms that indexes serve under row-level security.
import { type RawBuilder, sql } from "kysely";

/** Plain equality where it is one value: an index then gives the rows in the order of the page. */
export function oneOf(column: string, values: string[]): RawBuilder<unknown> {
  return values.length === 1
    ? sql`${sql.ref(column)} = ${values[0]}`
    : sql`${sql.ref(column)} = any(${values})`;
}

/** null: all of them. */
export function among(column: string, values: string[] | null): RawBuilder<unknown> {
  return values === null ? sql`true` : oneOf(column, values);
}
