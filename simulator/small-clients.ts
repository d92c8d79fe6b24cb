// What the core's tests share: a simulator of the small world and AWS's own clients pointed at it over the socket.
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, beforeAll } from "vitest";
import type { SimulatorOptions } from "./simulation.ts";
import { type Simulator, startSimulator } from "./start.ts";

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

interface ClientSettings {
  endpoint: string;
  region: string;
  credentials: Credentials;
  maxAttempts: number;
}

export type ClientClass<Client> = new (settings: ClientSettings) => Client;

export interface SmallWire {
  readonly simulator: Simulator;
  client<Client>(Class: ClientClass<Client>, credentials?: Credentials, region?: string): Client;
  assume(
    roleArn: string,
    more?: { as?: Credentials; externalId?: string; policy?: string },
  ): Promise<Credentials>;
  /** The access role of a member, for the management account's administrator. */
  asMember(accountId: string): Promise<Credentials>;
  /** The install role of the hosting account, as its container gets it. */
  asHost(): Promise<Credentials>;
}

export function startSmall(options: Partial<SimulatorOptions> = {}): SmallWire {
  let simulator: Simulator | undefined;
  beforeAll(async () => {
    simulator = await startSimulator({ world: "small", limits: { enabled: false }, ...options });
  });
  afterAll(() => simulator?.stop());
  return wireOf(() => {
    if (!simulator) throw new Error("the simulator has not started yet");
    return simulator;
  });
}

export function wireOf(started: () => Simulator): SmallWire {
  const wire: SmallWire = {
    get simulator() {
      return started();
    },
    client: (Class, credentials = started(), region = "us-east-1") =>
      new Class({ endpoint: started().endpoint, region, credentials, maxAttempts: 1 }),
    async assume(RoleArn, { as, externalId, policy } = {}) {
      const command = new AssumeRoleCommand({
        RoleArn,
        RoleSessionName: "test",
        ExternalId: externalId,
        Policy: policy,
      });
      const { Credentials: made } = await wire.client(STSClient, as).send(command);
      const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "" } = made ?? {};
      return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
    },
    asMember: (accountId) => wire.assume(`arn:aws:iam::${accountId}:role/OrganizationAccountAccessRole`),
    async asHost() {
      const { containerCredentialsUrl, containerAuthorizationToken } = started();
      const answer = await fetch(containerCredentialsUrl, {
        headers: { authorization: containerAuthorizationToken },
      });
      const served = (await answer.json()) as { AccessKeyId: string; SecretAccessKey: string; Token: string };
      return {
        accessKeyId: served.AccessKeyId,
        secretAccessKey: served.SecretAccessKey,
        sessionToken: served.Token,
      };
    },
  };
  return wire;
}

/** Code, status and message of the error that a call ends with; undefined when it succeeds. */
export async function errorOf(
  call: Promise<unknown>,
): Promise<{ code: string; status: number | undefined; message: string } | undefined> {
  try {
    await call;
    return undefined;
  } catch (error) {
    const { name, message, $metadata } = error as {
      name: string;
      message: string;
      $metadata?: { httpStatusCode?: number };
    };
    return { code: name, status: $metadata?.httpStatusCode, message };
  }
}
