// Pages that are read while earlier ones are worked on. A listing is a chain of calls that wait for one another, so
// what its reader does between two of them would be added to the time of the whole.

/** Read and not yet taken: what a sync holds of a listing, however long that is. */
const mostPages = 10;

/** Begins to read at once. Yields what has come since it was last asked: one page, or more where its user is slower. */
export function readAhead<Page>(pages: AsyncGenerator<Page>): AsyncGenerator<Page[]> {
  const ready: Page[] = [];
  let isOver = false;
  let changed = Promise.withResolvers<void>();
  const tell = () => {
    changed.resolve();
    changed = Promise.withResolvers();
  };
  const read = async () => {
    for await (const page of pages) {
      ready.push(page);
      tell();
      while (ready.length >= mostPages && !isOver) await changed.promise;
      if (isOver) return;
    }
  };
  const reading = read().finally(() => {
    isOver = true;
    tell();
  });
  // Told to whoever takes the pages; who has stopped by then has a failure of its own.
  reading.catch(() => undefined);
  return take();

  async function* take(): AsyncGenerator<Page[]> {
    try {
      for (;;) {
        const set = ready.splice(0);
        if (set.length > 0) {
          tell();
          yield set;
        } else if (isOver) break;
        else await changed.promise;
      }
      await reading;
    } finally {
      isOver = true;
      tell();
    }
  }
}
