// What stands in the way, in sentences for people.
import type { AttachmentPoint, LayerName } from "#iam/layers.ts";
import { maybe, yes } from "#iam/three-valued.ts";
import type { Blocker, ComparedCondition, MatchedStatement } from "#iam/verdict.ts";
import type { Observation } from "./observed.ts";

const layerWords: Record<LayerName, string> = {
  identity: "policy of the role",
  boundary: "permissions boundary",
  session: "session policy",
  scp: "service control policy",
  rcp: "resource control policy",
  resource: "resource policy",
  trust: "trust policy",
  endpoint: "VPC endpoint policy",
  "public-access-block": "public access block",
};

export function layerName(layer: LayerName): string {
  return layerWords[layer];
}

/** "of the organizational unit /Root/Prod (ou-ab12-prod0000)" */
export function whereText({ kind, id, path }: AttachmentPoint): string {
  const kinds = { root: "the root", unit: "the organizational unit", account: "the account" } as const;
  if (kind === "root" || kind === "unit" || kind === "account")
    return `at ${kinds[kind]}${kind === "unit" && path !== null ? ` ${path}` : ""} (${id})`;
  return `of ${id}`;
}

export function statementName({ statement }: MatchedStatement): string {
  return statement.sid === null ? `statement ${statement.index}` : `statement ${statement.sid}`;
}

export function blockerText(blocker: Blocker): string {
  const layer = layerWords[blocker.layer];
  if (blocker.kind === "unread") {
    if (!blocker.policy) return `The ${layer} could not be read, so nobody knows what it says.`;
    return `The ${layer} ${blocker.policy.name} could not be understood, so it may allow or deny.`;
  }
  if (blocker.kind === "no-allow") {
    const where = blocker.attachedTo ? ` ${whereText(blocker.attachedTo)}` : "";
    const none =
      blocker.layer === "identity" ? "No policy of the role allows it" : `No ${layer}${where} allows it`;
    const nearly = blocker.nearly.map((by) => `${statementName(by)} of ${by.policy.name}`);
    return nearly.length === 0
      ? `${none}.`
      : `${none}; ${nearly.join(", ")} would, but ${conditionsText(blocker.nearly)}.`;
  }
  const { by } = blocker;
  const verb = blocker.certain ? "denies it" : "may deny it";
  const held = conditionsText([by]);
  return `The ${layer} ${by.policy.name} ${whereText(by.policy.attachedTo)} ${verb} by ${statementName(by)}${held ? `: ${held}` : ""}.`;
}

function conditionsText(matched: readonly MatchedStatement[]): string {
  return matched.flatMap(({ conditions }) => conditions.map(comparedText)).join("; ");
}

/** "ArnNotLike aws:PrincipalArn: arn:…:role/csp-harvest-v2 against arn:…:role/csp-harvest" */
function comparedText({ operator, key, expected, actual, holds }: ComparedCondition): string {
  const is =
    actual === "unknown"
      ? "is not known"
      : actual === "absent"
        ? "is not in the request"
        : `is ${few(actual)}`;
  const outcome = holds === yes ? "holds" : holds === maybe ? "may hold" : "does not hold";
  return `${key} ${is}, and ${operator} ${few(expected)} ${outcome}`;
}

export function few(values: readonly string[], most = 3): string {
  const shown = values.slice(0, most).join(", ");
  return values.length <= most ? shown : `${shown} and ${values.length - most} more`;
}

const obstacleWords = {
  "not-activated": "The account has not signed up for the service, or not activated it",
  "region-refused":
    "The region refuses the credentials: it is not enabled for the account, or they come from the global STS endpoint",
  throttled: "AWS throttled the call",
  unavailable: "AWS did not answer the call",
  failed: "The call failed",
} as const;

export function observedText({ outcome, code, message, resources }: Observation): string {
  const told = [code, message].filter((text) => text !== null).join(": ");
  if (outcome === "allowed") return "The call was answered.";
  if (outcome === "denied") return `The call was refused. ${told}`;
  if (outcome === "denied-for-some")
    return `The call was refused for ${resources} ${resources === 1 ? "resource" : "resources"} and answered for others. ${told}`;
  return `${obstacleWords[outcome]}. ${told}`;
}
