// The query part of our URLs: plain strings, left readable ("?filter=status:warning+badge:env=prod").
export type SearchText = Record<string, string | undefined>;

export function parseSearch(text: string): SearchText {
  return Object.fromEntries(new URLSearchParams(text));
}

export function printSearch(search: Record<string, unknown>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    if (value !== undefined && value !== null && value !== "") query.set(name, String(value));
  }
  const text = query.toString().replace(/%(?:3A|2C|2F|3D|40)/g, decodeURIComponent);
  return text === "" ? "" : `?${text}`;
}
