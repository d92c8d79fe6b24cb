// What a command has opened, closed once and in reverse order, also when the stop comes while it is still
// opening. It knows nothing of what it closes.

/** The reason of `stopping`: what fails of it is no failure. */
export class Stopped extends Error {}

export interface Closers {
  /** Aborted when the end begins. */
  readonly stopping: AbortSignal;
  add(close: () => unknown): void;
  /** What is being opened is closed once it is open; rejects with Stopped if the end has begun. */
  opening<T>(promise: Promise<T>, close: (opened: T) => unknown): Promise<T>;
  /** As `opening`, but the end does not wait for what is not open yet: a child that ends with its parent. */
  openingChild<T>(promise: Promise<T>, close: (opened: T) => unknown): Promise<T>;
  /** Every caller waits for the same end. */
  close(): Promise<void>;
}

const notOpen = Symbol("not open");

export function openClosers(): Closers {
  const open: (() => unknown)[] = [];
  const stop = new AbortController();
  let closing: Promise<void> | null = null;
  const add = (close: () => unknown) => void open.push(close);
  const closeAll = async () => {
    stop.abort(new Stopped("Skywarden is being stopped"));
    const failures: unknown[] = [];
    // One that fails must not leave the others open.
    for (let close = open.pop(); close; close = open.pop()) await attempt(close, failures);
    if (failures.length > 0) throw failures.length === 1 ? failures[0] : new AggregateError(failures);
  };
  const opening = async <T>(promise: Promise<T>, close: (opened: T) => unknown, patient: boolean) => {
    // What does not open is its opener's to tell, who waits for the promise below.
    const outcome = promise.catch(() => notOpen);
    add(async () => {
      const opened = await (patient ? outcome : Promise.race([outcome, notOpen]));
      if (opened !== notOpen) await close(opened as T);
    });
    const opened = await promise;
    stop.signal.throwIfAborted();
    return opened;
  };
  return {
    stopping: stop.signal,
    add,
    opening: (promise, close) => opening(promise, close, true),
    openingChild: (promise, close) => opening(promise, close, false),
    close() {
      closing ??= closeAll();
      return closing;
    },
  };
}

async function attempt(close: () => unknown, failures: unknown[]): Promise<void> {
  try {
    await close();
  } catch (cause) {
    failures.push(cause);
  }
}
