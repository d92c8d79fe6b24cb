// Globs of * (any text) and ? (one code point), without escapes: JavaScript matcher and SQL LIKE.
// Linear in practice: no backtracking deeper than the last star.

/** True if the whole text fits. */
export function fitsGlob(text: string, glob: string): boolean {
  let at = 0;
  let inGlob = 0;
  let star = -1;
  let resume = 0;
  while (at < text.length) {
    const wanted = glob[inGlob];
    if (wanted === "*") {
      star = inGlob++;
      resume = at;
    } else if (wanted === "?") {
      at += characterLength(text, at);
      inGlob++;
    } else if (inGlob < glob.length && wanted === text[at]) {
      at++;
      inGlob++;
    } else if (star >= 0) {
      resume += characterLength(text, resume);
      at = resume;
      inGlob = star + 1;
    } else {
      return false;
    }
  }
  while (glob[inGlob] === "*") inGlob++;
  return inGlob === glob.length;
}

/** LIKE pattern (backslash escapes) of a glob. */
export function likeOf(glob: string): string {
  return glob
    .replace(/[\\%_]/g, "\\$&")
    .replaceAll("*", "%")
    .replaceAll("?", "_");
}

/** Lower case of ASCII letters only, as PostgreSQL's lower(… collate "C"). */
export function asciiLower(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

function characterLength(text: string, at: number): number {
  return (text.codePointAt(at) as number) > 0xffff ? 2 : 1;
}
