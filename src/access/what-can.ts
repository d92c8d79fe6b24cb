// What a user or role can do: per service and access level what its policies grant, and what a boundary, an SCP or a
// denial takes away of it. A resource that a policy names by a pattern is judged as "some resource that fits".
import { isResourceDecisive } from "#iam/decide.ts";
import { evaluate } from "#iam/evaluate.ts";
import { explain } from "#iam/explain.ts";
import type { AttachedPolicy, Layers } from "#iam/layers.ts";
import type { Request } from "#iam/request.ts";
import type { Verdict } from "#iam/verdict.ts";
import type { KeptDocument } from "#store/identity-documents.ts";
import type { TenantTx } from "#store/open.ts";
import { type Account, type Identity, identityOf, openAccount, principalTypes } from "./account.ts";
import { actionsOfService, type KnownAction, type PermissionLevel } from "./action-levels.ts";
import { attach } from "./attached.ts";
import { ownOrganization } from "./candidates.ts";
import { contextOf } from "./context-of.ts";
import { type Granting, grantingOn, patternsOf, resourcesOf, servicesOf } from "./granting.ts";
import type { NotRead } from "./held.ts";
import { referenceTo, type StatementReference } from "./judge-candidate.ts";
import { incompleteIn } from "./principals-page.ts";

type Counts = Record<Verdict["verdict"], number>;

export interface ServicePermissions {
  service: string;
  levels: Partial<Record<PermissionLevel, Counts>>;
  /** Layers that refuse what its policies grant, with how many actions. */
  takenAway: Partial<Record<"boundary" | "scp" | "deny", number>>;
}

export interface ActionPermission {
  action: string;
  level: PermissionLevel;
  verdict: Verdict["verdict"];
  /** As the granting policies write them. */
  resources: string[];
  statements: StatementReference[];
  conditionKeys: string[];
  /** Statements that refuse it, or may. */
  deniedBy: (StatementReference & { certain: boolean })[];
  /** Layers without a statement that allows it. */
  notAllowedBy: string[];
  unread: string[];
}

export interface Permissions {
  services: ServicePermissions[];
  /** Of the one service that was asked for. */
  actions: ActionPermission[] | null;
  notRead: NotRead[];
}

interface Judging {
  account: Account;
  identity: Identity;
  layers: Layers;
  /** A trust or key policy that leaves it to the account's own policies: whose it would be is not known here. */
  handsOn: AttachedPolicy;
  now: Date;
}

export async function whatCan(
  tx: TenantTx,
  document: KeptDocument,
  service: string | null,
  now: Date,
): Promise<Permissions | "unsupported"> {
  const account = await openAccount(tx, document.cloudId);
  if (!account || !principalTypes.includes(document.type)) return "unsupported";
  const identity = identityOf(account, document);
  const layers = layersOf(account, identity);
  const judging: Judging = { account, identity, layers, handsOn: handingOn(account), now };
  const found: ServicePermissions[] = [];
  for (const name of service === null ? await servicesOf(identity) : [service]) {
    const permissions = servicePermissions(judging, name, await actionsOfService(name));
    if (permissions) found.push(permissions);
    // Everything of an administrator is 22,000 actions: others get their turn in between.
    await new Promise((resolve) => setImmediate(resolve));
  }
  const asked = service === null ? null : await actionsOfService(service);
  return {
    services: found,
    actions: asked?.flatMap((action) => actionPermission(judging, action) ?? []) ?? null,
    notRead: [...incompleteIn(account), ...notUnderstood(identity)],
  };
}

/** Policies that hang on it and may say anything. */
function notUnderstood({ identity, boundary, document }: Identity): NotRead[] {
  const policies = [
    ...(identity === "unread" ? [] : identity),
    ...(boundary && boundary !== "unread" ? [boundary] : []),
  ];
  return policies.flatMap(({ name, arn, policy }) =>
    "problems" in policy
      ? [
          {
            what: arn ?? name,
            cloudId: document.cloudId,
            why: policy.problems[0]?.detail ?? "It cannot be read.",
          },
        ]
      : [],
  );
}

export function layersOf(account: Account, identity: Identity): Layers {
  return {
    identity: identity.identity,
    boundary: identity.boundary,
    session: null,
    scp: account.scp,
    // What of its own account it reaches; RCPs are the resource's affair.
    rcp: "exempt",
    resource: null,
    endpoint: null,
    publicAccess: null,
  };
}

function handingOn({ place: { accountId } }: Account): AttachedPolicy {
  const statement = { Effect: "Allow", Principal: { AWS: accountId }, Action: "*", Resource: "*" };
  const attachedTo = { kind: "resource", id: "whatever it reaches", path: null } as const;
  return attach(
    { Version: "2012-10-17", Statement: [statement] },
    { name: "resource policy", arn: null, attachedTo, readAt: null },
  );
}

/** Policies of what it reaches do not count here; where AWS asks one in any case, it hands on to the account. */
function layersFor({ layers, handsOn }: Judging, { action, resource }: Request): Layers {
  return isResourceDecisive(action, resource) ? { ...layers, resource: handsOn } : layers;
}

function servicePermissions(
  judging: Judging,
  service: string,
  actions: readonly KnownAction[],
): ServicePermissions | null {
  const permissions: ServicePermissions = { service, levels: {}, takenAway: {} };
  for (const action of actions) {
    const own = grantingOn(judging.identity, action.action);
    if (own.length === 0) continue;
    const { verdict, request } = widest(judging, own, action);
    const counts = permissions.levels[action.level] ?? { allowed: 0, denied: 0, conditional: 0, unknown: 0 };
    counts[verdict]++;
    permissions.levels[action.level] = counts;
    if (verdict !== "denied") continue;
    const layer = takingAway(judging, request);
    permissions.takenAway[layer] = (permissions.takenAway[layer] ?? 0) + 1;
  }
  return Object.keys(permissions.levels).length > 0 ? permissions : null;
}

const order: Verdict["verdict"][] = ["allowed", "conditional", "unknown", "denied"];

/** The best answer over the resources that its policies name. */
function widest(judging: Judging, own: readonly Granting[], action: KnownAction) {
  const requests = requestsOf(judging, own, action);
  const answers = requests.map((request) => ({ request, ...evaluate(request, layersFor(judging, request)) }));
  const best = answers.sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict))[0];
  return { verdict: best?.verdict ?? ("denied" as const), request: best?.request ?? null };
}

function requestsOf(
  { account, identity, now }: Judging,
  own: readonly Granting[],
  { action, isWithoutResource }: KnownAction,
): Request[] {
  const { accountId } = account.place;
  const organization = ownOrganization(account);
  const caller = { principal: identity.principal, tags: identity.tags, organization };
  const known = contextOf(caller, { accountId, region: "", organization, tags: undefined }, now);
  // In whichever region, and of whosever resource.
  const keys = new Map([...known.keys].filter(([key]) => !/^aws:(requestedregion|resource)/.test(key)));
  const context = { ...known, keys };
  const resources = isWithoutResource
    ? ["*"]
    : [...new Set(own.flatMap(({ statement }) => patternsOf(statement)))];
  return resources.map((resource) => ({
    action,
    resource,
    resourceAccountId: null,
    principal: identity.principal,
    context,
  }));
}

/** The first layer without which it would not be refused. */
function takingAway(judging: Judging, request: Request | null): "boundary" | "scp" | "deny" {
  const isOpen = (changed: Partial<Layers>) =>
    request !== null &&
    evaluate(request, { ...layersFor(judging, request), ...changed }).verdict !== "denied";
  if (isOpen({ scp: "exempt" })) return "scp";
  return isOpen({ boundary: null }) ? "boundary" : "deny";
}

function actionPermission(judging: Judging, known: KnownAction): ActionPermission | null {
  const own = grantingOn(judging.identity, known.action);
  if (own.length === 0) return null;
  const { verdict, request } = widest(judging, own, known);
  const explained = request && explain(request, layersFor(judging, request));
  const blockers = explained?.blockers ?? [];
  return {
    action: known.action,
    level: known.level,
    verdict,
    resources: [...new Set(own.flatMap(({ statement }) => resourcesOf(statement)))],
    statements: own.map(({ policy, statement }) => referenceTo({ layer: "identity", policy, statement })),
    conditionKeys: [...(explained?.unknownKeys ?? [])],
    deniedBy: blockers.flatMap((blocker) =>
      blocker.kind === "deny" ? [{ ...referenceTo(blocker.by), certain: blocker.certain }] : [],
    ),
    notAllowedBy: blockers.flatMap((blocker) =>
      blocker.kind === "no-allow" && blocker.certain ? [blocker.layer] : [],
    ),
    unread: [...(explained?.unread ?? [])],
  };
}
