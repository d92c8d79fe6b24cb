// One end of the fuzz: a wire server that answers what it is told and says what arrived, and AWS's own clients
// for it, by package.
import { once } from "node:events";
import { Agent } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import type { AwsFault } from "../operation.ts";
import { readAuthorization } from "../signature.ts";
import { serverOf } from "../wire-server.ts";
import { type Api, apiOf } from "./api.ts";
import { apiFor, clientFor, operationOf } from "./choose.ts";
import { writeFault } from "./fault.ts";
import { readInput, type WireRequest } from "./request.ts";
import { type WireResponse, writeOutput } from "./response.ts";

export interface Arrived {
  client: string;
  /** Which client the request would have been taken for without its signature. */
  unsignedClient: string;
  operation: string;
  input: Record<string, unknown>;
}

export interface FuzzWire {
  /** Sends by the real client of the package; what it returns or throws. */
  send(client: string, operation: string, input: object): Promise<unknown>;
  /** What the server answers next. */
  answerWith(answer: { output: unknown } | { fault: AwsFault }): void;
  /** What the last request was taken for. */
  arrived(): Arrived | undefined;
  close(): Promise<void>;
}

interface AnyClient {
  send(command: object): Promise<unknown>;
  destroy(): void;
}

type Loaded = Record<string, new (settings: object) => object>;

const require = createRequire(import.meta.url);

export function moduleOf(client: string): Loaded {
  return require(`@aws-sdk/client-${client}`) as Loaded;
}

export async function openFuzzWire(): Promise<FuzzWire> {
  let next: { output: unknown } | { fault: AwsFault } = { output: {} };
  let arrived: Arrived | undefined;
  const answer = async (request: WireRequest): Promise<WireResponse> => {
    const authorization = readAuthorization(String(request.headers.authorization));
    const signed = typeof authorization === "object" ? authorization.claims.service : undefined;
    const client = clientFor(request, signed);
    const api = apiFor(request, client) as Api;
    const found = operationOf(api, request);
    if (!found) throw new Error(`no operation of ${client} for ${request.method} ${request.path}`);
    const { operation, labels } = found;
    const input = readInput(api, operation, request, labels);
    arrived = { client, unsignedClient: clientFor(request, undefined), operation: operation.name, input };
    const requestId = "11111111-2222-4333-8444-555555555555";
    return "fault" in next
      ? writeFault(api, next.fault, requestId, request.method)
      : writeOutput(api, operation, next.output, requestId);
  };
  const server = serverOf(answer);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  // Account-prefixed host names all lead to the loopback.
  const httpAgent = new Agent({
    keepAlive: true,
    lookup: (_name, _options, found) => found(null, [{ address: "127.0.0.1", family: 4 }]),
  });
  const clients = new Map<string, AnyClient>();
  return {
    send(client, operation, input) {
      const module = moduleOf(client);
      let opened = clients.get(client);
      if (!opened) {
        opened = openClient(module, `http://localhost:${port}`, httpAgent);
        clients.set(client, opened);
      }
      const Command = module[`${operation}Command`];
      if (!Command) throw new Error(`${client} has no ${operation}`);
      arrived = undefined;
      return opened.send(new Command(input));
    },
    answerWith: (answered) => {
      next = answered;
    },
    arrived: () => arrived,
    async close() {
      for (const client of clients.values()) client.destroy();
      httpAgent.destroy();
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

function openClient(module: Loaded, endpoint: string, httpAgent: Agent): AnyClient {
  const name = Object.keys(module).find((key) => key.endsWith("Client") && !/^(__)?Client$/.test(key));
  const Client = name ? module[name] : undefined;
  if (!Client) throw new Error("the package exports no client");
  return new Client({
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "AKIAFUZZ", secretAccessKey: "fuzz" },
    maxAttempts: 1,
    forcePathStyle: true,
    requestHandler: { httpAgent },
  }) as AnyClient;
}

export function installedClients(): string[] {
  const { devDependencies = {}, dependencies = {} } = require("../../package.json") as Record<
    string,
    Record<string, string>
  >;
  return Object.keys({ ...dependencies, ...devDependencies })
    .filter((name) => name.startsWith("@aws-sdk/client-"))
    .map((name) => name.slice("@aws-sdk/client-".length))
    .filter((client) => apiOf(client) !== undefined)
    .sort();
}
