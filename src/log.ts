// The log: JSON lines on stderr, static messages with the facts as fields. Names that hold secrets are
// blanked wherever they stand; who logs a secret under another name makes a mistake that this cannot mend.

import { type DestinationStream, destination, type Logger, pino, stdTimeFunctions } from "pino";

export type Log = Logger;

export const logLevels = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
export type LogLevel = (typeof logLevels)[number];

/** Compared without case, "-" and "_", so that secretAccessKey and SECRET_ACCESS_KEY are one. */
const secretNames = new Set(
  [
    ...[
      "password",
      "passwd",
      "secret",
      "token",
      "apikey",
      "authorization",
      "cookie",
      "setcookie",
      "credentials",
    ],
    ...["secretaccesskey", "sessiontoken", "securitytoken", "xamzsecuritytoken", "externalid", "privatekey"],
    ...[
      "masterkey",
      "datakey",
      "databaseurl",
      "connectionstring",
      "skywardenmasterkey",
      "skywardendatabaseurl",
    ],
    ...[
      "skywardenadminpassword",
      "skywardenadminapikey",
      "awssecretaccesskey",
      "awssessiontoken",
      "clientsecret",
    ],
  ].map(plainName),
);
const blank = "[secret]";
const deepest = 8;

/** `name` is the process: api, worker-1, simulator. */
export function openLog(
  options: { level: LogLevel; name?: string },
  stream: DestinationStream = destination({ dest: 2, sync: true }),
): Log {
  return pino(
    {
      level: options.level,
      base: { pid: process.pid, ...(options.name === undefined ? {} : { process: options.name }) },
      timestamp: stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => withoutSecrets(fields, 0) as Record<string, unknown>,
        bindings: (fields) => withoutSecrets(fields, 0) as Record<string, unknown>,
      },
    },
    stream,
  );
}

function withoutSecrets(value: unknown, depth: number): unknown {
  if (typeof value === "string") return withoutPasswords(value);
  if (value === null || typeof value !== "object" || value instanceof Date) return value;
  if (depth === deepest) return "[deep]";
  if (value instanceof Error) return errorFields(value, depth);
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, depth + 1));
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      item !== null && item !== undefined && secretNames.has(plainName(name))
        ? blank
        : withoutSecrets(item, depth + 1),
    ]),
  );
}

function errorFields(error: Error, depth: number): unknown {
  const { name, message, stack, cause, ...own } = error;
  return {
    type: error.name,
    message: withoutPasswords(error.message),
    stack: withoutPasswords(error.stack ?? ""),
    ...(withoutSecrets(own, depth + 1) as object),
    ...(cause === undefined ? {} : { cause: withoutSecrets(cause, depth + 1) }),
  };
}

/** postgres://user:password@host → postgres://user:[secret]@host, in messages too. */
function withoutPasswords(text: string): string {
  return text.includes("://")
    ? text.replace(/([a-z][a-z0-9+.-]*:\/\/[^\s:/@]*):[^\s@/]+@/gi, `$1:${blank}@`)
    : text;
}

function plainName(name: string): string {
  return name.replace(/[-_]/g, "").toLowerCase();
}
