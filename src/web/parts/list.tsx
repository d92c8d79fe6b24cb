// The one list of the product: columns, rows, and the states a list can be in. Knows nothing of what it
// lists, and holds no more rows than the reader has scrolled to.
import { Button } from "@mantine/core";
import { type ReactNode, useMemo } from "react";
import css from "./list.module.css";
import { ListRows } from "./list-rows.tsx";
import { plural, whole } from "./number.ts";
import { Empty, Failed, Loading } from "./state.tsx";

export interface Column<Row> {
  id: string;
  header: string;
  cell: (row: Row) => ReactNode;
  /** A grid track: "2fr", "120px", "minmax(160px, 1fr)". */
  width: string;
  isNumber?: boolean;
  /** Where it goes on a phone: beside the identity, into the second line, or nowhere. */
  narrow: "first" | "beside" | "second" | "none";
  /** Sort keys of the server for a first and a second click. */
  sorts?: [string, string?];
}

interface Source<Row> {
  data: { pages: { items: Row[]; total?: number }[] } | undefined;
  error: Error | null;
  isFetchingNextPage: boolean;
  hasNextPage: boolean;
  fetchNextPage: () => unknown;
  refetch: () => unknown;
}

export interface ListProps<Row> {
  /** What the rows are: one, and many of them. */
  words: [one: string, many: string];
  columns: Column<Row>[];
  source: Source<Row>;
  idOf: (row: Row) => string;
  onOpen: (row: Row) => void;
  openId?: string | undefined;
  sort?: string | undefined;
  onSort?: (sort: string) => void;
  empty: ReactNode;
  /** What can be done with selected rows; without it nothing is selectable. */
  bulk?: ((rows: Row[], clear: () => void) => ReactNode) | undefined;
}

export function List<Row>(props: ListProps<Row>) {
  const { source, words } = props;
  const pages = source.data?.pages;
  const rows = useMemo(() => pages?.flatMap((page) => page.items) ?? [], [pages]);
  if (pages === undefined) {
    if (source.error) return <Failed error={source.error} onRetry={() => void source.refetch()} />;
    return <Loading rows={12} />;
  }
  if (rows.length === 0) return props.empty;
  const count = pages[0]?.total ?? (source.hasNextPage ? undefined : rows.length);
  return (
    <>
      <p className={css.total} aria-live="polite">
        {count === undefined ? `${whole(rows.length)}+ ${words[1]}` : plural(count, ...words)}
        {source.error && <span className={css.stale}> · not refreshed: {source.error.message}</span>}
      </p>
      <ListRows {...props} rows={rows} count={count} />
      {source.isFetchingNextPage && <p className={css.more}>Loading more…</p>}
    </>
  );
}

export function NothingFits({ what, onClear }: { what: string; onClear: () => void }) {
  return (
    <Empty
      title={`No ${what} fit this filter`}
      action={
        <Button variant="default" onClick={onClear}>
          Clear filter
        </Button>
      }
    />
  );
}
