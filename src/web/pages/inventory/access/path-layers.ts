// Where the nodes of a few paths stand: a column for each number of hops, equal things drawn once. Pure.
import type { EscalationPath } from "../../../nouns.ts";

export interface PathNode {
  key: string;
  label: string;
  column: number;
  row: number;
}
export interface PathEdge {
  from: PathNode;
  to: PathNode;
  title: string;
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
  }
  const last = Math.max(...columns.values());
  if (columns.has(goal)) columns.set(goal, last);
  const rows = new Map<number, number>();
  const nodes = new Map<string, PathNode>();
  for (const [key, column] of columns) {
    const row = rows.get(column) ?? 0;
    rows.set(column, row + 1);
    nodes.set(key, { key, label: labels.get(key) ?? key, column, row });
  }
  const edges = [...links.values()].flatMap(({ from, to, titles }) => {
    const [one, other] = [nodes.get(from), nodes.get(to)];
    return one && other && one !== other ? [{ from: one, to: other, title: [...titles].join(", ") }] : [];
  });
  return { nodes: [...nodes.values()], edges };
}
