// Where the nodes of a few paths stand: a column for each number of hops, equal things drawn once. Pure.
import type { EscalationPath } from "../../../nouns.ts";

export interface PathNode {
  key: string;
  label: string;
  column: number;
  row: number;
  /** Who is here may do everything. */
  isGoal: boolean;
}
export interface PathEdge {
  from: PathNode;
  to: PathNode;
  title: string;
  /** Right of which node's place its words stand; a place of its own. */
  text: { column: number; row: number };
}

/** What everything leads to. */
const goal = "everything";

interface Start {
  arn: string | null;
  label: string;
}
export function layers(start: Start, paths: EscalationPath[]): { nodes: PathNode[]; edges: PathEdge[] } {
  const columns = new Map<string, number>();
  const labels = new Map<string, string>();
  const startKey = start.arn ?? start.label;
  columns.set(startKey, 0);
  labels.set(startKey, start.label);
  const goals = new Set([goal]);
  const links = new Map<string, { from: string; to: string; titles: Set<string> }>();
  for (const { hops } of paths) {
    let from = startKey;
    for (const [at, { to, title }] of hops.entries()) {
      const key = to?.arn ?? goal;
      columns.set(key, Math.max(columns.get(key) ?? 0, at + 1));
      labels.set(key, to === null ? "Everything" : (to.name ?? to.arn));
      const link = links.get(`${from} ${key}`) ?? { from, to: key, titles: new Set() };
      link.titles.add(title);
      links.set(`${from} ${key}`, link);
      from = key;
    }
    goals.add(from);
  }
  const last = Math.max(...columns.values());
  if (columns.has(goal)) columns.set(goal, last);
  const rows = new Map<number, number>();
  const nodes = new Map<string, PathNode>();
  for (const [key, column] of columns) {
    const row = rows.get(column) ?? 0;
    rows.set(column, row + 1);
    nodes.set(key, { key, label: labels.get(key) ?? key, column, row, isGoal: goals.has(key) });
  }
  const edges = [...links.values()].flatMap(({ from, to, titles }) => {
    const [one, other] = [nodes.get(from), nodes.get(to)];
    return one && other && one !== other ? [{ from: one, to: other, title: [...titles].join(", ") }] : [];
  });
  return { nodes: [...nodes.values()], edges: withTextPlaces(edges) };
}

/** One that leaves alone is named where it leaves, one of several where it arrives, and what is taken is left out. */
function withTextPlaces(edges: Omit<PathEdge, "text">[]): PathEdge[] {
  const taken = new Set<string>();
  const keyOf = ({ column, row }: PathEdge["text"]) => `${column} ${row}`;
  return edges.map((edge) => {
    const { from, to } = edge;
    const leaving = { column: from.column, row: from.row };
    const arriving = { column: to.column - 1, row: to.row };
    const isAlone = edges.filter((one) => one.from === from).length === 1;
    const middle = (from.row + to.row) / 2;
    const between = [0, 0.25, -0.25, 0.4, -0.4].map((by) => ({ column: from.column, row: middle + by }));
    const places = [...(isAlone ? [leaving, arriving] : [arriving, leaving]), ...between];
    const text = places.find((place) => !taken.has(keyOf(place))) ?? arriving;
    taken.add(keyOf(text));
    return { ...edge, text };
  });
}
