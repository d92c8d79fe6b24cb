// Finds the operation of a REST request: by method, path and query literals. S3's schema paths have no
// bucket, so it is taken off first; routes that differ only in what they require are told apart by that.
import type { ApiOperation } from "./api.ts";

export interface RestRequest {
  method: string;
  /** Still percent-encoded, without the query. */
  path: string;
  query: URLSearchParams;
  headers: Record<string, string | string[] | undefined>;
}

export interface Routed {
  operation: ApiOperation;
  /** Decoded path labels. */
  labels: Record<string, string>;
}

export type Routes = (request: RestRequest) => Routed | undefined;

interface Route {
  operation: ApiOperation;
  /** As the schema has it: a literal, or a label in braces. */
  first: string;
  pattern: RegExp;
  labelNames: string[];
  literalSegments: number;
  isGreedy: boolean;
  needsBucket: boolean;
  requiredQuery: string[];
  requiredHeaders: string[];
}

export function routesOf(operations: ApiOperation[], isS3: boolean): Routes {
  const byMethod = Map.groupBy(
    operations.filter((operation) => operation.http),
    (operation) => operation.http?.method ?? "",
  );
  const compiled = new Map<string, RouteTable>();
  return (request) => {
    let table = compiled.get(request.method);
    if (!table) {
      table = tableOf((byMethod.get(request.method) ?? []).map((operation) => routeOf(operation, isS3)));
      compiled.set(request.method, table);
    }
    return isS3
      ? findInBucket(table, request)
      : find(routesUnder(table, request.path), request, request.path);
  };
}

/** The routes of one method, in the order of the schema. */
interface RouteTable {
  ofBuckets: Route[];
  others: Route[];
  /** Of the others, by the first segment: it is a literal in most. */
  bySegment: ReadonlyMap<string, Route[]>;
  /** Whose first segment is a label. */
  open: Route[];
}

function tableOf(routes: Route[]): RouteTable {
  const [ofBuckets = [], others = []] = [true, false].map((needed) =>
    routes.filter(({ needsBucket }) => needsBucket === needed),
  );
  const isOpen = ({ first }: Route) => first.startsWith("{");
  const segments = others.filter((route) => !isOpen(route)).map(({ first }) => first);
  const bySegment = new Map(
    segments.map((segment) => [segment, others.filter((route) => isOpen(route) || route.first === segment)]),
  );
  return { ofBuckets, others, bySegment, open: others.filter(isOpen) };
}

function routesUnder({ bySegment, open }: RouteTable, path: string): Route[] {
  return bySegment.get(firstSegment(path)) ?? open;
}

/** Between the first two slashes. */
export function firstSegment(path: string): string {
  const end = path.indexOf("/", 1);
  return path.slice(1, end < 0 ? path.length : end);
}

function routeOf(operation: ApiOperation, isS3: boolean): Route {
  const labelNames: string[] = [];
  let literalSegments = 0;
  let isGreedy = false;
  const segments = (operation.http?.path ?? "/").split("/").map((segment) => {
    const label = /^\{([^}+]+)(\+)?\}$/.exec(segment);
    if (!label?.[1]) {
      if (segment) literalSegments++;
      return segment.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    }
    labelNames.push(label[1]);
    if (label[2]) isGreedy = true;
    return label[2] ? "(.+)" : "([^/]+)";
  });
  const members = operation.input.members;
  return {
    operation,
    first: firstSegment(operation.http?.path ?? "/"),
    pattern: new RegExp(`^${segments.join("/")}/?$`),
    labelNames,
    literalSegments,
    isGreedy,
    needsBucket: isS3 && members.some(({ name, isLabel }) => name === "Bucket" && isLabel),
    requiredQuery: members.flatMap(({ isRequired, query }) => (isRequired && query ? [query] : [])),
    requiredHeaders: members.flatMap(({ isRequired, header }) => (isRequired && header ? [header] : [])),
  };
}

/** `bucket.localhost`, `bucket.s3.eu-west-1.amazonaws.com`: the host says the bucket, the path only the key. */
const virtualHost = /^(.+?)\.(?:localhost|s3[.-].*|s3)(?::\d+)?$/;

function bucketAndKey({ headers, path }: RestRequest): string[] {
  const bucket = virtualHost.exec(String(headers.host ?? ""))?.[1];
  if (bucket !== undefined) return ["", bucket, path.slice(1)];
  return /^\/([^/]*)\/?(.*)$/.exec(path) ?? [];
}

function findInBucket({ ofBuckets, others }: RouteTable, request: RestRequest): Routed | undefined {
  const [, bucket = "", key = ""] = bucketAndKey(request);
  if (bucket === "") return find(others, request, request.path);
  const found = find(ofBuckets, request, `/${key}`);
  if (found) found.labels.Bucket = decode(bucket);
  return found;
}

function find(routes: Route[], request: RestRequest, path: string): Routed | undefined {
  let best: { route: Route; match: RegExpExecArray; rank: number } | undefined;
  for (const route of routes) {
    const match = route.pattern.exec(path);
    if (!match) continue;
    const literals = literalsMatched(route, request);
    if (literals === undefined) continue;
    const rank = literals * 1000 + route.literalSegments * 10 + (route.isGreedy ? 0 : 5);
    if (!best || rank > best.rank) best = { route, match, rank };
  }
  if (!best) return undefined;
  const { route, match } = best;
  const labels: Record<string, string> = {};
  route.labelNames.forEach((name, at) => {
    labels[name] = decode(match[at + 1] ?? "");
  });
  return { operation: route.operation, labels };
}

/** How much of the query (and required headers) speaks for this route; undefined when something speaks against it. */
function literalsMatched(route: Route, { query, headers }: RestRequest): number | undefined {
  let matched = 0;
  for (const [name, value] of route.operation.http?.query ?? []) {
    const given = query.get(name);
    // Only SDKs send x-id; where it is missing the other signs decide.
    if (name === "x-id" && given === null) continue;
    if (given === null || (value !== "" && given !== value)) return undefined;
    matched++;
  }
  for (const name of route.requiredQuery) {
    if (!query.has(name)) return undefined;
    matched++;
  }
  for (const name of route.requiredHeaders) {
    if (headers[name] === undefined) return undefined;
    matched++;
  }
  return matched;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    if (cause instanceof URIError) return text;
    throw cause;
  }
}
