// An instant as "3 min ago", with the absolute time on hover. One clock ticks for all of them.
import { useSyncExternalStore } from "react";
import { sinceText } from "./number.ts";

const tickMs = 15_000;
const listeners = new Set<() => void>();
let ticks = 0;
let timer: ReturnType<typeof setInterval> | undefined;

function onTick(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    ticks += 1;
    for (const each of listeners) each();
  }, tickMs);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

export function Time({ at, none = "never" }: { at: string | null; none?: string }) {
  useSyncExternalStore(onTick, () => ticks);
  if (at === null) return <span className="muted">{none}</span>;
  const absolute = `${at.slice(0, 10)} ${at.slice(11, 19)} UTC`;
  return (
    <time dateTime={at} title={absolute} style={{ whiteSpace: "nowrap" }}>
      {sinceText(at)}
    </time>
  );
}
