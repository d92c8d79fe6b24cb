// The filter bar's language: words separated by spaces, tokens "key:value", the rest free text.
// "…" keeps spaces together. A badge token is key=value or key:value; in its key "\" escapes "=", ":" and "\".
// Pure.

export interface Token {
  key: string;
  value: string;
}
export interface Filter {
  tokens: Token[];
  text: string;
}

/** Splits at white space outside quotes; the quotes go. */
function words(line: string): { word: string; isQuoted: boolean }[] {
  const found: { word: string; isQuoted: boolean }[] = [];
  let word = "";
  let isIn = false;
  let startsQuoted = false;
  let hasAny = false;
  for (const char of line) {
    if (char === '"') {
      if (!hasAny) startsQuoted = true;
      isIn = !isIn;
      hasAny = true;
    } else if (!isIn && /\s/.test(char)) {
      if (hasAny) found.push({ word, isQuoted: startsQuoted });
      word = "";
      hasAny = false;
      startsQuoted = false;
    } else {
      word += char;
      hasAny = true;
    }
  }
  if (hasAny) found.push({ word, isQuoted: startsQuoted });
  return found;
}

export function parseFilter(line: string, keys: readonly string[]): Filter {
  const tokens: Token[] = [];
  const text: string[] = [];
  for (const { word, isQuoted } of words(line)) {
    const colon = word.indexOf(":");
    const key = word.slice(0, Math.max(0, colon));
    if (!isQuoted && colon > 0 && colon < word.length - 1 && keys.includes(key)) {
      tokens.push({ key, value: word.slice(colon + 1) });
    } else {
      text.push(word);
    }
  }
  return { tokens, text: text.join(" ") };
}

const quoted = (value: string) => (/\s/.test(value) ? `"${value}"` : value);

export function printFilter(filter: Filter): string {
  const tokens = filter.tokens.map(({ key, value }) => `${key}:${quoted(value)}`);
  return [...tokens, filter.text.trim()].filter((part) => part !== "").join(" ");
}

export const valuesOf = (filter: Filter, key: string): string[] =>
  filter.tokens.filter((token) => token.key === key).map((token) => token.value);

export function withToken(filter: Filter, token: Token, isWanted: boolean): Filter {
  const others = filter.tokens.filter((each) => each.key !== token.key || each.value !== token.value);
  return { ...filter, tokens: isWanted ? [...others, token] : others };
}

/** Splits "key=value" at the first "=" or ":" that no "\" escapes; the key comes back plain. */
export function splitPair(text: string): { key: string; value: string | null } {
  let key = "";
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === "\\" && at + 1 < text.length) {
      at += 1;
      key += text.charAt(at);
    } else if (char === "=" || char === ":") {
      return { key, value: text.slice(at + 1) };
    } else {
      key += char;
    }
  }
  return { key, value: null };
}

export function pairToken(key: string, value: string | null): string {
  const escaped = key.replace(/[\\:=]/g, (char) => `\\${char}`);
  return value === null ? escaped : `${escaped}=${value}`;
}

/** As the contract wants it in badge= and tag=: key:value with "\" before ":" and "\" in the key. */
export function pairQuery(token: string): string {
  const { key, value } = splitPair(token);
  const escaped = key.replace(/[\\:]/g, (char) => `\\${char}`);
  return value === null ? escaped : `${escaped}:${value}`;
}
