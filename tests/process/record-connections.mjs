// Loaded by --import into every process of a demo under test: writes down every address before the process
// connects or sends to it, and every name that it resolves. One line each in $CONNECTION_RECORD.

import dgram from "node:dgram";
import dns from "node:dns";
import { appendFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import net from "node:net";

const file = process.env.CONNECTION_RECORD;
const command = process.argv[2] ?? "none";

function record(kind, target) {
  appendFileSync(file, `${JSON.stringify({ command, kind, target: String(target) })}\n`);
}

function before(object, name, act) {
  const original = object[name];
  object[name] = function recorded(...args) {
    act.call(this, args);
    return original.apply(this, args);
  };
}

before(net.Socket.prototype, "connect", function () {
  // Emitted for each address that a name resolves to, right before it is tried.
  this.on("connectionAttempt", (address) => record("connect", address));
});
before(dgram.Socket.prototype, "connect", ([, address]) => record("datagram", address));
before(dgram.Socket.prototype, "send", (args) =>
  record(
    "datagram",
    args.find((arg) => typeof arg === "string"),
  ),
);
for (const module of [dns, dns.promises])
  for (const name of ["lookup", "resolve", "resolve4", "resolve6", "resolveAny", "resolveSrv"])
    before(module, name, ([host]) => record("name", host));
// `import { lookup } from "node:dns"` shall be the recorded one too.
syncBuiltinESMExports();
record("started", command);
