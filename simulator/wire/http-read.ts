// Bytes of a connection to HTTP/1.1 requests, one after the other, each read whole up to a bound. node:http does this
// too, but its objects and streams cost 65 µs of a small call's 300 (2026-11-22). Knows nothing of what is asked.
import { remember } from "../remember.ts";

export interface HttpRequest {
  method: string;
  /** As sent: path and query. */
  target: string;
  headers: Record<string, string>;
  body: Buffer;
  /** The body was left unread: nothing more can be read from this connection. */
  isTooLarge: boolean;
  keepsAlive: boolean;
}

/** No HTTP that we understand: the connection has to end with this status. */
export interface BrokenHttp {
  status: 400 | 431 | 501 | 505;
}

export interface HttpReader {
  push(chunk: Buffer): void;
  /** "more": not all is here yet; "continue": the client waits for a word before it sends the body. */
  next(): HttpRequest | BrokenHttp | "more" | "continue";
  readonly bufferedBytes: number;
}

interface Head {
  request: HttpRequest;
  isChunked: boolean;
  length: number;
  awaitsContinue: boolean;
}

export const maxBodyBytes = 8 * 1024 * 1024;
const maxHeadBytes = 64 * 1024;
const maxChunkLineBytes = 16 * 1024;
const requestLine = /^([A-Za-z-]{1,20}) (\S+) HTTP\/(\d)\.(\d)$/;
const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Of which a second one is not joined to the first. */
const single = new Set(["authorization", "content-length", "content-type", "host", "user-agent"]);
export function openHttpReader(): HttpReader {
  const pending = openPending();
  let head: Head | undefined;
  let chunks: ChunkReader | undefined;
  const finish = (body: Buffer): HttpRequest => {
    const { request } = head as Head;
    request.body = body;
    head = undefined;
    chunks = undefined;
    return request;
  };
  const readBody = (known: Head): HttpRequest | BrokenHttp | "more" => {
    if (!known.isChunked) {
      if (known.length > maxBodyBytes) return finish(tooLarge(known));
      const body = pending.take(known.length);
      return body ? finish(body) : "more";
    }
    chunks ??= openChunkReader();
    const body = chunks.read(pending);
    if (body === "too-large") return finish(tooLarge(known));
    return Buffer.isBuffer(body) ? finish(body) : body;
  };
  return {
    push: (chunk) => pending.push(chunk),
    next() {
      if (!head) {
        const text = pending.takeHead();
        if (text === undefined) return pending.size > maxHeadBytes ? { status: 431 } : "more";
        const read = readHead(text);
        if ("status" in read) return read;
        head = read;
      }
      const read = readBody(head);
      if (read !== "more" || !head.awaitsContinue || pending.size > 0) return read;
      head.awaitsContinue = false;
      return "continue";
    },
    get bufferedBytes() {
      return pending.size;
    },
  };
}

function tooLarge({ request }: Head): Buffer {
  request.isTooLarge = true;
  request.keepsAlive = false;
  return nothing;
}

/** Header fields without a prototype, whose names could mean something; made by a constructor they are read faster than Object.create(null). */
const HeaderFields = function HeaderFields() {} as unknown as new () => Record<string, string>;
HeaderFields.prototype = Object.create(null);

function readHead(text: string): Head | BrokenHttp {
  const end = endOfLine(text, 0);
  if (end < 0 || text.includes("\0")) return { status: 400 };
  const line = text.slice(0, end);
  const start = end < shortLine ? knownStart(line) : startOf(line);
  if ("status" in start) return start;
  const headers = fieldsOf(text, end + 2);
  if (!headers) return { status: 400 };
  const length = headers["content-length"];
  const coding = headers["transfer-encoding"];
  if (length !== undefined && (!/^\d{1,15}$/.test(length) || coding !== undefined)) return { status: 400 };
  if (coding !== undefined && coding.toLowerCase() !== "chunked") return { status: 501 };
  const connection = headers.connection?.toLowerCase();
  const { method, target, isOld } = start;
  const keepsAlive = isOld ? connection === "keep-alive" : connection !== "close";
  return {
    request: { method, target, headers, body: nothing, isTooLarge: false, keepsAlive },
    isChunked: coding !== undefined,
    length: Number(length ?? 0),
    awaitsContinue: headers.expect?.toLowerCase() === "100-continue",
  };
}

const nothing = Buffer.alloc(0);

interface Start {
  method: string;
  target: string;
  /** HTTP/1.0. */
  isOld: boolean;
}

function startOf(line: string): Start | BrokenHttp {
  const [, method, target, major, minor] = requestLine.exec(line) ?? [];
  if (!method || !target) return { status: 400 };
  return major === "1" ? { method, target, isOld: minor === "0" } : { status: 505 };
}

/** The query protocols' requests all begin alike. */
const knownStart = remember(startOf);
const shortLine = 200;

/** Where the line that begins at `at` ends; negative when a carriage return or line feed stands alone. */
function endOfLine(text: string, at: number): number {
  const end = text.indexOf("\r", at);
  const feed = text.indexOf("\n", at);
  if (end < 0 && feed < 0) return text.length;
  return feed === end + 1 ? end : -1;
}

function fieldsOf(text: string, start: number): Record<string, string> | undefined {
  const headers = new HeaderFields();
  for (let at = start; at < text.length; ) {
    const end = endOfLine(text, at);
    const colon = text.indexOf(":", at);
    const name = end < 0 || colon < 0 || colon >= end ? undefined : nameOf(text.slice(at, colon));
    if (name === undefined) return undefined;
    const value = text.slice(text.charCodeAt(colon + 1) === 32 ? colon + 2 : colon + 1, end).trim();
    at = end + 2;
    const before = headers[name];
    if (before === undefined) headers[name] = value;
    else if (name === "content-length" && before !== value) return undefined;
    else if (!single.has(name)) headers[name] = `${before}, ${value}`;
  }
  return headers;
}

/** Names as clients write them, with what they are called here: few, so that checking and lowering each once is enough. */
const names = new Map<string, string>();
const keptNames = 500;

/** In lower case; undefined when it is no name. */
function nameOf(given: string): string | undefined {
  const known = names.get(given);
  if (known !== undefined) return known;
  if (!headerName.test(given)) return undefined;
  const name = given.toLowerCase();
  if (names.size < keptNames && name.length < 64) names.set(given, name);
  return name;
}

interface Pending {
  readonly size: number;
  push(chunk: Buffer): void;
  /** Exactly so many bytes; undefined when there are fewer. */
  take(length: number): Buffer | undefined;
  /** All lines up to the empty one, without it. */
  takeHead(): string | undefined;
  /** One line without its end; "long" when none ends within the bound. */
  takeLine(): string | "long" | undefined;
}

/** What has come and is not used yet. Pieces are joined only when one alone does not do. */
function openPending(): Pending {
  let pieces: Buffer[] = [];
  let size = 0;
  const whole = (): Buffer => {
    const [first] = pieces;
    if (pieces.length === 1 && first) return first;
    const joined = Buffer.concat(pieces, size);
    pieces = [joined];
    return joined;
  };
  const keepFrom = (all: Buffer, start: number) => {
    size = all.length - start;
    pieces = size > 0 ? [all.subarray(start)] : [];
  };
  return {
    get size() {
      return size;
    },
    push(chunk) {
      pieces.push(chunk);
      size += chunk.length;
    },
    take(length) {
      if (size < length) return undefined;
      const all = whole();
      keepFrom(all, length);
      return all.subarray(0, length);
    },
    takeHead() {
      if (size === 0) return undefined;
      let all = whole();
      let start = 0;
      // Empty lines before a request are to be ignored.
      while (all[start] === 13 && all[start + 1] === 10) start += 2;
      if (start > 0) {
        keepFrom(all, start);
        all = whole();
      }
      const end = all.indexOf("\r\n\r\n");
      if (end < 0 || end > maxHeadBytes) return undefined;
      keepFrom(all, end + 4);
      return all.toString("latin1", 0, end);
    },
    takeLine() {
      const all = whole();
      const end = all.indexOf("\r\n");
      if (end < 0 || end > maxChunkLineBytes) return size > maxChunkLineBytes ? "long" : undefined;
      keepFrom(all, end + 2);
      return all.toString("latin1", 0, end);
    },
  };
}

interface ChunkReader {
  read(pending: Pending): Buffer | BrokenHttp | "more" | "too-large";
}

function openChunkReader(): ChunkReader {
  const parts: Buffer[] = [];
  let size = 0;
  let expected: number | "size" | "trailer" = "size";
  const step = (pending: Pending): Buffer | BrokenHttp | "more" | "too-large" | "on" => {
    if (typeof expected === "number") {
      const part = pending.take(expected + 2);
      if (!part) return "more";
      if (part[expected] !== 13 || part[expected + 1] !== 10) return { status: 400 };
      parts.push(part.subarray(0, expected));
      expected = "size";
      return "on";
    }
    const line = pending.size > 0 ? pending.takeLine() : undefined;
    if (line === undefined) return "more";
    if (line === "long") return { status: 400 };
    if (expected === "trailer") return line === "" ? Buffer.concat(parts, size) : "on";
    const length = /^([0-9a-fA-F]{1,8})[ \t]*(?:;.*)?$/.exec(line)?.[1];
    if (length === undefined) return { status: 400 };
    const bytes = Number.parseInt(length, 16);
    size += bytes;
    expected = bytes === 0 ? "trailer" : bytes;
    return size > maxBodyBytes ? "too-large" : "on";
  };
  return {
    read(pending) {
      for (;;) {
        const read = step(pending);
        if (read !== "on") return read;
      }
    },
  };
}
