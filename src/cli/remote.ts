// How commands reach a running Skywarden: SKYWARDEN_URL and SKYWARDEN_API_KEY, or the demo's data
// folder beside the current one.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { StartRefused } from "#model/problem.ts";
import { type ApiAddress, ApiRefused } from "./api-client.ts";

export interface RemoteOptions {
  url?: string | undefined;
  apiKey?: string | undefined;
}

export async function findServer(
  options: RemoteOptions,
  env: NodeJS.ProcessEnv = process.env,
): Promise<ApiAddress> {
  const url =
    options.url ??
    env.SKYWARDEN_URL ??
    env.SKYWARDEN_PUBLIC_URL ??
    `http://127.0.0.1:${env.SKYWARDEN_PORT ?? 8080}`;
  const apiKey = options.apiKey ?? env.SKYWARDEN_API_KEY ?? (await demoKey(env));
  if (!apiKey)
    throw new StartRefused(
      "Give an API key: --api-key, or SKYWARDEN_API_KEY. Make one with POST /api/v1/api-keys.",
    );
  return { url: url.replace(/\/+$/, ""), apiKey };
}

async function demoKey(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const path = join(env.SKYWARDEN_DATA_DIR ?? ".skywarden-demo", "demo-sign-in.json");
  try {
    return (JSON.parse(await readFile(path, "utf8")) as { apiKey?: string }).apiKey;
  } catch (cause) {
    if ((cause as { code?: string }).code === "ENOENT") return undefined;
    throw cause;
  }
}

/** Runs a command; a refusal of the server is one sentence, exit code 1; no server is the environment's fault, 2. */
export async function atServer<T>(
  options: RemoteOptions,
  run: (address: ApiAddress) => Promise<T>,
): Promise<T> {
  const address = await findServer(options);
  try {
    return await run(address);
  } catch (cause) {
    if (cause instanceof ApiRefused)
      throw new StartRefused(cause.message, cause.status === 401 ? 2 : 1, cause);
    if (cause instanceof TypeError && cause.message === "fetch failed")
      throw new StartRefused(
        `Nothing answers at ${address.url}; start it with \`skywarden serve\`, or name it with --url.`,
        2,
        cause,
      );
    throw cause;
  }
}
