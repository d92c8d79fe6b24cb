// Bytes of a connection to HTTP/1.1 requests, one after the other, each read whole up to a bound. node:http does this
// too, but its objects and streams cost 65 µs of a small call's 300 (2026-11-22). Knows nothing of what is asked.
import { type BrokenHttp, type Head, type HttpRequest, nothing, readHead } from "./http-head.ts";

export interface HttpReader {
  push(chunk: Buffer): void;
  /** "more": not all is here yet; "continue": the client waits for a word before it sends the body. */
  next(): HttpRequest | BrokenHttp | "more" | "continue";
  readonly bufferedBytes: number;
}

export const maxBodyBytes = 8 * 1024 * 1024;
const maxHeadBytes = 64 * 1024;
const maxChunkLineBytes = 16 * 1024;

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
