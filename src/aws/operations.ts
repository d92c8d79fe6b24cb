// Operations of the installed SDK clients: schema, protocol, endpoint rules, signing name. Clients
// are loaded on first use as CommonJS (12 ms each in the median, half of what ESM takes; aws.md §2)
// and used as libraries only: no client of the SDK ever sends anything here.
import { createRequire } from "node:module";
import type { HttpRequest, HttpResponse } from "@smithy/core/protocols";
import { operation as operationSchema } from "@smithy/core/schema";
import type {
  ChecksumConstructor,
  EndpointParameterInstructions,
  EndpointV2,
  OperationSchema,
} from "@smithy/types";

/** An SDK protocol; its context is the client's configuration with an endpoint. */
interface Protocol {
  getShapeId(): string;
  setSerdeContext(context: ClientSettings): void;
  serializeRequest(schema: OperationSchema, input: object, context: ClientSettings): Promise<HttpRequest>;
  deserializeResponse(
    schema: OperationSchema,
    context: ClientSettings,
    response: HttpResponse,
  ): Promise<Record<string, unknown>>;
}

/** What is read of an SDK client's configuration; the rest of it only serves the protocol as context. */
export interface ClientSettings {
  serviceId: string;
  defaultSigningName: string;
  signingEscapePath?: boolean;
  protocol: Protocol;
  endpointProvider: (parameters: Record<string, unknown>) => EndpointV2;
  sha256: ChecksumConstructor;
}

export interface SdkClient {
  name: string;
  settings: ClientSettings;
  exports: Record<string, unknown>;
  operations: Map<string, SdkOperation>;
}

export interface SdkOperation {
  client: SdkClient;
  name: string;
  schema: OperationSchema;
  endpointParameters: EndpointParameterInstructions;
  /** True if the endpoint depends on the input (a bucket, an account): it cannot be kept per region. */
  endpointVaries: boolean;
  /** The operation puts something before the host name ("{AccountId}."). */
  hasHostPrefix: boolean;
}

const require = createRequire(import.meta.url);
const clients = new Map<string, SdkClient>();

/** Loads the client "@aws-sdk/client-<name>" once; throws if it is not installed, which is a bug. */
export function sdkClient(name: string): SdkClient {
  const known = clients.get(name);
  if (known) return known;
  if (!/^[a-z0-9-]+$/.test(name)) throw new Error(`not a client name: ${name}`);
  const exports = require(`@aws-sdk/client-${name}`) as Record<string, unknown>;
  const exported = Object.keys(exports).find((key) => key.endsWith("Client") && key !== "__Client");
  if (!exported) throw new Error(`@aws-sdk/client-${name} exports no client`);
  const Client = exports[exported] as new (settings: object) => { config: ClientSettings };
  // Never used to sign or to send; given so that the client looks for neither in the environment.
  const credentials = { accessKeyId: "none", secretAccessKey: "none" };
  const { config } = new Client({ region: "us-east-1", credentials, ignoreConfiguredEndpointUrls: true });
  config.protocol.setSerdeContext(config);
  const client: SdkClient = { name, settings: config, exports, operations: new Map() };
  clients.set(name, client);
  return client;
}

/** Throws for an operation that the client does not have, which is a bug of the caller. */
export function sdkOperation(clientName: string, name: string): SdkOperation {
  const client = sdkClient(clientName);
  const known = client.operations.get(name);
  if (known) return known;
  const raw = client.exports[`${name}$`];
  const command = client.exports[`${name}Command`] as
    | { getEndpointParameterInstructions(): EndpointParameterInstructions }
    | undefined;
  if (!Array.isArray(raw) || raw[0] !== 9 || !command) {
    throw new Error(`@aws-sdk/client-${clientName} has no operation ${name}`);
  }
  const endpointParameters = command.getEndpointParameterInstructions();
  const schema = operationSchema(raw[1], raw[2], raw[3], raw[4], raw[5]) as OperationSchema;
  const traits = typeof schema.traits === "object" ? (schema.traits as { endpoint?: unknown }) : {};
  const made: SdkOperation = {
    client,
    name,
    schema,
    endpointParameters,
    endpointVaries: Object.values(endpointParameters).some(
      ({ type }) => type === "contextParams" || type === "operationContextParams",
    ),
    hasHostPrefix: traits.endpoint !== undefined || "AccountId" in endpointParameters,
  };
  client.operations.set(name, made);
  return made;
}
