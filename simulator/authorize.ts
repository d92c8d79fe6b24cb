// AWS's documented decision flow, written down plainly: explicit deny anywhere, then resource control policies and
// service control policies level by level, resource policy, identity policies, boundary, session policies.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
// Knows nothing of where policies come from. A memo in front carries the speed and can be switched off.
import { conditionsHold } from "./policy/conditions.ts";
import { type Effect, policyOf, type Statement } from "./policy/document.ts";
import { type Context, fillVariables, matchesResource } from "./policy/match.ts";

export interface PolicySource {
  text: string;
  /** Of a managed policy. */
  arn?: string;
}

/** Everything that limits a principal, whatever it asks for. */
export interface Layers {
  identity: PolicySource[];
  boundary: PolicySource[] | undefined;
  session: PolicySource[] | undefined;
  /** From the root down to the account; undefined where they do not apply. */
  serviceControl: PolicySource[][] | undefined;
}

export interface Asked {
  action: string;
  resource: string;
  context: Context;
  /** Of the resource's account, from the root down; undefined where they do not apply. */
  resourceControl?: PolicySource[][] | undefined;
}

/** What the resource's own policy says of the caller. */
export interface ResourceVerdict {
  denies: boolean;
  /**
   * "session": names this very user or session, or everyone, which also passes the boundary; "principal": names its
   * role; "account": hands the decision to the caller's account.
   */
  allows: "session" | "principal" | "account" | undefined;
  isSameAccount: boolean;
  /** Identity policies alone cannot allow (KMS keys, role trust). */
  isDecisive: boolean;
}

export type Layer = "identity" | "boundary" | "session" | "serviceControl" | "resourceControl" | "resource";

export type Decision =
  | { allowed: true }
  | { allowed: false; isExplicit: boolean; layer: Layer; policyArn?: string };

const allowed: Decision = { allowed: true };

/** Off, every decision is worked out anew: slower, and the answer must be the same. */
export const memo = { isOn: true };

export function authorize(layers: Layers, asked: Asked, resource?: ResourceVerdict): Decision {
  return memo.isOn ? remembered(layers, asked, resource) : decide(layers, asked, resource);
}

function decide(layers: Layers, asked: Asked, resource?: ResourceVerdict): Decision {
  const denied = explicitDeny(layers, asked, resource);
  if (denied) return denied;
  if (asked.resourceControl?.some((level) => !allows(level, asked))) return implicit("resourceControl");
  if (layers.serviceControl?.some((level) => !allows(level, asked))) return implicit("serviceControl");
  if (resource) {
    if (resource.isSameAccount && resource.allows === "session") return allowed;
    if (!resource.allows && (resource.isDecisive || !resource.isSameAccount)) return implicit("resource");
  }
  const isResourceEnough = resource?.isSameAccount && resource.allows === "principal";
  if (!isResourceEnough && !allows(layers.identity, asked)) return implicit("identity");
  if (layers.boundary && !allows(layers.boundary, asked)) return implicit("boundary");
  if (layers.session && !allows(layers.session, asked)) return implicit("session");
  return allowed;
}

function explicitDeny(layers: Layers, asked: Asked, resource?: ResourceVerdict): Decision | undefined {
  const ordered: [Layer, PolicySource[]][] = [
    ["serviceControl", layers.serviceControl?.flat() ?? []],
    ["resourceControl", asked.resourceControl?.flat() ?? []],
    ["identity", layers.identity],
    ["boundary", layers.boundary ?? []],
    ["session", layers.session ?? []],
  ];
  if (resource?.denies) return { allowed: false, isExplicit: true, layer: "resource" };
  for (const [layer, sources] of ordered) {
    const source = sources.find((candidate) => says(candidate, "Deny", asked));
    if (!source) continue;
    return { allowed: false, isExplicit: true, layer, ...(source.arn ? { policyArn: source.arn } : {}) };
  }
  return undefined;
}

function implicit(layer: Layer): Decision {
  return { allowed: false, isExplicit: false, layer };
}

function allows(sources: PolicySource[], asked: Asked): boolean {
  return sources.some((source) => says(source, "Allow", asked));
}

function says(source: PolicySource, effect: Effect, asked: Asked): boolean {
  return policyOf(source.text)
    .forAction(asked.action)
    .some(
      (statement) =>
        statement.effect === effect &&
        coversResource(statement, asked) &&
        conditionsHold(statement, asked.context),
    );
}

export function coversResource(
  { resources, hasVariables }: Statement,
  { resource, context }: Asked,
): boolean {
  if (!resources) return true;
  const matches = resources.patterns.some((pattern) => {
    const filled = hasVariables ? fillVariables(pattern, context) : pattern;
    return (
      filled !== undefined && (filled === "*" || (resource !== "*" && matchesResource(filled, resource)))
    );
  });
  return matches !== resources.isNot;
}

interface Compiled {
  /** The texts' numbers, layer by layer. */
  key: string;
  mentionedKeys: string[];
}

/** By a principal's layers, or by the levels above a resource. */
const compiled = new WeakMap<object, Compiled>();
const decisions = new Map<string, Map<string, Decision>>();
const keptSets = 5_000;
const keptDecisions = 5_000;

/** Equal policies, action, resource and mentioned context give an equal decision, whoever asks. */
function remembered(layers: Layers, asked: Asked, resource?: ResourceVerdict): Decision {
  const { resourceControl } = asked;
  const ofCaller = compiledOf(layers, layersIn(layers));
  const ofResource = resourceControl && compiledOf(resourceControl, resourceControl);
  const key = ofResource ? `${ofCaller.key}/${ofResource.key}` : ofCaller.key;
  let ofSet = decisions.get(key);
  if (!ofSet) {
    if (decisions.size >= keptSets) decisions.clear();
    ofSet = new Map();
    decisions.set(key, ofSet);
  }
  let question = `${asked.action}\n${asked.resource}\n${resource ? verdictKey(resource) : ""}`;
  for (const name of ofCaller.mentionedKeys) question += `\n${contextValue(asked, name)}`;
  for (const name of ofResource?.mentionedKeys ?? []) question += `\n${contextValue(asked, name)}`;
  let decision = ofSet.get(question);
  if (!decision) {
    if (ofSet.size >= keptDecisions) ofSet.clear();
    decision = decide(layers, asked, resource);
    ofSet.set(question, decision);
  }
  return decision;
}

function contextValue({ context }: Asked, name: string): string {
  return context(name)?.join("\t") ?? "\0";
}

function verdictKey({ denies, allows: naming, isSameAccount, isDecisive }: ResourceVerdict): string {
  return `${denies}${naming}${isSameAccount}${isDecisive}`;
}

function layersIn({ identity, boundary, session, serviceControl }: Layers): (PolicySource[] | undefined)[] {
  return [identity, boundary, session, ...(serviceControl ?? [undefined])];
}

function compiledOf(owner: object, layers: (PolicySource[] | undefined)[]): Compiled {
  let found = compiled.get(owner);
  if (!found) {
    const keys = new Set<string>();
    const numbers = (sources: PolicySource[] | undefined) =>
      sources
        ?.map(({ text, arn }) => {
          const document = policyOf(text);
          for (const name of document.mentionedKeys) keys.add(name);
          return arn ? `${document.id}=${arn}` : document.id;
        })
        .join(",") ?? "-";
    // An empty layer, which allows nothing, is not the same as none.
    const key = layers.map((layer) => `(${numbers(layer)})`).join("");
    found = { key, mentionedKeys: [...keys].sort() };
    compiled.set(owner, found);
  }
  return found;
}
