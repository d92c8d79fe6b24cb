// The header of a list: names of the columns, and the order the server sorts by.
import { classes } from "./classes.ts";
import { Icon } from "./icon.tsx";
import css from "./list.module.css";
import type { Column } from "./list.tsx";

interface HeadProps<Row> {
  columns: Column<Row>[];
  sort: string | undefined;
  onSort: ((sort: string) => void) | undefined;
  isNarrow: boolean;
  hasBulk: boolean;
}
export function ListHead<Row>({ columns, sort, onSort, isNarrow, hasBulk }: HeadProps<Row>) {
  return (
    <thead className={classes(css.head, isNarrow && "offscreen")}>
      <tr aria-rowindex={1} className={css.headRow}>
        {hasBulk && !isNarrow && (
          <th>
            <span className="offscreen">Selected</span>
          </th>
        )}
        {isNarrow ? (
          <th>Row</th>
        ) : (
          columns.map((column) => <HeadCell key={column.id} column={column} sort={sort} onSort={onSort} />)
        )}
      </tr>
    </thead>
  );
}

function HeadCell<Row>({
  column,
  sort,
  onSort,
}: { column: Column<Row> } & Pick<HeadProps<Row>, "sort" | "onSort">) {
  const [first, second] = column.sorts ?? [];
  const isSorted = sort !== undefined && (sort === first || sort === second);
  const direction = sort?.startsWith("-") ? "descending" : "ascending";
  return (
    <th
      className={classes(css.headCell, column.isNumber && css.number)}
      aria-sort={isSorted ? direction : undefined}
    >
      {first !== undefined && onSort ? (
        <button
          type="button"
          className={css.sort}
          onClick={() => onSort(sort === first && second !== undefined ? second : first)}
        >
          {column.header}
          {isSorted && <Icon name={direction === "ascending" ? "up" : "down"} size={12} />}
        </button>
      ) : (
        column.header
      )}
    </th>
  );
}
