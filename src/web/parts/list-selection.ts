// Which rows of a list are selected: by x or click one, by shift a range from the last touched row.
import { useState } from "react";

export interface Selection<Row> {
  chosen: Row[];
  has: (row: Row) => boolean;
  clear: () => void;
  toggle: (index: number, isRange: boolean) => void;
}

export function useSelection<Row>(rows: Row[], idOf: (row: Row) => string): Selection<Row> {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const [anchor, setAnchor] = useState(0);
  return {
    chosen: ids.size === 0 ? [] : rows.filter((row) => ids.has(idOf(row))),
    has: (row) => ids.has(idOf(row)),
    clear: () => setIds(new Set()),
    toggle: (index, isRange) => {
      const row = rows[index];
      if (row === undefined) return;
      const next = new Set(ids);
      if (isRange) {
        const range = rows.slice(Math.min(anchor, index), Math.max(anchor, index) + 1);
        for (const each of range) next.add(idOf(each));
      } else if (!next.delete(idOf(row))) {
        next.add(idOf(row));
      }
      setIds(next);
      setAnchor(index);
    },
  };
}
