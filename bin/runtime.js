// What the entry does to the Node process it runs in, before the product's own code is loaded.

import { Socket } from "node:net";

/** Set by bin/skywarden.js for the Node that it starts in its place: the number of the pipe between them. */
export const starterVariable = "SKYWARDEN_STARTER_PIPE";

/** Node 22 warns of type stripping at each start; the product decided to use it, its user did not. */
export function silenceExperimentalWarnings() {
  const emit = process.emitWarning;
  process.emitWarning = (warning, ...rest) => {
    const type = typeof rest[0] === "object" ? rest[0]?.type : rest[0];
    if (type === "ExperimentalWarning" || warning?.name === "ExperimentalWarning") return;
    Reflect.apply(emit, process, [warning, ...rest]);
  };
}

/** If an older Node started this one and is killed, no signal comes through: the end of the pipe says it. */
export function watchStarter() {
  const descriptor = process.env[starterVariable];
  if (descriptor === undefined) return;
  // Not for our own children: there the number means another file.
  delete process.env[starterVariable];
  const pipe = new Socket({ fd: Number(descriptor), readable: true, writable: false });
  pipe.on("close", () => process.kill(process.pid, "SIGTERM"));
  pipe.on("error", () => pipe.destroy());
  pipe.resume();
  pipe.unref();
}
