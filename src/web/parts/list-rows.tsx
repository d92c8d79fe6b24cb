// The rows of a list: TanStack Table's row model, only the visible rows drawn, in the page's own scroll;
// the keyboard moves a current row while the table keeps the focus.
import { Button } from "@mantine/core";
import {
  type ColumnDef,
  flexRender,
  type Row as TableRow,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import {
  type KeyboardEvent,
  type MouseEvent,
  type RefObject,
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { classes } from "./classes.ts";
import { useIsNarrow } from "./is-narrow.ts";
import css from "./list.module.css";
import type { Column, ListProps } from "./list.tsx";
import { ListHead } from "./list-head.tsx";
import { type Selection, useSelection } from "./list-selection.ts";
import { plural } from "./number.ts";

const features = tableFeatures({});
const rowHeightPx = 36;
const narrowRowHeightPx = 60;
/** Top bar and header, which cover the page while it scrolls. */
const coveredPx = 88;
const steps: Record<string, number> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: 15,
  PageUp: -15,
  Home: -1e9,
  End: 1e9,
};

export function ListRows<Row>(props: ListProps<Row> & { rows: Row[]; count: number | undefined }) {
  const { rows, columns, source, idOf, onOpen, words, bulk } = props;
  const isNarrow = useIsNarrow();
  const listId = useId();
  const table = useRef<HTMLTableElement>(null);
  const body = useRef<HTMLTableSectionElement>(null);
  const [top, setTop] = useState(0);
  const [current, setCurrent] = useState(0);
  const selection = useSelection(rows, idOf);
  const tableRows = useTableRows(columns, rows, idOf);
  const virtual = useWindowVirtualizer({
    count: tableRows.length,
    estimateSize: () => (isNarrow ? narrowRowHeightPx : rowHeightPx),
    overscan: 12,
    scrollMargin: top,
    scrollPaddingStart: coveredPx,
    scrollPaddingEnd: 48,
  });
  useLayoutEffect(() => {
    setTop((body.current?.getBoundingClientRect().top ?? 0) + window.scrollY);
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height of a row changes with the layout.
  useEffect(() => virtual.measure(), [isNarrow]);
  useFocusAfterClose(table, props.openId);
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    const isNearEnd = last >= rows.length - 20 && source.hasNextPage;
    if (isNearEnd && !source.isFetchingNextPage && !source.error) void source.fetchNextPage();
  }, [last, rows.length, source]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return;
    const step = steps[event.key];
    const row = rows[current];
    if (step !== undefined) {
      const next = Math.max(0, Math.min(rows.length - 1, current + step));
      setCurrent(next);
      virtual.scrollToIndex(next, { align: "auto" });
    } else if (event.key === "Enter" && row !== undefined) onOpen(row);
    else if (event.key === "x" && bulk) selection.toggle(current, event.shiftKey);
    else if (event.key === "Escape" && selection.chosen.length > 0) selection.clear();
    else return;
    event.preventDefault();
  };
  const onRow = (event: MouseEvent, index: number, row: Row) => {
    if ((event.target as HTMLElement).closest("a, button, input, label")) return;
    if (window.getSelection()?.toString()) return;
    setCurrent(index);
    if (event.shiftKey && bulk) selection.toggle(index, true);
    else onOpen(row);
  };
  const isDrawn = items.some((item) => item.index === current);

  return (
    <>
      <table
        ref={table}
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a table whose rows the keyboard walks is ARIA's grid.
        role="grid"
        aria-label={words[1]}
        aria-rowcount={props.count === undefined ? -1 : props.count + 1}
        aria-activedescendant={isDrawn ? `${listId}-${current}` : undefined}
        tabIndex={0}
        className={css.grid}
        style={{ "--tracks": tracksOf(columns, bulk !== undefined) } as React.CSSProperties}
        onKeyDown={onKeyDown}
      >
        <ListHead
          columns={columns}
          sort={props.sort}
          onSort={props.onSort}
          isNarrow={isNarrow}
          hasBulk={bulk !== undefined}
        />
        <tbody ref={body} className={css.body} style={{ height: virtual.getTotalSize() }}>
          {items.map(({ index, start, size }) => {
            const row = tableRows[index];
            if (!row) return null;
            const original = row.original as Row;
            return (
              <tr
                key={row.id}
                id={`${listId}-${index}`}
                aria-rowindex={index + 2}
                aria-selected={bulk ? selection.has(original) : undefined}
                data-id={row.id}
                className={classes(
                  css.row,
                  index === current && css.current,
                  (selection.has(original) || row.id === props.openId) && css.open,
                  isNarrow && css.narrow,
                )}
                style={{ height: size, transform: `translateY(${start - virtual.options.scrollMargin}px)` }}
                onClick={(event) => onRow(event, index, original)}
              >
                {isNarrow ? (
                  <NarrowCell columns={columns} row={original} />
                ) : (
                  <WideCells
                    columns={columns}
                    row={row}
                    index={index}
                    selection={bulk ? selection : undefined}
                  />
                )}
              </tr>
            );
          })}
        </tbody>
      </table>
      {bulk && selection.chosen.length > 0 && (
        <div className={css.bulk}>
          <span>{plural(selection.chosen.length, ...words)} selected</span>
          {bulk(selection.chosen, selection.clear)}
          <Button variant="subtle" color="gray" onClick={selection.clear}>
            Clear
          </Button>
        </div>
      )}
    </>
  );
}

/** When the drawer over the list is closed, the keyboard is back on the list. */
function useFocusAfterClose(table: RefObject<HTMLTableElement | null>, openId: string | undefined): void {
  const was = useRef(openId);
  useEffect(() => {
    if (was.current !== undefined && openId === undefined) table.current?.focus({ preventScroll: true });
    was.current = openId;
  }, [openId, table]);
}

type Drawn = TableRow<typeof features, object>;

function useTableRows<Row>(columns: Column<Row>[], rows: Row[], idOf: (row: Row) => string): Drawn[] {
  const definitions = useMemo<ColumnDef<typeof features, object>[]>(
    () =>
      columns.map((column) => ({
        id: column.id,
        header: column.header,
        cell: ({ row }) => column.cell(row.original as Row),
      })),
    [columns],
  );
  const table = useTable({
    features,
    columns: definitions,
    data: rows as object[],
    getRowId: (row) => idOf(row as Row),
  });
  return table.getRowModel().rows;
}

function tracksOf<Row>(columns: Column<Row>[], hasBulk: boolean): string {
  return `${hasBulk ? "20px " : ""}${columns.map((column) => column.width).join(" ")}`;
}

interface WideCellsProps<Row> {
  columns: Column<Row>[];
  row: Drawn;
  index: number;
  selection: Selection<Row> | undefined;
}
function WideCells<Row>({ columns, row, index, selection }: WideCellsProps<Row>) {
  return (
    <>
      {selection && (
        <td className={css.cell}>
          <input
            type="checkbox"
            tabIndex={-1}
            aria-label="Select"
            checked={selection.has(row.original as Row)}
            onChange={() => selection.toggle(index, false)}
          />
        </td>
      )}
      {row.getAllCells().map((cell, at) => (
        <td key={cell.id} className={classes(css.cell, columns[at]?.isNumber && css.number)}>
          {flexRender(cell.column.columnDef.cell, cell.getContext())}
        </td>
      ))}
    </>
  );
}

function NarrowCell<Row>({ columns, row }: { columns: Column<Row>[]; row: Row }) {
  const at = (place: Column<Row>["narrow"], name: string | undefined) =>
    columns
      .filter((column) => column.narrow === place)
      .map((column) => (
        <div key={column.id} className={name}>
          {column.cell(row)}
        </div>
      ));
  return (
    <td className={css.lines}>
      <div className={css.line}>
        {at("first", css.main)}
        {at("beside", css.beside)}
      </div>
      <div className={classes(css.line, css.second)}>{at("second", css.part)}</div>
    </td>
  );
}
