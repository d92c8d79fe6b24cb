import { expect, test } from "vitest";
import { lineDiff } from "./line-diff.ts";

const drawn = (before: string, after: string) =>
  lineDiff(before, after).map(
    ({ kind, text }) => `${{ same: " ", gone: "-", new: "+", folded: "…" }[kind]}${text}`,
  );

test.each<[string, string, string, string[]]>([
  ["an added line", "a\nb", "a\nx\nb", [" a", "+x", " b"]],
  ["a replaced line", "a\nb\nc", "a\nx\nc", [" a", "-b", "+x", " c"]],
  ["a removed line", "a\nb\nc", "a\nc", [" a", "-b", " c"]],
  ["two changes with a line between", "a\nb\nc", "x\nb\ny", ["-a", "+x", " b", "-c", "+y"]],
  ["a new document", "", "a\nb", ["+a", "+b"]],
  [
    "lines far from a change are folded",
    "1\n2\n3\n4\n5\n6",
    "1\n2\n3\n4\n5\n6\n7",
    ["…3", " 4", " 5", " 6", "+7"],
  ],
  ["one far line is no fold", "1\n2\n3\n4", "1\n2\n3\n4\n5", [" 1", " 2", " 3", " 4", "+5"]],
  ["nothing changed", "a", "a", [" a"]],
])("%s is shown where it stands", (_, before, after, expected) => {
  expect(drawn(before, after)).toEqual(expected);
});
