// AWS's own command line (v2) and boto3 as the host has them, run against a simulator and nothing else.
import { execFile, execFileSync, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export interface Endpoint {
  endpoint: string;
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

interface ToolOutcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** Debian's first: another one in the path may be of version 1. */
export function awsCommand(): string | undefined {
  return ["/usr/bin/aws", "aws"].find((command) => says(command, ["--version"])?.startsWith("aws-cli/2"));
}

export function pythonWithBoto3(): string | undefined {
  return ["/usr/bin/python3", "python3"].find(
    (command) => says(command, ["-c", "import boto3"]) !== undefined,
  );
}

function says(command: string, args: string[]): string | undefined {
  try {
    return execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  } catch (error) {
    const { code, status } = error as { code?: string; status?: number };
    // Not there, or there without what is asked for.
    if (code === "ENOENT" || code === "EACCES" || typeof status === "number") return undefined;
    throw error;
  }
}

export function runTool(
  command: string,
  args: string[],
  credentials: Endpoint,
  folder: string,
): Promise<ToolOutcome> {
  const env = { ...quietEnvironment(folder), ...variablesOf(credentials) };
  return new Promise((settle) => {
    execFile(command, args, { env, cwd: folder, timeout: 120_000 }, (error, stdout, stderr) => {
      settle({ code: error ? Number(error.code ?? -1) : 0, stdout, stderr });
    });
  });
}

/** Nothing of this host's own settings for AWS. */
function quietEnvironment(folder: string) {
  return {
    PATH: "/usr/local/bin:/usr/bin:/bin",
    HOME: folder,
    LANG: "C.UTF-8",
    AWS_REGION: "us-east-1",
    AWS_DEFAULT_REGION: "us-east-1",
    AWS_DEFAULT_OUTPUT: "json",
    AWS_PAGER: "",
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
  };
}

function variablesOf({ accessKeyId, secretAccessKey, sessionToken }: Endpoint): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    ...(sessionToken ? { AWS_SESSION_TOKEN: sessionToken } : {}),
  };
}

type RunAws = (args: string[], as: Endpoint) => Promise<ToolOutcome>;

/** awscli as processes of its own, each a fork of one that has loaded it if its Python can be reached. */
export function awsProcesses(command: string, folder: string): { run: RunAws; end(): void } {
  if (says("/usr/bin/python3", ["-c", "import awscli; assert awscli.__version__[0] == '2'"]) === undefined)
    return { run: (args, as) => runTool(command, args, as, folder), end: () => undefined };
  const script = fileURLToPath(new URL("aws-processes.py", import.meta.url));
  const server = spawn("/usr/bin/python3", [script], {
    env: quietEnvironment(folder),
    cwd: folder,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const answers = createInterface(server.stdout)[Symbol.asyncIterator]();
  return {
    async run(args, as) {
      server.stdin.write(`${JSON.stringify({ args, env: variablesOf(as) })}\n`);
      const { value, done } = await answers.next();
      if (done) throw new Error("the process that forks awscli has ended");
      return JSON.parse(value) as ToolOutcome;
    },
    end: () => server.stdin.end(),
  };
}

// biome-ignore lint/suspicious/noExplicitAny: a test reads many shapes.
export type Loose = any;

/** One command: its JSON, or `refused` with what it says. */
export function cliOf(run: RunAws, at: Endpoint) {
  const ask = (args: string[], as = at) => run(["--endpoint-url", at.endpoint, ...args], as);
  return {
    async aws(words: string, ...more: string[]): Promise<Loose> {
      const { code, stdout, stderr } = await ask([...words.split(" "), ...more]);
      if (code !== 0) throw new Error(`aws ${words} ${more.join(" ")}: ${code} ${stderr}`);
      return stdout.startsWith("{") ? JSON.parse(stdout) : stdout;
    },
    async as(credentials: Loose, words: string): Promise<Loose> {
      const { stdout } = await ask(words.split(" "), {
        endpoint: at.endpoint,
        accessKeyId: credentials.AccessKeyId,
        secretAccessKey: credentials.SecretAccessKey,
        sessionToken: credentials.SessionToken,
      });
      return JSON.parse(stdout);
    },
    /** The service's refusal; 254 is awscli's exit code for it. */
    async refused(words: string, ...more: string[]): Promise<string> {
      const { code, stderr } = await ask([...words.split(" "), ...more]);
      return `${code} ${stderr.trim()}`;
    },
  };
}

export type Cli = ReturnType<typeof cliOf>;
