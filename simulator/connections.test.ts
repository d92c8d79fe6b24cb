// What travels over one connection: several requests, in pieces or in one go, and what is no HTTP.
import { once } from "node:events";
import { connect } from "node:net";
import { expect, test } from "vitest";
import { converse, signedBytes } from "./raw-http.ts";
import { startSmall } from "./small-clients.ts";

const wire = startSmall();

const headers = {
  "content-type": "application/x-amz-json-1.1",
  "x-amz-target": "AWSOrganizationsV20161128.ListRoots",
};
const listRoots = { service: "organizations", headers, body: Buffer.from("{}") };
const listRootsAsking = { ...listRoots, headers: { ...headers, expect: "100-continue" } };
const headOf = (lines: string[]) => [Buffer.from(`${lines.join("\r\n")}\r\n\r\n`)];
const manyRoots = async (count: number) =>
  Buffer.concat(
    await Promise.all(Array.from({ length: count }, () => signedBytes(wire.simulator, listRoots))),
  );
const connections: [title: string, bytes: () => Buffer[] | Promise<Buffer[]>, statuses: number[]][] = [
  [
    "more requests in one go than answers go out together",
    async () => [await manyRoots(40)],
    Array.from({ length: 40 }, () => 200),
  ],
  [
    "two requests and no HTTP behind them",
    async () => [await manyRoots(2), ...headOf(["PRI * HTTP/2.0"])],
    [200, 200, 505],
  ],
  [
    "a request byte by byte",
    async () => [...(await signedBytes(wire.simulator, listRoots))].map((byte) => Buffer.from([byte])),
    [200],
  ],
  [
    "a body in chunks",
    async () => {
      const bytes = (await signedBytes(wire.simulator, listRoots)).toString("latin1");
      const chunked = bytes.replace("content-length: 2", "transfer-encoding: chunked");
      // The length was signed; what matters is that the body is found.
      return [Buffer.from(chunked.replace(/\{\}$/, "1;x=y\r\n{\r\n1\r\n}\r\n0\r\nA: b\r\n\r\n"))];
    },
    [400],
  ],
  [
    "a size of a chunk that is none",
    () => headOf(["POST / HTTP/1.1", "transfer-encoding: chunked", "", "xyz"]),
    [400],
  ],
  ["another coding", () => headOf(["POST / HTTP/1.1", "transfer-encoding: gzip"]), [501]],
  ["two lengths", () => headOf(["POST / HTTP/1.1", "content-length: 2", "content-length: 3"]), [400]],
  ["a length that is none", () => headOf(["POST / HTTP/1.1", "content-length: -1"]), [400]],
  ["a header without a name", () => headOf(["GET / HTTP/1.1", ": x"]), [400]],
  ["headers without end", () => [Buffer.from(`GET / HTTP/1.1\r\na: ${"x".repeat(70_000)}`)], [431]],
  ["HTTP/2", () => headOf(["PRI * HTTP/2.0"]), [505]],
];

test.each(connections)("a connection with %s", async (_, bytes, statuses) => {
  const answers = await converse(wire.simulator.endpoint, await bytes(), { answers: statuses.length });
  expect(answers.map(({ status }) => status)).toEqual(statuses);
});

test("who has sent all and closes its side gets every answer", async () => {
  const answers = await converse(wire.simulator.endpoint, [await manyRoots(3)], { endsAfterwards: true });
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
});

test("the word to go on comes behind the answer to what was sent before", async () => {
  const asked = await signedBytes(wire.simulator, listRootsAsking);
  const { hostname, port } = new URL(wire.simulator.endpoint);
  const socket = connect(Number(port), hostname);
  let text = "";
  socket.setEncoding("latin1").on("data", (chunk) => {
    text += chunk;
  });
  socket.write(Buffer.concat([await manyRoots(1), asked.subarray(0, -2)]));
  await expect.poll(() => text, { timeout: 20_000 }).toContain("100 Continue");
  expect(text).toMatch(/^HTTP\/1\.1 200 OK/);
  socket.destroy();
});

test("who asks before sending the body is told to go on", async () => {
  const bytes = await signedBytes(wire.simulator, listRootsAsking);
  const { hostname, port } = new URL(wire.simulator.endpoint);
  const socket = connect(Number(port), hostname);
  socket.write(bytes.subarray(0, -2));
  const [word] = (await once(socket, "data")) as [Buffer];
  expect(word.toString()).toBe("HTTP/1.1 100 Continue\r\n\r\n");
  socket.write("{}");
  const [answer] = (await once(socket, "data")) as [Buffer];
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 200 OK/);
  socket.destroy();
});
