// One line on the terminal that is written over; on a pipe a line now and then.

export interface ProgressLine {
  show(text: string): void;
  /** Keeps what is shown and begins a new line. */
  end(): void;
}

const quietMs = 5_000;

export function openProgressLine(out: NodeJS.WriteStream, startedAt: number): ProgressLine {
  let shown = "";
  let writtenAt = 0;
  const elapsed = () => `${((performance.now() - startedAt) / 1000).toFixed(0).padStart(3)} s  `;
  return {
    show(text) {
      const full = elapsed() + text;
      if (full === shown) return;
      shown = full;
      if (out.isTTY) out.write(`\r\u001b[2K${full.slice(0, Math.max(20, (out.columns ?? 120) - 1))}`);
      else if (performance.now() - writtenAt > quietMs) {
        writtenAt = performance.now();
        out.write(`${full}\n`);
      }
    },
    end() {
      if (out.isTTY && shown !== "") out.write("\n");
      shown = "";
    },
  };
}
