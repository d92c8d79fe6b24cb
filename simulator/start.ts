// Starts a simulator: serves its world's AWS on one port, the admin on another, credentials from within on a third.
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { adminServer } from "./admin-server.ts";
import { administratorOf } from "./administrator.ts";
import { containerPath } from "./metadata/container.ts";
import { metadataServer } from "./metadata/server.ts";
import { keepTokenFiles, type TokenFiles } from "./metadata/token-files.ts";
import { issuerOf } from "./metadata/web-identity.ts";
import { homeRegion } from "./regions.ts";
import { openSimulation, type SimulatorOptions } from "./simulation.ts";
import { type WireServer, wireServer } from "./wire-server.ts";
import type { World } from "./world.ts";

export interface Simulator {
  endpoint: string;
  /** Opens the admin port by itself: its first path segment is the token. */
  adminUrl: string;
  adminToken: string;
  /** For AWS_EC2_METADATA_SERVICE_ENDPOINT. */
  metadataUrl: string;
  /** For AWS_CONTAINER_CREDENTIALS_FULL_URI. */
  containerCredentialsUrl: string;
  /** For AWS_CONTAINER_AUTHORIZATION_TOKEN. */
  containerAuthorizationToken: string;
  /** Only with a data or token folder. */
  tokenFiles?: TokenFiles;
  /** Of the issuer that signs web identity tokens. */
  webIdentityIssuer: string;
  managementAccountId: string;
  hostingAccountId: string;
  /** The management account's administrator. */
  accessKeyId: string;
  secretAccessKey: string;
  region: string;
  /** The world itself, for tests in the same process. */
  world: World;
  stop(): Promise<void>;
}

export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { simulation, kept } = await openSimulation(options);
  const { world } = simulation;
  const administrator = administratorOf(world);
  const adminToken = randomBytes(24).toString("hex");
  const containerToken = randomBytes(24).toString("hex");
  const wire = wireServer(simulation);
  const metadata = metadataServer(simulation, containerToken);
  const admin = adminServer({
    simulation,
    adminToken,
    describeWorld: () => describeWorld(world, kept.facts.world),
    describeMetadata: () => describeMetadata(sources),
  });
  let tokenFiles: ReturnType<typeof keepTokenFiles> | undefined;
  const stop = async () => {
    tokenFiles?.stop();
    await Promise.all([wire, admin, metadata].map(close));
    kept.close();
  };
  try {
    await listen(wire, options.port ?? 0);
    await listen(admin, 0);
    await listen(metadata, 0);
    const tokenFolder = options.tokenFolder ?? (options.dataDir && join(options.dataDir, "tokens"));
    if (tokenFolder) tokenFiles = keepTokenFiles(simulation, tokenFolder);
  } catch (error) {
    await stop();
    throw error;
  }
  const sources = sourcesOf(world, urlOf(metadata), containerToken, tokenFiles?.files);
  const { managementAccountId, hostingAccountId } = world;
  const addresses = { endpoint: urlOf(wire), adminUrl: `${urlOf(admin)}/${adminToken}`, adminToken };
  const accounts = { managementAccountId, hostingAccountId, ...administrator, region: homeRegion(world) };
  return { ...addresses, ...sources, ...accounts, world, stop };
}

function describeWorld(world: World, name: string): object {
  const { seed, accountCount, bornAt, managementAccountId, hostingAccountId } = world;
  return { world: name, seed, accounts: accountCount, bornAt, managementAccountId, hostingAccountId };
}

type CredentialSources = Pick<
  Simulator,
  | "metadataUrl"
  | "containerCredentialsUrl"
  | "containerAuthorizationToken"
  | "webIdentityIssuer"
  | "tokenFiles"
>;

function sourcesOf(
  world: World,
  metadataUrl: string,
  containerAuthorizationToken: string,
  tokenFiles: TokenFiles | undefined,
): CredentialSources {
  return {
    metadataUrl,
    containerCredentialsUrl: `${metadataUrl}${containerPath}`,
    containerAuthorizationToken,
    webIdentityIssuer: issuerOf(world),
    ...(tokenFiles ? { tokenFiles } : {}),
  };
}

/** As environment variables, by source. */
function describeMetadata(sources: CredentialSources): object {
  const { webIdentityTokenFile, containerAuthorizationTokenFile } = sources.tokenFiles ?? {};
  return {
    instance: { AWS_EC2_METADATA_SERVICE_ENDPOINT: sources.metadataUrl },
    container: {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: sources.containerCredentialsUrl,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: sources.containerAuthorizationToken,
    },
    pod: {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: sources.containerCredentialsUrl,
      AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: containerAuthorizationTokenFile,
    },
    webIdentity: { AWS_WEB_IDENTITY_TOKEN_FILE: webIdentityTokenFile, issuer: sources.webIdentityIssuer },
  };
}

async function listen(server: WireServer, port: number): Promise<void> {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
}

function urlOf(server: WireServer): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function close(server: WireServer): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}
