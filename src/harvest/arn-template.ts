// ARNs of resource types as templates ("arn:{partition}:ec2:{region}:{account}:vpc/{VpcId}"):
// filled from an item, and read backwards to find which resource an ARN in a document names.
import type { ResourceTypeDefinition } from "#catalog/define.ts";
import { type Json, valueAt } from "./paths.ts";

export interface ArnPlace {
  partition: string;
  region: string;
  accountId: string;
}

export interface NamedByArn {
  accountId: string | null;
  region: string | null;
  nativeId: string;
}

type ArnShape = Pick<ResourceTypeDefinition, "arn" | "id">;

/** Null if the item lacks something that the template names. */
export function arnOf({ arn }: ArnShape, item: Json, place: ArnPlace): string | null {
  if (arn.startsWith("@")) return textOf(valueAt(item, arn.slice(1)));
  let isWhole = true;
  const text = arn.replace(/\{([^}]+)\}/g, (_, name: string) => {
    if (name === "partition") return place.partition;
    if (name === "region") return place.region;
    if (name === "account") return place.accountId;
    const value = textOf(valueAt(item, name));
    isWhole &&= value !== null;
    return value ?? "";
  });
  return isWhole ? text : null;
}

/** What the ARN names, if it is one of the type; null for an ARN of something else. */
export function readArn(target: ArnShape, text: string): NamedByArn | null {
  const [prefix, , , region, accountId] = text.split(":", 6);
  if (prefix !== "arn" || region === undefined || accountId === undefined) return null;
  const place = { accountId: accountId || null, region: region || null };
  if (target.arn.startsWith("@")) return { ...place, nativeId: text };
  const nativeId = patternOf(target).exec(text)?.groups?.id;
  return nativeId === undefined ? null : { ...place, nativeId };
}

const patterns = new WeakMap<ArnShape, RegExp>();

/** {Path} takes all it can; every other place ends at ":" or "/", and what follows the last one is left. */
function patternOf(target: ArnShape): RegExp {
  let pattern = patterns.get(target);
  if (!pattern) {
    const source = target.arn
      .split(/(\{[^}]+\})/)
      .map((part) => {
        if (!part.startsWith("{")) return part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
        const name = part.slice(1, -1);
        if (name === target.id) return "(?<id>[^:/]+)";
        if (name === "Path") return "/(?:.*/)?";
        return "[^:/]*";
      })
      .join("");
    pattern = new RegExp(`^${source}(?=[:/]|$)`);
    patterns.set(target, pattern);
  }
  return pattern;
}

export function isArn(text: string): boolean {
  return /^arn:[^:]+:[^:]+:/.test(text);
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : null;
}
