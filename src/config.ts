// The environment, read once: every variable of Skywarden's own (design §7) checked and frozen. AWS's
// variables are not read here. It opens no file and no connection.

import { isIP } from "node:net";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { type PartitionName, platformPartitions } from "#model/partition.ts";
import { StartRefused } from "#model/problem.ts";
import { type LogLevel, logLevels } from "./log.ts";
import { parseMasterKey } from "./secrets.ts";

export interface Config {
  /** null = the embedded PostgreSQL. */
  readonly databaseUrl: string | null;
  readonly dataDir: string;
  readonly host: string;
  readonly port: number;
  /** Without a trailing slash; null = made from host and port. */
  readonly publicUrl: string | null;
  readonly masterKey: string | null;
  readonly masterKeyFile: string | null;
  readonly adminEmail: string | null;
  readonly adminPassword: string | null;
  readonly adminApiKey: string | null;
  /** By partition. */
  readonly templateBuckets: Readonly<Partial<Record<PartitionName, string>>>;
  readonly platformRoleArn: string | null;
  /** How long the role of a new account is awaited before that is a failure. */
  /** Public addresses that this installation's calls to AWS come from. */
  readonly sourceIps: readonly string[] | null;
  readonly awaitingRoleHours: number;
  /** A worker lends its role to the processes in other partitions. */
  readonly lendIdentity: boolean;
  readonly logLevel: LogLevel;
  /** Sentences for the log: nothing is wrong enough to refuse the start. */
  readonly warnings: readonly string[];
}

type Environment = Record<string, string | undefined>;
/** A value that passed, or the sentence that says what is wrong with it. */
type Checked<T> = { value: T } | { wrong: string };

/** Read by others (tests, the entry, the demo's "Try it"), so no typing mistake. */
const knownElsewhere = new Set([
  "SKYWARDEN_CHROMIUM",
  "SKYWARDEN_STARTER_PIPE",
  "SKYWARDEN_DEMO_ADMINISTRATOR",
]);

/** Throws StartRefused with one sentence per wrong variable. `folder` is where the demo keeps its data. */
export function readConfig(environment: Environment, mode: { demo: boolean; folder: string }): Config {
  const wrong: string[] = [];
  const seen = new Set<string>();
  const take = <T>(name: string, check: (text: string) => Checked<T>, missing: T): T => {
    seen.add(name);
    const text = environment[name]?.trim();
    if (text === undefined || text === "") return missing;
    const checked = check(text);
    if ("value" in checked) return checked.value;
    wrong.push(`${name} ${checked.wrong}.`);
    return missing;
  };
  const dataDir = mode.demo ? join(mode.folder, ".skywarden-demo") : join(homedir(), ".skywarden");
  const config = {
    databaseUrl: take<string | null>("SKYWARDEN_DATABASE_URL", databaseUrl, null),
    dataDir: take("SKYWARDEN_DATA_DIR", (text) => ({ value: resolve(mode.folder, text) }), dataDir),
    host: take("SKYWARDEN_HOST", host, "127.0.0.1"),
    port: take("SKYWARDEN_PORT", port, 8080),
    publicUrl: take<string | null>("SKYWARDEN_PUBLIC_URL", publicUrl, null),
    masterKey: take<string | null>("SKYWARDEN_MASTER_KEY", masterKey, null),
    masterKeyFile: take<string | null>(
      "SKYWARDEN_MASTER_KEY_FILE",
      (text) => ({ value: resolve(mode.folder, text) }),
      null,
    ),
    adminEmail: take<string | null>("SKYWARDEN_ADMIN_EMAIL", email, null),
    adminPassword: take<string | null>("SKYWARDEN_ADMIN_PASSWORD", adminPassword, null),
    adminApiKey: take<string | null>("SKYWARDEN_ADMIN_API_KEY", adminApiKey, null),
    templateBuckets: take<Config["templateBuckets"]>("SKYWARDEN_TEMPLATE_BUCKET", buckets, {}),
    platformRoleArn: take<string | null>("SKYWARDEN_PLATFORM_ROLE_ARN", roleArn, null),
    sourceIps: take<Config["sourceIps"]>("SKYWARDEN_SOURCE_IPS", addresses, null),
    awaitingRoleHours: take("SKYWARDEN_AWAITING_ROLE_HOURS", hours, 24),
    lendIdentity: take("SKYWARDEN_LEND_IDENTITY", yesOrNo, false),
    logLevel: take<LogLevel>("SKYWARDEN_LOG_LEVEL", logLevel, "info"),
  };
  if (config.masterKey !== null && config.masterKeyFile !== null) {
    wrong.push("SKYWARDEN_MASTER_KEY and SKYWARDEN_MASTER_KEY_FILE are both set; keep one of them.");
  }
  if (wrong.length > 0) throw new StartRefused(wrong.join("\n"));
  return Object.freeze({ ...config, warnings: Object.freeze(unknownNames(environment, seen)) });
}

function unknownNames(environment: Environment, known: ReadonlySet<string>): string[] {
  return Object.keys(environment)
    .filter((name) => name.startsWith("SKYWARDEN_") && !known.has(name) && !knownElsewhere.has(name))
    .sort()
    .map((name) => `${name} is not a variable of Skywarden and is ignored.`);
}

/** Never repeats the text: it holds a password. */
function databaseUrl(text: string): Checked<string> {
  const url = URL.parse(text);
  if (url === null || !["postgres:", "postgresql:"].includes(url.protocol) || url.pathname.length < 2) {
    return { wrong: "must look like postgres://user:password@host:5432/database" };
  }
  return { value: text };
}

function host(text: string): Checked<string> {
  if (/^[A-Za-z0-9.:_-]+$/.test(text) && !text.includes("://")) return { value: text };
  return {
    wrong: `must be an address or host name to listen on, such as 127.0.0.1 or 0.0.0.0, not "${text}"`,
  };
}

function port(text: string): Checked<number> {
  const number = Number(text);
  if (/^\d{1,5}$/.test(text) && number <= 65_535) return { value: number };
  const hint = text.startsWith("tcp://") ? " (Kubernetes sets this one; use enableServiceLinks: false)" : "";
  return { wrong: `must be a port from 0 (any free one) to 65535, not "${text}"${hint}` };
}

function publicUrl(text: string): Checked<string> {
  const url = URL.parse(text);
  if (url === null || !["http:", "https:"].includes(url.protocol) || url.search !== "" || url.hash !== "") {
    return {
      wrong: `must be the address that browsers use, such as https://skywarden.example.org, not "${text}"`,
    };
  }
  return { value: url.href.replace(/\/+$/, "") };
}

function masterKey(text: string): Checked<string> {
  const parsed = parseMasterKey(text);
  return Buffer.isBuffer(parsed) ? { value: text } : { wrong: parsed };
}

function email(text: string): Checked<string> {
  if (text.length <= 254 && /^[^\s@]+@[^\s@]+$/.test(text)) return { value: text };
  return { wrong: `must be an e-mail address, not "${text}"` };
}

function adminPassword(text: string): Checked<string> {
  if (text.length < 12) return { wrong: "must have at least 12 characters" };
  return text.length > 1024 ? { wrong: "must have at most 1024 characters" } : { value: text };
}

function adminApiKey(text: string): Checked<string> {
  if (/^[A-Za-z0-9_-]{32,128}$/.test(text)) return { value: text };
  return { wrong: "must have 32 to 128 characters of A-Z, a-z, 0-9, _ and -" };
}

/** One bucket, of the standard partition, or "aws=name,aws-cn=name". */
function buckets(text: string): Checked<Config["templateBuckets"]> {
  const found: Partial<Record<PartitionName, string>> = {};
  for (const item of text.split(",")) {
    const [first = "", second] = item.trim().split("=");
    const partition = platformPartitions.find((name) => name === (second === undefined ? "aws" : first));
    if (!partition)
      return { wrong: `names the partition "${first}"; there are ${platformPartitions.join(", ")}` };
    if (found[partition] !== undefined) return { wrong: `names two buckets for ${partition}` };
    const checked = bucket(second ?? first);
    if ("wrong" in checked) return checked;
    found[partition] = checked.value;
  }
  return { value: Object.freeze(found) };
}

function bucket(text: string): Checked<string> {
  if (/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(text)) return { value: text };
  return { wrong: `must be the name of an S3 bucket, not "${text}"` };
}

function roleArn(text: string): Checked<string> {
  if (/^arn:aws(-[a-z]+)*:iam::\d{12}:role\/[\w+=,.@/-]{1,576}$/.test(text)) return { value: text };
  return {
    wrong: `must be the ARN of an IAM role, such as arn:aws:iam::111111111111:role/name, not "${text}"`,
  };
}

function addresses(text: string): Checked<Config["sourceIps"]> {
  const found = text.split(",").map((one) => one.trim());
  const wrong = found.find((one) => isIP(one) === 0);
  return wrong === undefined
    ? { value: Object.freeze(found) }
    : { wrong: `must be IP addresses with commas between them; "${wrong}" is none` };
}

function hours(text: string): Checked<number> {
  const number = Number(text);
  if (/^\d{1,4}$/.test(text) && number >= 1 && number <= 720) return { value: number };
  return { wrong: `must be a whole number of hours from 1 to 720, not "${text}"` };
}

function yesOrNo(text: string): Checked<boolean> {
  const yes = /^(yes|true|1)$/i.test(text);
  return yes || /^(no|false|0)$/i.test(text) ? { value: yes } : { wrong: `must be yes or no, not "${text}"` };
}

function logLevel(text: string): Checked<LogLevel> {
  const level = logLevels.find((name) => name === text.toLowerCase());
  return level === undefined
    ? { wrong: `must be one of ${logLevels.join(", ")}, not "${text}"` }
    : { value: level };
}
