// What the tests of services share: a simulator of the demo world with six accounts, AWS's own
// clients pointed at it over the socket, and tables of calls with what AWS would answer.
import { Agent } from "node:http";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Simulator, startSimulator } from "../start.ts";

interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

type ClientClass<Client> = new (configuration: {
  endpoint: string;
  region: string;
  credentials: Credentials;
  maxAttempts: number;
  requestHandler: { httpAgent: Agent };
}) => Client;

export interface Wire {
  readonly simulator: Simulator;
  /** A client of the management account's administrator, or of the credentials given. */
  client<Client>(Class: ClientClass<Client>, region?: string, credentials?: Credentials): Client;
  /** Credentials of the access role in a member account. */
  asMember(accountId: string): Promise<Credentials>;
}

export function startWire(): Wire {
  let simulator: Simulator | undefined;
  // Account-prefixed host names (S3 Control) all lead to the loopback.
  const httpAgent = new Agent({
    keepAlive: true,
    lookup: (_name, _options, found) => found(null, [{ address: "127.0.0.1", family: 4 }]),
  });
  const started = () => {
    if (!simulator) throw new Error("the simulator has not started yet");
    return simulator;
  };
  beforeAll(async () => {
    simulator = await startSimulator({ world: "demo", accounts: 6, seed: 7, limits: { enabled: false } });
  });
  afterAll(async () => {
    httpAgent.destroy();
    await simulator?.stop();
  });
  const wire: Wire = {
    get simulator() {
      return started();
    },
    client: (Class, region = "us-east-1", credentials = started()) =>
      new Class({
        endpoint: started().endpoint.replace("127.0.0.1", "localhost"),
        region,
        credentials,
        maxAttempts: 1,
        requestHandler: { httpAgent },
        ...{ forcePathStyle: true },
      }),
    asMember: async (accountId) => {
      const RoleArn = `arn:aws:iam::${accountId}:role/OrganizationAccountAccessRole`;
      const sts = wire.client(STSClient);
      const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "test" }));
      const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "" } = Credentials ?? {};
      return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
    },
  };
  return wire;
}

/** A call, and the members its answer must have, or the status and code of its error. */
export type Row = [title: string, ask: () => Promise<unknown>, expected: object | string];

/** Runs the calls in order: later rows may stand on what earlier ones made. */
export function checkCalls(rows: Row[]): void {
  test.each(rows)("%s", async (_, ask, expected) => {
    const found = await outcomeOf(ask());
    // A text is never like an object, whatever toMatchObject({}) thinks.
    if (typeof expected === "string" || typeof found === "string") expect(found).toEqual(expected);
    else expect(found).toMatchObject(expected);
  });
}

async function outcomeOf(answer: Promise<unknown>): Promise<unknown> {
  try {
    return await answer;
  } catch (error) {
    const { name, $metadata } = error as { name: string; $metadata?: { httpStatusCode?: number } };
    if ($metadata?.httpStatusCode === undefined) throw error;
    return `${$metadata.httpStatusCode} ${name}`;
  }
}
