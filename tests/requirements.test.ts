// docs/requirements.md is whole, and every test that it names is there under that name.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const repository = join(import.meta.dirname, "..");
const read = (path: string) => readFileSync(join(repository, path), "utf8");

interface Row {
  id: string;
  proofs: { file: string; title: string }[];
  reason: string;
}

const rows = read("docs/requirements.md")
  .split("\n")
  .flatMap((line): Row[] => {
    const [, id, , proof = ""] = /^\| ([SE]\d+) \| ([^|]+) \| (.+) \|$/.exec(line) ?? [];
    if (!id) return [];
    const proofs = [...proof.matchAll(/`([^`]+\.test\.tsx?)` › “([^”]+)”/g)];
    const reason = proofs.reduce((rest, [whole]) => rest.replace(whole, ""), proof).replaceAll("<br>", "");
    return [
      { id, proofs: proofs.map(([, file = "", title = ""]) => ({ file, title })), reason: reason.trim() },
    ];
  });

test("each statement and each decision has its row, in order", () => {
  const numbers = (letter: string, last: number) =>
    Array.from({ length: last }, (_, at) => `${letter}${at + 1}`);
  expect(rows.map(({ id }) => id)).toEqual([...numbers("S", 116), ...numbers("E", 28)]);
});

test("each is proved by tests, or says why there is nothing to test", () => {
  const bare = rows.filter(({ proofs, reason }) => proofs.length === 0 && reason.length < 15);
  expect(bare.map(({ id }) => id)).toEqual([]);
});

test.each(
  rows.flatMap(({ id, proofs }) => proofs.map(({ file, title }) => [id, file, title] as const)),
)("%s: %s › %s", (_, file, title) => {
  expect(titlesIn(read(file))).toContain(title);
});

/** What stands where tests and groups have their names, also behind a table of cases. */
function titlesIn(source: string): string[] {
  const named =
    /(?:\b(?:test|describe)(?:\.each[^("`']*)?\(|\)\(|\]\s*\)\()\s*("(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`)/g;
  return [...source.matchAll(named)].map(([, literal = ""]) => literal.slice(1, -1).replaceAll('\\"', '"'));
}
