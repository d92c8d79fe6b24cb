// Globs of * (any text) and ? (one code point), without escapes: JavaScript matcher and SQL LIKE.
// Linear in practice: no backtracking deeper than the last star.

/** True if the whole text fits. */
export function fitsGlob(text: string, glob: string): boolean {
  return fits(text, glob, false);
}

/** As fitsGlob, for a text in lower case and a glob whose ASCII capitals count as small letters. */
export function fitsLowered(lowerText: string, glob: string): boolean {
  return fits(lowerText, glob, true);
}

const [star, question] = [0x2a, 0x3f];

function fits(text: string, glob: string, foldsGlob: boolean): boolean {
  let at = 0;
  let inGlob = 0;
  let lastStar = -1;
  let resume = 0;
  while (at < text.length) {
    const wanted = inGlob < glob.length ? glob.charCodeAt(inGlob) : -1;
    if (wanted === star) {
      if (inGlob === glob.length - 1) return true;
      lastStar = inGlob++;
      resume = at;
    } else if (wanted === question) {
      at += characterLength(text, at);
      inGlob++;
    } else if (wanted >= 0 && (foldsGlob ? lowerCode(wanted) : wanted) === text.charCodeAt(at)) {
      at++;
      inGlob++;
    } else if (lastStar >= 0) {
      resume += characterLength(text, resume);
      at = resume;
      inGlob = lastStar + 1;
    } else {
      return false;
    }
  }
  while (glob.charCodeAt(inGlob) === star) inGlob++;
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

/** Whether the text is the lower-case one but for ASCII capitals; without making a new text. */
export function equalsLowered(text: string, lowerText: string): boolean {
  if (text.length !== lowerText.length) return false;
  for (let at = 0; at < text.length; at++)
    if (lowerCode(text.charCodeAt(at)) !== lowerText.charCodeAt(at)) return false;
  return true;
}

function lowerCode(code: number): number {
  return code >= 0x41 && code <= 0x5a ? code + 0x20 : code;
}

function characterLength(text: string, at: number): number {
  return (text.codePointAt(at) as number) > 0xffff ? 2 : 1;
}
