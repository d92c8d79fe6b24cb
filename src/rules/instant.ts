// Instants in documents. One pattern guards both compilers, so that JavaScript's and
// PostgreSQL's different date grammars never decide: what does not fit is no instant.

const leapYear = "(19|2[0-9])(0[48]|[2468][048]|[13579][26])|2[048]00";
const day =
  "(19|2[0-9])[0-9]{2}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))" +
  `|(${leapYear})-02-29`;
const zone = "Z|[+-](0[0-9]|1[0-4]):?[0-5][0-9]";

/** ISO 8601 day or instant of 1900–2999, up to nanoseconds; without a zone it is UTC. */
export const instantPattern = `^(${day})(T([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?(${zone})?)?$`;

const instant = new RegExp(instantPattern);
const hasZone = /(Z|[+-][0-9]{2}:?[0-9]{2})$/;
export const dayMs = 86_400_000;

/** Milliseconds since 1970 (finer digits are cut off), NaN if it is no instant. */
export function instantMs(value: unknown): number {
  if (typeof value !== "string" || !instant.test(value)) return Number.NaN;
  if (value.endsWith("Z") || value.length === 10) return Date.parse(value);
  return Date.parse(hasZone.test(value) ? value.replace(/([0-9]{2}):?([0-9]{2})$/, "$1:$2") : `${value}Z`);
}

/** "2026-01-31T00:00:00.000Z", or null if it is no instant. */
export function canonicalInstant(value: string | null): string | null {
  const ms = instantMs(value);
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}

/** SQL for the instant in a text expression that fits the pattern. */
export function instantSql(text: string): string {
  return `(case when length(${text}) = 10 then ${text} || 'T00:00:00Z'
    when ${text} ~ '(Z|[+-][0-9]{2}:?[0-9]{2})$' then regexp_replace(${text}, '([.][0-9]{3})[0-9]+', '\\1')
    else regexp_replace(${text}, '([.][0-9]{3})[0-9]+', '\\1') || 'Z' end)::timestamptz`;
}
