// What stands where content is not: loading, empty, forbidden, failed.
import { Button, Skeleton } from "@mantine/core";
import type { ReactNode } from "react";
import { CallFailed } from "../call.ts";
import css from "./state.module.css";

export function Loading({ rows = 8 }: { rows?: number }) {
  return (
    <div className={css.loading} role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows of a skeleton have no identity.
        <Skeleton key={row} height={12} width={`${90 - ((row * 13) % 40)}%`} />
      ))}
    </div>
  );
}

interface NoticeProps {
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}
export function Empty({ title, children, action }: NoticeProps) {
  return (
    <div className={css.notice}>
      <p className={css.title}>{title}</p>
      {children && <p className={css.text}>{children}</p>}
      {action}
    </div>
  );
}

/** Says what was refused in the server's words; offers to try again where that can help. */
export function Failed({ error, onRetry }: { error: Error; onRetry?: (() => void) | undefined }) {
  const failed = error instanceof CallFailed ? error : null;
  const isForbidden = failed?.status === 403;
  const isMissing = failed?.status === 404;
  return (
    <div className={css.notice} role="alert">
      <p className={css.title}>{failed?.title ?? "This page failed"}</p>
      <p className={css.text}>{error.message}</p>
      {isForbidden && (
        <p className={css.text}>Ask an administrator of your tenant for a role that may see this.</p>
      )}
      {onRetry && !isForbidden && !isMissing && (
        <Button variant="default" onClick={onRetry}>
          Try again
        </Button>
      )}
      {failed && <p className={css.code}>{failed.code}</p>}
    </div>
  );
}

interface LoadedProps<T> {
  read: { data: T | undefined; error: Error | null; refetch: () => unknown };
  children: (value: T) => ReactNode;
  rows?: number;
}
/** Shows one read in whichever state it is in. What was once read stays visible while a refresh fails. */
export function Loaded<T>({ read, children, rows }: LoadedProps<T>) {
  if (read.data !== undefined) return children(read.data);
  if (read.error) return <Failed error={read.error} onRetry={() => void read.refetch()} />;
  return <Loading rows={rows ?? 8} />;
}
