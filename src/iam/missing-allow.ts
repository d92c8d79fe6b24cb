// The allow that a document lacks: the action in a list that allows on everything without a condition, or a
// statement of its own.

import { unknownPart, unknownText } from "#iam/glob.ts";
import type { JsonOperation } from "#iam/json-change.ts";
import type { LayerName } from "#iam/layers.ts";
import type { Request } from "#iam/request.ts";
import { at, statementPath, withValue } from "#iam/statement-edit.ts";

/** Null: who asks cannot be named. */
export function missingAllow(document: unknown, layer: LayerName, request: Request): JsonOperation[] | null {
  const list = namesNobody(layer) ? openList(document) : null;
  if (list !== null) return [withValue(document, list, request.action)];
  const statement = newStatement(layer, request);
  return statement === null ? null : [withValue(document, ["Statement"], statement)];
}

/** The path of the Action of a statement that allows on every resource, whoever asks, under no condition. */
function openList(document: unknown) {
  const statements = at(document, ["Statement"]);
  const all = Array.isArray(statements) ? statements : [statements];
  const index = all.findIndex(
    (raw: Record<string, unknown>) =>
      raw.Effect === "Allow" &&
      raw.Action !== undefined &&
      isEverything(raw.Resource) &&
      raw.Condition === undefined,
  );
  return index < 0 ? null : [...statementPath(document, index), "Action"];
}

function isEverything(resource: unknown): boolean {
  return resource === "*" || (Array.isArray(resource) && resource.includes("*"));
}

function namesNobody(layer: LayerName): boolean {
  return layer !== "resource" && layer !== "trust" && layer !== "endpoint";
}

export function newStatement(layer: LayerName, { action, resource, principal }: Request) {
  const isAnyResource = layer === "scp" || resource.includes(unknownPart) || resource.includes(unknownText);
  const target = { Resource: isAnyResource ? "*" : resource };
  if (namesNobody(layer)) return { Effect: "Allow", Action: [action], ...target };
  if (layer === "endpoint") return { Effect: "Allow", Principal: "*", Action: [action], Resource: "*" };
  const named = principalElement(principal);
  if (named === null) return null;
  // A trust policy has no Resource, and a key's policy speaks of its key alone.
  const own = layer === "trust" ? {} : /:kms:[^:]*:[^:]*:key\//.test(resource) ? { Resource: "*" } : target;
  return { Effect: "Allow", Principal: named, Action: [action], ...own };
}

function principalElement(principal: Request["principal"]): Record<string, string> | null {
  switch (principal.kind) {
    case "role-session":
      return { AWS: principal.roleArn };
    case "user":
      return { AWS: principal.arn };
    case "federated-user":
      return { AWS: principal.userArn };
    case "root":
      return { AWS: `arn:${principal.partition}:iam::${principal.accountId}:root` };
    case "service":
      return { Service: principal.name };
    case "federated":
      return { Federated: principal.provider };
    case "anonymous":
      return null;
  }
}
