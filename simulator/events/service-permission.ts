// Whether an AWS service may act on a resource: by the resource's own policy, or by a role that it assumes.
import { coversResource } from "../authorize.ts";
import { decisionOn } from "../decision.ts";
import { iam } from "../iam-lookup.ts";
import { type Identity, serviceIdentity } from "../identity.ts";
import type { Principal, ResourcePolicy } from "../operation.ts";
import { conditionsHold } from "../policy/conditions.ts";
import { policyOf, type Statement } from "../policy/document.ts";
import type { Context } from "../policy/match.ts";
import { resourceVerdict } from "../policy/principal.ts";
import type { World } from "../world.ts";
import { eventsOf } from "./state.ts";

export interface ServiceAsks {
  /** "events.amazonaws.com". */
  service: string;
  action: string;
  resource: string;
  /** What the service acts for: a rule, a topic. */
  sourceArn: string;
  sourceAccount: string;
  /** Further keys of the request, in lower case. */
  context?: Record<string, string>;
}

/** Nothing but the resource's policy speaks for a service. */
export function serviceMay(world: World, policy: string | undefined, asks: ServiceAsks): boolean {
  if (!policy) return false;
  const context = serviceContext(world, asks);
  const asked = { action: asks.action, resource: asks.resource, context };
  const fitting = policyOf(policy)
    .forAction(asks.action)
    .filter(
      (statement) =>
        names(statement, asks.service) &&
        coversResource(statement, asked) &&
        conditionsHold(statement, context),
    );
  return fitting.some(({ effect }) => effect === "Allow") && !fitting.some(({ effect }) => effect === "Deny");
}

function names({ principals }: Statement, service: string): boolean {
  if (!principals) return false;
  const { Service = [], AWS = [] } = principals.byKind;
  return (Service.includes(service) || Service.includes("*") || AWS.includes("*")) !== principals.isNot;
}

function serviceContext(world: World, asks: ServiceAsks): Context {
  const { service, sourceArn, sourceAccount, context } = asks;
  const values: Record<string, string> = {
    ...context,
    "aws:sourcearn": sourceArn,
    "aws:sourceaccount": sourceAccount,
    "aws:principalisawsservice": "true",
    "aws:principalservicename": service,
    "aws:securetransport": "true",
    "aws:currenttime": eventsOf(world).now().toISOString(),
  };
  return (key) => {
    const found = values[key];
    return found === undefined ? undefined : [found];
  };
}

/** The session that a service gets of a role of the account; undefined when the role does not trust it. */
export function roleFor(
  world: World,
  roleArn: string,
  accountId: string,
  asks: Pick<ServiceAsks, "service" | "sourceArn">,
): Identity | undefined {
  const roleName = roleArn.slice(roleArn.lastIndexOf("/") + 1);
  const role = roleArn.split(":")[4] === accountId ? iam(world, accountId).roles.get(roleName) : undefined;
  if (!role) return undefined;
  const trusts = serviceMay(world, role.trustPolicy, {
    ...asks,
    action: "sts:AssumeRole",
    resource: roleArn,
    sourceAccount: accountId,
  });
  if (!trusts) return undefined;
  return serviceIdentity(world, accountId, role, "events", eventsOf(world).now());
}

/** AWS's whole decision for a role's session on a resource with a policy. */
export function roleMay(
  world: World,
  identity: Identity,
  region: string,
  { action, resource }: Pick<ServiceAsks, "action" | "resource">,
  policy: ResourcePolicy,
): boolean {
  const facts = { region, now: eventsOf(world).now(), sourceIp: "127.0.0.1", userAgent: "" };
  return decisionOn(world, identity, facts, { action, resource }, policy).allowed;
}

/** What a policy says of an account as such, without any role: conditions on principals find nothing. */
export function accountMay(
  world: World,
  accountId: string,
  { action, resource }: Pick<ServiceAsks, "action" | "resource">,
  policy: ResourcePolicy,
): boolean {
  const principal: Principal = {
    kind: "root",
    accountId,
    arn: `arn:${world.partition}:iam::${accountId}:root`,
    userId: accountId,
    accessKeyId: "",
    tags: {},
  };
  const context: Context = (key) => (key === "aws:principalaccount" ? [accountId] : undefined);
  const verdict = resourceVerdict(policy, principal, { action, resource, context });
  return verdict.allows !== undefined && !verdict.denies;
}

/** Says nothing of any call: stands for the policy of a resource that has none. */
export const silentPolicy = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Deny", Principal: "*", Action: "none:None", Resource: "*" }],
});
