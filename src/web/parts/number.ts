// Numbers, shares, spans of time as text. Whole numbers with separators, never abbreviated.
const wholeFormat = new Intl.NumberFormat("en");

export const whole = (value: number) => wholeFormat.format(value);

/** 0.874 → "87 %". Rounds down short of all, so that "100 %" means everything. */
export function percent(share: number | null): string {
  if (share === null) return "?";
  if (share >= 1) return "100 %";
  if (share > 0 && share < 0.01) return "< 1 %";
  return `${Math.floor(share * 100)} %`;
}

export const plural = (count: number, one: string, many = `${one}s`) =>
  `${whole(count)} ${count === 1 ? one : many}`;

export function span(seconds: number): string {
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}

export function sinceText(instant: string, now = Date.now()): string {
  const seconds = (now - Date.parse(instant)) / 1000;
  if (seconds < -5) return `in ${span(-seconds)}`;
  if (seconds < 5) return "now";
  if (seconds > 86_400 * 60) return instant.slice(0, 10);
  return `${span(seconds)} ago`;
}
