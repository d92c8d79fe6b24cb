// Calls every read operation that the simulator implements, with inputs put together from what earlier answers
// held, and hands each raw answer on. Knows the operations by their schemas; nothing of what they mean.
import { createRequire } from "node:module";
import { Readable } from "node:stream";
import { loadService } from "../../simulator/services.ts";
import { apiOf } from "../../simulator/wire/api.ts";
import { knownApis } from "../../simulator/wire/known-apis.ts";

export interface ReadOperation {
  client: string;
  name: string;
  /** As in its ARNs. */
  arnName: string;
  /** Members of the input that are texts, or lists of texts. */
  texts: { name: string; isList: boolean; isRequired: boolean }[];
}

const require = createRequire(import.meta.url);
const paging = /^(MaxResults|MaxItems|MaxRecords|MaxKeys|Limit|PageSize|NextToken|Marker|.*Token|Filters)$/i;

export async function readOperations(): Promise<ReadOperation[]> {
  const found: ReadOperation[] = [];
  for (const { client } of knownApis) {
    const service = await loadService(client);
    const api = apiOf(client);
    if (!service || !api) continue;
    for (const name of Object.keys(service.operations)) {
      const operation = api.operations.get(name);
      if (!operation?.isRead) continue;
      const texts = operation.input.members.flatMap(({ name: member, shape, isRequired }) => {
        const isList = shape.kind === "list" && shape.item.shape.kind === "string";
        if ((shape.kind !== "string" && !isList) || paging.test(member)) return [];
        return [{ name: member, isList, isRequired }];
      });
      found.push({ client, name, arnName: api.signingName, texts });
    }
  }
  return found;
}

/** Names under which a value is asked for, and those under which answers hold it. */
const alsoKnownAs: Record<string, string[]> = {
  bucket: ["buckets.name"],
  functionname: ["functionarn"],
  resourcearn: ["arn"],
  resourcename: ["arn", "dbinstancearn"],
  resourceid: ["accountid", "id"],
  parentid: ["roots.id", "organizationalunits.id"],
  childid: ["accounts.id"],
  accountid: ["accounts.id"],
  organizationalunitid: ["organizationalunits.id"],
  targetid: ["accounts.id", "roots.id", "organizationalunits.id"],
  policyid: ["policies.id"],
  policyarn: ["policies.arn", "attachedpolicies.policyarn"],
  policysourcearn: ["roles.arn"],
  keyid: ["keys.keyid"],
  clustername: ["clusters"],
  secretid: ["secretlist.arn"],
  stackname: ["stackid"],
  repositoryname: ["repositories.repositoryname"],
  resourcearns: ["arn"],
  resourceidlist: ["trailarn"],
  trailname: ["trailarn"],
  analyzerarn: ["analyzers.arn"],
  name: ["trailarn", "parameters.name"],
};

/** Words of an API that no answer teaches. */
const words: Record<string, string[]> = {
  filter: ["SERVICE_CONTROL_POLICY"],
  alternatecontacttype: ["BILLING", "OPERATIONS", "SECURITY"],
  scope: ["REGIONAL", "CLOUDFRONT"],
  attribute: ["createVolumePermission", "launchPermission", "instanceType"],
};

export class Pool {
  readonly #values = new Map<string, Set<string>>();

  /** Remembers every text under its name and under "the list it stood in.its name". */
  learn(value: unknown, except: string[], name = "", list = ""): void {
    if (Array.isArray(value)) for (const item of value) this.learn(item, except, name, name);
    else if (value !== null && typeof value === "object" && !(value instanceof Date)) {
      for (const [key, item] of Object.entries(value))
        if (key !== "$metadata") this.learn(item, except, key, list);
    } else if (
      typeof value === "string" &&
      value.length > 0 &&
      value.length < 300 &&
      !except.includes(value)
    ) {
      for (const key of [name, `${list}.${name}`, `${name.replace(/s$/, "")}`])
        this.#add(key.toLowerCase(), value);
      if (/arn$/i.test(name)) this.#add("arn", value);
    }
  }

  #add(key: string, value: string): void {
    const values = this.#values.get(key) ?? new Set();
    if (values.size < 40) values.add(value);
    this.#values.set(key, values);
  }

  /** Values for a member, those of the same service first. */
  for(member: string, most: number, arnName: string): string[] {
    const name = member.toLowerCase();
    if (words[name]) return words[name];
    const found = [name, ...(alsoKnownAs[name] ?? []), name.replace(/s$/, "")].flatMap((key) => [
      ...(this.#values.get(key) ?? []),
    ]);
    const isOwn = (value: string) => value.startsWith("arn:") && value.split(":")[2] === arnName;
    return [...new Set(found)].sort((a, b) => Number(isOwn(b)) - Number(isOwn(a))).slice(0, most);
  }
}

/** Nothing; each text alone with a few values; those that are required together, each with each. */
export function inputsOf(
  { texts, arnName }: ReadOperation,
  pool: Pool,
  most: number,
): Record<string, unknown>[] {
  const valuesOf = ({ name, isList }: ReadOperation["texts"][number]) =>
    pool.for(name, most, arnName).map((value) => [name, isList ? [value] : value]);
  const alone = texts.flatMap((text) => valuesOf(text).map((entry) => Object.fromEntries([entry])));
  let together: [string, unknown][][] = [[]];
  const required = texts.filter(({ isRequired }) => isRequired);
  for (const text of required.slice(0, 3)) {
    together = together.flatMap((before) =>
      valuesOf(text).map((entry) => [...before, entry as [string, unknown]]),
    );
  }
  const pairs = required.length > 1 ? together.map((entries) => Object.fromEntries(entries)) : [];
  return [{}, ...alone, ...pairs];
}

export interface RawAnswer {
  status: number;
  body: string;
  output: unknown;
}

interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

// biome-ignore lint/suspicious/noExplicitAny: clients of forty packages, chosen by name.
type Loose = any;

/** A caller of any operation whose answers come with their bodies as sent. */
export function openCaller(endpoint: string, region: string, credentials: Credentials) {
  const clients = new Map<string, Loose>();
  let last: { status: number; body: string } = { status: 0, body: "" };
  const clientOf = (name: string) => {
    const known = clients.get(name);
    if (known) return known;
    const module = require(`@aws-sdk/client-${name}`);
    const Class = Object.entries(module).find(
      ([key]) => /^[A-Z]\w*Client$/.test(key) && key !== "__Client",
    )?.[1] as Loose;
    // S3 Control puts the account before the host, and an address has nothing before it: a name is signed, the
    // address is called.
    const named = endpoint.replace("127.0.0.1", "localhost");
    const client = new Class({ endpoint: named, region, credentials, maxAttempts: 1, forcePathStyle: true });
    const inner = client.config.requestHandler;
    client.config.requestHandler = {
      handle: async (request: Loose, options: Loose) => {
        request.hostname = "127.0.0.1";
        const answer = await inner.handle(request, options);
        const body = await textOf(answer.response.body);
        last = { status: answer.response.statusCode, body };
        answer.response.body = Readable.from([Buffer.from(body)]);
        return answer;
      },
    };
    clients.set(name, { module, client });
    return clients.get(name);
  };
  return async (operation: ReadOperation, input: object): Promise<RawAnswer> => {
    const { module, client } = clientOf(operation.client);
    last = { status: 0, body: "" };
    try {
      const output = await client.send(new module[`${operation.name}Command`](input));
      return { ...last, output };
    } catch (error) {
      // Refused by the client itself: both sides are asked nothing.
      return last.status === 0 ? { status: 0, body: String(error), output: {} } : { ...last, output: {} };
    }
  };
}

async function textOf(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString("latin1");
}
