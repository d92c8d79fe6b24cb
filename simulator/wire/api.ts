// One AWS API as the installed SDK client describes it: protocol, operations, errors, routes.
// Clients are loaded when first asked for; their schemas are read through NormalizedSchema only.
import { createRequire } from "node:module";
import { type Routes, routesOf } from "./route.ts";
import { type Shape, shapeOf } from "./shape.ts";

export type Protocol =
  | "awsQuery"
  | "ec2Query"
  | "awsJson1_0"
  | "awsJson1_1"
  | "rpcV2Cbor"
  | "restJson1"
  | "restXml";

export interface HttpBinding {
  method: string;
  path: string;
  /** Literals of the URI's query: ["policyStatus", ""] or ["list-type", "2"]. */
  query: [string, string][];
  status: number;
}

export interface ApiOperation {
  readonly name: string;
  readonly isRead: boolean;
  readonly http: HttpBinding | undefined;
  readonly input: Shape;
  readonly output: Shape;
}

export interface ApiError {
  /** The name of its shape, as JSON protocols send it. */
  name: string;
  /** As query protocols send it. */
  wireCode: string;
  status: number;
  shape: Shape;
}

export interface Api {
  /** Suffix of the client's package. */
  client: string;
  serviceId: string;
  signingName: string;
  protocol: Protocol;
  version: string;
  /** Before the dot in X-Amz-Target. */
  target: string;
  xmlNamespace: string;
  /** Was a query API before: its JSON errors name the old code in a header. */
  isQueryCompatible: boolean;
  operations: ReadonlyMap<string, ApiOperation>;
  errors: ReadonlyMap<string, ApiError>;
  readonly routes: Routes;
}

const require = createRequire(import.meta.url);
const loaded = new Map<string, Api | undefined>();

/** Undefined when no such client is installed, or only one without schemas. */
export function apiOf(client: string): Api | undefined {
  if (!loaded.has(client)) loaded.set(client, load(client));
  return loaded.get(client);
}

const speaking = new Map<string, Api>();

/** The same API in another of its protocols. */
export function apiSpeaking(api: Api, protocol: Protocol): Api {
  const name = `${api.client} ${protocol}`;
  let other = speaking.get(name);
  if (!other) {
    other = { ...api, protocol };
    speaking.set(name, other);
  }
  return other;
}

interface ClientConfig {
  serviceId: string;
  defaultSigningName?: string;
  protocol: { getShapeId(): string };
  protocolSettings: {
    version?: string;
    serviceTarget?: string;
    xmlNamespace?: string;
    awsQueryCompatible?: boolean;
  };
}

function load(client: string): Api | undefined {
  const name = `@aws-sdk/client-${client}`;
  let module: Record<string, unknown>;
  try {
    module = require(name) as Record<string, unknown>;
  } catch (cause) {
    if ((cause as { code?: string }).code === "MODULE_NOT_FOUND") return undefined;
    throw cause;
  }
  const config = configOf(module);
  const protocol = config?.protocol?.getShapeId().split("#")[1] as Protocol | undefined;
  if (!config || !protocol) return undefined;
  const { version = "", serviceTarget = "", awsQueryCompatible = false } = config.protocolSettings;
  // SQS names none; the query protocol of old had this one.
  const xmlNamespace = config.protocolSettings.xmlNamespace ?? `http://queue.amazonaws.com/doc/${version}/`;
  const operations = new Map<string, ApiOperation>();
  const errors = new Map<string, ApiError>();
  for (const [exported, schema] of Object.entries(module)) {
    if (!exported.endsWith("$") || !Array.isArray(schema)) continue;
    if (schema[0] === 9) operations.set(schema[2], operationOf(schema));
    // The client's own class above all errors is none of the API's.
    if (schema[0] === -3 && !String(schema[1]).startsWith("smithy.ts.sdk.synthetic"))
      addError(errors, schema);
  }
  let routes: Routes | undefined;
  return {
    client,
    serviceId: config.serviceId,
    signingName: config.defaultSigningName ?? client,
    protocol,
    version,
    target: serviceTarget,
    xmlNamespace,
    isQueryCompatible: awsQueryCompatible,
    operations,
    errors,
    get routes() {
      routes ??= routesOf([...operations.values()], client === "s3");
      return routes;
    },
  };
}

/** A client built only to be asked what it is; it never sends anything. */
function configOf(module: Record<string, unknown>): ClientConfig | undefined {
  const name = Object.keys(module).find(
    (key) => key.endsWith("Client") && key !== "__Client" && key !== "Client",
  );
  const Client = name
    ? (module[name] as new (
        config: object,
      ) => { config: ClientConfig; destroy(): void })
    : undefined;
  if (!Client) return undefined;
  const client = new Client({
    region: "us-east-1",
    credentials: { accessKeyId: "none", secretAccessKey: "none" },
  });
  client.destroy();
  return client.config;
}

type RawOperation = [9, string, string, { http?: [string, string, number] } | number, unknown, unknown];

function operationOf(schema: unknown[]): ApiOperation {
  const [, , name, traits, input, output] = schema as RawOperation;
  const http = typeof traits === "object" ? traits.http : undefined;
  return new LazyOperation(name, http && bindingOf(http), input, output);
}

function bindingOf([method, target, status]: [string, string, number]): HttpBinding {
  const [path = "/", query = ""] = target.split("?");
  return { method, path, query: [...new URLSearchParams(query)], status };
}

/** A class for the same reason as shapes. */
class LazyOperation implements ApiOperation {
  readonly name: string;
  readonly isRead: boolean;
  readonly http: HttpBinding | undefined;
  readonly #schemas: { input: unknown; output: unknown };
  #input: Shape | undefined = undefined;
  #output: Shape | undefined = undefined;
  constructor(name: string, http: HttpBinding | undefined, input: unknown, output: unknown) {
    this.name = name;
    this.isRead = isRead(name);
    this.http = http;
    this.#schemas = { input, output };
  }
  get input(): Shape {
    this.#input ??= shapeOf(this.#schemas.input as never);
    return this.#input;
  }
  get output(): Shape {
    this.#output ??= shapeOf(this.#schemas.output as never);
    return this.#output;
  }
}

/** Whether an operation changes nothing, by its name; tokens and credentials are made, not read. */
function isRead(name: string): boolean {
  if (/Token|Credentials/.test(name)) return false;
  return /^(BatchGet|BatchDescribe|Check|Describe|Estimate|Filter|Get|Head|List|Lookup|Preview|Query|Scan|Search|Select|Simulate|Validate|View)/.test(
    name,
  );
}

function addError(errors: Map<string, ApiError>, schema: unknown[]): void {
  const name = String(schema[2]);
  const traits = schema[3] as
    | { httpError?: number; error?: string; awsQueryError?: [string, number] }
    | number;
  const { httpError, error, awsQueryError } = typeof traits === "object" ? traits : {};
  const wireCode = awsQueryError?.[0] ?? name;
  const status = awsQueryError?.[1] ?? httpError ?? (error === "server" ? 500 : 400);
  const found: ApiError = { name, wireCode, status, shape: shapeOf(schema as never) };
  errors.set(name, found);
  if (!errors.has(wireCode)) errors.set(wireCode, found);
}
