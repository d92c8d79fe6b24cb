// How commands reach a running Skywarden: --url and --api-key, SKYWARDEN_URL and SKYWARDEN_API_KEY, or the
// demo of the current folder.
import { StartRefused } from "#model/problem.ts";
import { type ApiAddress, ApiRefused, NotSkywarden } from "./api-client.ts";
import { readSignIn, type SignIn } from "./demo/sign-in.ts";

export interface RemoteOptions {
  url?: string | undefined;
  apiKey?: string | undefined;
}

export async function findServer(
  options: RemoteOptions,
  env: NodeJS.ProcessEnv = process.env,
): Promise<ApiAddress> {
  const demo = await demoSignIn(env);
  const named = options.url ?? env.SKYWARDEN_URL ?? env.SKYWARDEN_PUBLIC_URL ?? atPort(env.SKYWARDEN_PORT);
  const url = (named ?? demo?.url ?? "http://127.0.0.1:8080").replace(/\/+$/, "");
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? ""))
    throw new StartRefused(`${url} is not an address; it looks like https://skywarden.example.org.`);
  const apiKey =
    options.apiKey ?? env.SKYWARDEN_API_KEY ?? (isSame(url, demo?.url) ? demo?.apiKey : undefined);
  if (!apiKey)
    throw new StartRefused(
      "Give an API key: --api-key, or SKYWARDEN_API_KEY. Make one with POST /api/v1/api-keys.",
    );
  return { url, apiKey };
}

function atPort(port: string | undefined): string | undefined {
  return port ? `http://127.0.0.1:${port}` : undefined;
}

function isSame(url: string, other: string | undefined): boolean {
  return url.replace("//localhost:", "//127.0.0.1:") === other;
}

/** Its key goes to its own address only. */
async function demoSignIn(env: NodeJS.ProcessEnv): Promise<SignIn | null> {
  const dataDir = env.SKYWARDEN_DATA_DIR || ".skywarden-demo";
  try {
    return await readSignIn(dataDir);
  } catch (cause) {
    // Another user's demo.
    if (["EACCES", "EPERM"].includes((cause as { code?: string }).code ?? "")) return null;
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
    if (cause instanceof NotSkywarden) throw new StartRefused(cause.message, 2, cause);
    // What fetch throws for every broken connection.
    if (cause instanceof TypeError && ["fetch failed", "terminated"].includes(cause.message))
      throw new StartRefused(
        `Nothing answers at ${address.url}; start it with \`skywarden serve\`, or name it with --url.`,
        2,
        cause,
      );
    throw cause;
  }
}
