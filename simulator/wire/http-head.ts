// The head of an HTTP/1.1 request from its text: start line, header fields, and how long the body after it is.
// Knows nothing of connections.
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

export interface Head {
  request: HttpRequest;
  isChunked: boolean;
  length: number;
  awaitsContinue: boolean;
}

const requestLine = /^([A-Za-z-]{1,20}) (\S+) HTTP\/(\d)\.(\d)$/;
const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Of which a second one is not joined to the first. */
const single = new Set(["authorization", "content-length", "content-type", "host", "user-agent"]);
/** Header fields without a prototype, whose names could mean something; made by a constructor they are read faster than Object.create(null). */
const HeaderFields = function HeaderFields() {} as unknown as new () => Record<string, string>;
HeaderFields.prototype = Object.create(null);

export function readHead(text: string): Head | BrokenHttp {
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

export const nothing = Buffer.alloc(0);

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
