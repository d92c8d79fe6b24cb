// The fuzz of the wire: for every operation of every installed client, values made from the schemas go from an
// unmodified SDK client to the simulator's readers, and from its writers back, and must be the same at the other end.
import { Buffer } from "node:buffer";
import { afterAll, beforeAll, expect, test } from "vitest";
import { AwsFault } from "../operation.ts";
import { randomFrom } from "../random.ts";
import { type ApiError, type ApiOperation, apiOf } from "./api.ts";
import { inputFor } from "./fuzz-values.ts";
import { type FuzzWire, installedClients, moduleOf, openFuzzWire } from "./fuzz-wire.ts";
import { knownApis } from "./known-apis.ts";

/** Members that the client checks or fills in itself: given a value that it takes, or left out and not compared (undefined). */
const fixed: Record<string, Record<string, unknown>> = {
  s3: {
    // Must be valid as a name, and be no ARN.
    Bucket: "fuzzed-bucket",
    // One of the algorithms the client has, which then computes it; with ChecksumMode it checks the answer's.
    ChecksumAlgorithm: "CRC32",
    ChecksumMode: undefined,
    // Refused where they are not those of the body.
    ContentMD5: undefined,
    ChecksumCRC32: undefined,
    ChecksumCRC32C: undefined,
    ChecksumCRC64NVME: undefined,
    ChecksumSHA1: undefined,
    ChecksumSHA256: undefined,
    ChecksumSHA512: undefined,
    ChecksumMD5: undefined,
    ChecksumXXHASH64: undefined,
    ChecksumXXHASH3: undefined,
    ChecksumXXHASH128: undefined,
    // Guessed by the client where it is missing.
    ContentType: "text/x-fuzz",
    // Encoded and hashed by the client.
    SSECustomerKey: undefined,
    SSECustomerKeyMD5: undefined,
    CopySourceSSECustomerKey: undefined,
    CopySourceSSECustomerKeyMD5: undefined,
    // HTTP's own header of the body.
    ContentLength: undefined,
    // One header fills both.
    Expires: undefined,
    ExpiresString: undefined,
  },
  // Parts of host names.
  "s3-control": { ContentMD5: undefined, AccountId: "123456789012", OutpostId: "op-0123456789abcdef0" },
  eventbridge: { EndpointId: undefined },
};

const eventStream = "answers an event stream, which the simulator does not speak";
/** What does not come back equal, and why that is no fault of the wire. */
const exceptions: Record<string, string> = {
  "cloudwatch-logs GetLogObject": eventStream,
  "cloudwatch-logs StartLiveTail": eventStream,
  "lambda InvokeWithResponseStream": eventStream,
  "s3 SelectObjectContent": eventStream,
  "ec2 CopySnapshot": "the client adds a presigned URL and the destination region",
  "s3 WriteGetObjectResponse": "goes to a host named by its token",
  "sqs ReceiveMessage": "the client checks the MD5 of the message",
  "sqs SendMessage": "the client checks the MD5 of the message",
};

const errorExceptions: Record<string, string> = {
  "cloudwatch DashboardNotFoundError":
    "the client goes by the query protocol's code, which ResourceNotFound shares",
};

let wire: FuzzWire;
beforeAll(async () => {
  wire = await openFuzzWire();
});
afterAll(() => wire.close());

const clients = installedClients();
const counts = { reads: 0, equalReads: 0 };

test.each(clients)("%s: inputs arrive and outputs return as they were", async (client) => {
  const different: string[] = [];
  for (const operation of apiOf(client)?.operations.values() ?? []) {
    const name = `${client} ${operation.name}`;
    const difference = await roundTrip(client, operation);
    if (operation.isRead) counts.reads++;
    if (operation.isRead && !difference) counts.equalReads++;
    if (difference && !exceptions[name]) different.push(`${name}: ${difference}`);
  }
  expect(different).toEqual([]);
});

test("at least 99.7 % of the reads are equal", () => {
  expect(counts.reads).toBeGreaterThan(1_500);
  expect(counts.equalReads / counts.reads).toBeGreaterThanOrEqual(0.997);
});

/** What differs after there and back; undefined when nothing does. */
async function roundTrip(client: string, operation: ApiOperation): Promise<string | undefined> {
  const random = randomFrom(`fuzz|${client}|${operation.name}`);
  const input = inputFor(operation.input, random, fixed[client]);
  const output = inputFor(operation.output, random, fixed[client]);
  wire.answerWith({ output });
  let returned: Record<string, unknown>;
  try {
    returned = await collected((await wire.send(client, operation.name, input)) as Record<string, unknown>);
  } catch (error) {
    return `the client says ${error instanceof Error ? error.message : String(error)}`;
  }
  const arrived = wire.arrived();
  if (arrived?.client !== client || arrived.operation !== operation.name) {
    return `taken for ${arrived?.client} ${arrived?.operation}`;
  }
  if (arrived.unsignedClient !== client && !isShared(client, operation)) {
    return `without its signature taken for ${arrived.unsignedClient}`;
  }
  for (const [name, value] of Object.entries(fixed[client] ?? {})) {
    if (value !== undefined) continue;
    // The client writes into its input too.
    for (const side of [input, arrived.input, returned]) delete side[name];
  }
  return (
    differenceOf(plain(input), plain(arrived.input), "in") ??
    differenceOf(plain(output), plain(returned), "out")
  );
}

/** Paths that several APIs have: without a signature only an ARN in them tells, and here there is none. */
function isShared(client: string, { http, name }: ApiOperation): boolean {
  return http?.path.startsWith("/tags/") || `${client} ${name}` === "guardduty GetOrganizationStatistics";
}

/** The answer without what the client adds, its stream read. */
async function collected({
  $metadata: _,
  ...answer
}: Record<string, unknown>): Promise<Record<string, unknown>> {
  for (const [name, value] of Object.entries(answer)) {
    const stream = value as { transformToByteArray?: () => Promise<Uint8Array> } | undefined;
    if (stream?.transformToByteArray) answer[name] = await stream.transformToByteArray();
  }
  return answer;
}

/** Values of the same meaning in the same form: dates, bytes, numbers of any size, JSON kept as text. */
function plain(value: unknown): unknown {
  if (value instanceof Date) return `date ${value.toISOString()}`;
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString("base64")}`;
  if (value instanceof String) return String(value);
  if (typeof value === "bigint") return Number(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value ?? undefined;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined && inner !== null)
      .map(([name, inner]) => [name, plain(inner)]),
  );
}

function differenceOf(sent: unknown, came: unknown, where: string): string | undefined {
  if (isObject(sent) && isObject(came)) {
    for (const name of new Set([...Object.keys(sent), ...Object.keys(came)])) {
      const difference = differenceOf(sent[name], came[name], `${where}.${name}`);
      if (difference) return difference;
    }
    return undefined;
  }
  return Object.is(sent, came)
    ? undefined
    : `${where}: ${JSON.stringify(sent)} came as ${JSON.stringify(came)}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

test.each(clients)("%s: errors arrive as their class with their members", async (client) => {
  const api = apiOf(client);
  const asking = [...(api?.operations.values() ?? [])].find(
    ({ isRead, http, name }) => isRead && http?.method !== "HEAD" && !exceptions[`${client} ${name}`],
  );
  const different: string[] = [];
  for (const error of new Set(api?.errors.values() ?? [])) {
    const difference = asking ? await errorTrip(client, asking, error) : "no operation to ask by";
    if (difference && !errorExceptions[`${client} ${error.name}`])
      different.push(`${error.name}: ${difference}`);
  }
  expect(different).toEqual([]);
});

async function errorTrip(client: string, asking: ApiOperation, error: ApiError): Promise<string | undefined> {
  const random = randomFrom(`fuzz|${client}|${error.name}`);
  const {
    message = "x",
    Message = message,
    ...details
  } = inputFor(error.shape, random, {
    // The header that names the error.
    errorType: error.name,
  });
  wire.answerWith({ fault: new AwsFault(error.name, String(Message), 400, { details }) });
  const thrown = await wire.send(client, asking.name, inputFor(asking.input, random, fixed[client])).then(
    () => undefined,
    (caught: unknown) => caught as Record<string, unknown>,
  );
  const ErrorClass = moduleOf(client)[error.name];
  if (!ErrorClass || !(thrown instanceof ErrorClass)) return `arrived as ${String(thrown)}`;
  if (thrown.message !== Message) return `its message is ${thrown.message}`;
  const members = Object.fromEntries(Object.keys(details).map((name) => [name, thrown[name]]));
  return differenceOf(plain(details), plain(members), "error");
}

test("the table of APIs says what the clients say", () => {
  const said = clients.map((client) => {
    const api = apiOf(client);
    const isQuery = api?.protocol.endsWith("Query") || api?.isQueryCompatible;
    return {
      client,
      signingName: api?.signingName,
      target: api?.protocol.startsWith("awsJson") ? api.target : undefined,
      version: isQuery ? api?.version : undefined,
    };
  });
  const known = knownApis.map(({ client, signingName, targets, version }) => ({
    client,
    signingName,
    target: targets?.[0],
    version,
  }));
  expect(known.sort((a, b) => (a.client < b.client ? -1 : 1))).toEqual(said);
});
