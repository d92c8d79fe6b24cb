import { expect, test } from "vitest";
import type { EscalationPath } from "../../../nouns.ts";
import { layers } from "./path-layers.ts";

const hop = (title: string, name: string | null): EscalationPath["hops"][number] => ({
  rule: title,
  title,
  to: name === null ? null : { arn: `arn:${name}`, resourceId: null, name, cloudId: "cld" },
  through: null,
  needs: [],
});
const path = (...hops: EscalationPath["hops"]): EscalationPath => ({
  hops,
  conditionKeys: [],
  isUnknown: false,
});
const start = { arn: "arn:me", label: "me" };

test("a way is drawn from left to right, with everything at its end", () => {
  const { nodes, edges } = layers(start, [path(hop("assumes", "a"), hop("writes", null))]);
  expect(nodes.map(({ label, column, row }) => [label, column, row])).toEqual([
    ["me", 0, 0],
    ["a", 1, 0],
    ["Everything", 2, 0],
  ]);
  expect(edges.map(({ from, to, title }) => [from.label, to.label, title])).toEqual([
    ["me", "a", "assumes"],
    ["a", "Everything", "writes"],
  ]);
});

test("what several ways share is drawn once, and a longer way pushes it to the right", () => {
  const { nodes, edges } = layers(start, [
    path(hop("assumes", "b"), hop("writes", null)),
    path(hop("assumes", "a"), hop("passes", "b"), hop("writes", null)),
    path(hop("attaches", null)),
  ]);
  expect(nodes.map(({ label, column, row }) => [label, column, row])).toEqual([
    ["me", 0, 0],
    ["b", 2, 0],
    ["Everything", 3, 0],
    ["a", 1, 0],
  ]);
  expect(edges).toHaveLength(5);
});

test("ways that leave one node are named where they arrive, and who may do everything is a goal, too", () => {
  const { nodes, edges } = layers(start, [path(hop("writes", null)), path(hop("makes a key", "admin"))]);
  expect(nodes.map(({ label, isGoal }) => [label, isGoal])).toEqual([
    ["me", false],
    ["Everything", true],
    ["admin", true],
  ]);
  expect(edges.map(({ to, text }) => [to.label, text])).toEqual([
    ["Everything", { column: 0, row: 0 }],
    ["admin", { column: 0, row: 1 }],
  ]);
});

test("no two ways are named at the same place", () => {
  const crossed = ["a", "b"].flatMap((one) =>
    ["x", "y"].map((other) => path(hop("to", one), hop("to", other))),
  );
  const { edges } = layers(start, crossed);
  const places = edges.map(({ text }) => `${text.column} ${text.row}`);
  expect(places).toHaveLength(6);
  expect(places.filter((place, at) => places.indexOf(place) !== at)).toEqual([]);
});
