// API Gateway's way to change things: patches of a path and a text, where settings of methods have paths of their own.
import { AwsFault } from "../../operation.ts";

export interface Patch {
  op?: string;
  path?: string;
  value?: string;
}

/** "/{resource}/{verb}/logging/dataTrace" and what the setting is called in an answer. */
const methodSettings: Record<string, string> = {
  "metrics/enabled": "metricsEnabled",
  "logging/loglevel": "loggingLevel",
  "logging/dataTrace": "dataTraceEnabled",
  "throttling/burstLimit": "throttlingBurstLimit",
  "throttling/rateLimit": "throttlingRateLimit",
  "caching/enabled": "cachingEnabled",
  "caching/ttlInSeconds": "cacheTtlInSeconds",
  "caching/dataEncrypted": "cacheDataEncrypted",
  "caching/requireAuthorizationForCacheControl": "requireAuthorizationForCacheControl",
};

const standardSettings = {
  metricsEnabled: false,
  loggingLevel: "OFF",
  dataTraceEnabled: false,
  throttlingBurstLimit: 5000,
  throttlingRateLimit: 10_000,
  cachingEnabled: false,
  cacheTtlInSeconds: 300,
  cacheDataEncrypted: false,
  requireAuthorizationForCacheControl: true,
};

function typed(text: string | undefined): unknown {
  if (text === "true" || text === "false") return text === "true";
  return text !== undefined && /^\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

/** "~1" is a slash inside a name. */
const unescaped = (part: string) => part.replaceAll("~1", "/").replaceAll("~0", "~");

export function applyPatches<T extends object>(old: T, patches: Patch[] | undefined): T {
  const changed = structuredClone(old) as Record<string, unknown>;
  for (const { op = "replace", path = "", value } of patches ?? []) {
    const parts = path.split("/").slice(1);
    const [first = ""] = parts;
    if (!first || !["add", "replace", "remove"].includes(op))
      throw new AwsFault("BadRequestException", `Invalid patch path ${path}`);
    const setting = methodSettings[parts.slice(-2).join("/")];
    if (setting && parts.length >= 4)
      setMethod(
        changed,
        parts.slice(0, -2).map(unescaped).join("/"),
        setting,
        op === "remove" ? undefined : typed(value),
      );
    else set(changed, parts.map(unescaped), op, typed(value));
  }
  return changed as T;
}

function setMethod(target: Record<string, unknown>, key: string, setting: string, value: unknown): void {
  target.methodSettings ??= {};
  const all = target.methodSettings as Record<string, Record<string, unknown>>;
  const standard = standardSettings as Record<string, unknown>;
  all[key] = { ...standard, ...all[key], [setting]: value ?? standard[setting] };
}

function set(target: Record<string, unknown>, parts: string[], op: string, value: unknown): void {
  const last = parts.at(-1) ?? "";
  let inner = target;
  for (const part of parts.slice(0, -1)) {
    inner[part] ??= {};
    inner = inner[part] as Record<string, unknown>;
  }
  if (op === "remove") delete inner[last];
  else inner[last] = value;
}
