// What is known of a request that a principal could make of a resource. A key that the caller may choose, or that
// depends on where they are, stays unknown: the answer then hangs on it instead of guessing.
import { type Context, type KeyState, multiple, single } from "#iam/context.ts";
import { accountOf, type Principal } from "#iam/request.ts";
import type { Tag } from "#model/resource.ts";

export interface Organization {
  awsId: string;
  path: string | null;
}

export interface Caller {
  principal: Principal;
  /** Undefined: not known, as of another account's principals. */
  tags: readonly Tag[] | undefined;
  /** Null: in none; "unknown": nobody could say. */
  organization: Organization | null | "unknown";
}

export interface Asked {
  accountId: string;
  region: string;
  organization: Organization | null | "unknown";
  /** Undefined: the service does not use them, or they were not read. */
  tags: readonly Tag[] | undefined;
  /** Keys of the service that this request is known to have. */
  more?: ReadonlyMap<string, KeyState>;
}

type Keys = Map<string, KeyState>;

export function contextOf(caller: Caller, asked: Asked, now: Date): Context {
  const keys: Keys = new Map([
    ["aws:requestedregion", single(asked.region === "global" ? "us-east-1" : asked.region)],
    // Whoever can speak TLS will, if it helps.
    ["aws:securetransport", single("true")],
    ["aws:currenttime", single(now.toISOString())],
    ["aws:epochtime", single(String(Math.floor(now.getTime() / 1000)))],
    ["aws:resourceaccount", single(asked.accountId)],
    ...organizationKeys("aws:resource", asked.organization),
    ...callerKeys(caller),
    ...(asked.more ?? []),
  ]);
  const families: { prefix: string; state: "absent" | "unknown" }[] = [];
  if (asked.tags) {
    for (const { key, value } of asked.tags) keys.set(`aws:resourcetag/${key.toLowerCase()}`, single(value));
    families.push({ prefix: "aws:resourcetag/", state: "absent" });
  }
  if (caller.tags) {
    for (const { key, value } of caller.tags)
      keys.set(`aws:principaltag/${key.toLowerCase()}`, single(value));
    // A session may bring tags of its own.
    const state = caller.principal.kind === "user" ? "absent" : "unknown";
    families.push({ prefix: "aws:principaltag/", state });
  }
  return { keys, families, otherwise: "unknown" };
}

function callerKeys({ principal, organization }: Caller): [string, KeyState][] {
  if (principal.kind === "service")
    return [
      ["aws:principalisawsservice", single("true")],
      ["aws:principalservicename", single(principal.name)],
    ];
  // A topic's standard policy hangs on aws:SourceOwner: a call without a service in between has none, and needs an
  // identity policy.
  const fromService = ["arn", "account", "owner", "orgid", "orgpaths"].map((name) => `aws:source${name}`);
  const direct: [string, KeyState][] = [
    ["aws:principalisawsservice", single("false")],
    ...fromService.map((key): [string, KeyState] => [key, "absent"]),
  ];
  const accountId = accountOf(principal);
  if (accountId === null) {
    const ofPrincipal = ["arn", "account", "orgid", "orgpaths", "type"].map((name) => `aws:principal${name}`);
    return [
      ...direct,
      ...[...ofPrincipal, "aws:userid", "aws:username"].map((key): [string, KeyState] => [key, "absent"]),
    ];
  }
  return [
    ...direct,
    ["aws:principalaccount", single(accountId)],
    ["kms:calleraccount", single(accountId)],
    ...organizationKeys("aws:principal", organization),
    ...ofKind(principal),
  ];
}

function ofKind(principal: Principal): [string, KeyState][] {
  switch (principal.kind) {
    case "user": {
      const name = principal.arn.slice(principal.arn.lastIndexOf("/") + 1);
      return [
        ["aws:principalarn", single(principal.arn)],
        ["aws:principaltype", single("User")],
        ["aws:username", single(name)],
        ["aws:userid", principal.uniqueId === null ? "unknown" : single(principal.uniqueId)],
      ];
    }
    case "role-session":
      return [
        ["aws:principalarn", single(principal.roleArn)],
        ["aws:principaltype", single("AssumedRole")],
        ["aws:username", "absent"],
      ];
    case "root":
      return [
        ["aws:principalarn", single(`arn:${principal.partition}:iam::${principal.accountId}:root`)],
        ["aws:principaltype", single("Account")],
        ["aws:username", "absent"],
        ["aws:userid", single(principal.accountId)],
      ];
    default:
      return [];
  }
}

function organizationKeys(
  prefix: string,
  organization: Organization | null | "unknown",
): [string, KeyState][] {
  const [id, paths] = [`${prefix}orgid`, `${prefix}orgpaths`];
  if (organization === "unknown") return [];
  if (organization === null)
    return [
      [id, "absent"],
      [paths, "absent"],
    ];
  return [
    [id, single(organization.awsId)],
    [paths, organization.path === null ? "unknown" : multiple([organization.path])],
  ];
}
