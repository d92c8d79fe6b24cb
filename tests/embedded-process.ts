// A supervisor of the embedded PostgreSQL as a process of its own, so that a test can kill it or run it as another
// account. Started by tests/embedded.ts; it answers over IPC.

import { openLog } from "#log.ts";
import { StartRefused } from "#model/problem.ts";
import { type EmbeddedOptions, startEmbedded } from "#store/embedded.ts";
import type { SupervisorAnswer, SupervisorOrder } from "./embedded.ts";

const order = JSON.parse(process.argv[2] ?? "{}") as SupervisorOrder;
// Everything is imported by now, so that a checkout which the other account cannot read does not matter.
if (order.uid !== undefined) {
  process.setgroups?.([]);
  process.setgid?.(order.uid);
  process.setuid?.(order.uid);
}
process.umask(order.umask ?? 0o022);

function answer(message: SupervisorAnswer): void {
  process.send?.(message);
}

const options: EmbeddedOptions = {
  dataDir: order.dataDir,
  systemDir: order.systemDir,
  fsync: order.fsync ?? false,
  log: openLog({ level: "fatal", name: "test-supervisor" }),
  onLost: (reason) => answer({ lost: reason }),
  ...(order.native === undefined ? {} : { native: order.native }),
};

try {
  const database = await startEmbedded(options);
  const { url, port, pid, adopted } = database;
  answer({ url, port, pid, adopted });
  process.on("message", async () => {
    await database.stop();
    process.exit(0);
  });
} catch (error) {
  if (!(error instanceof StartRefused)) throw error;
  answer({ refused: error.message });
  process.exitCode = error.exitCode;
  process.disconnect();
}
