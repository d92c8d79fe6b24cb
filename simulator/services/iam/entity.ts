// What the operations of IAM share: finding users, groups, roles; AWS's errors; pages; policy texts on the wire.
import { type IamView, iam, managedPolicy } from "../../iam-lookup.ts";
import { AwsFault, type Call } from "../../operation.ts";
import { page } from "../../paging.ts";
import { MalformedPolicy, policyOf } from "../../policy/document.ts";
import type { IamEntity, IamGroup, IamPolicy, IamRole, IamUser, Tag } from "../../shapes.ts";
import type { Collection } from "../../world.ts";

export type EntityKind = "user" | "group" | "role";

export function own(call: Call): IamView {
  return iam(call.world, call.accountId);
}

export function iamArn(
  call: Call,
  kind: EntityKind | "policy" | "instance-profile" | "mfa",
  path: string,
  name: string,
): string {
  return `arn:${call.world.partition}:iam::${call.accountId}:${kind}${path}${name}`;
}

/** One kind of entity with what differs between the three: its collection and its name's member. */
export function entities(call: Call, kind: EntityKind) {
  const { users, groups, roles } = own(call);
  const collection = (kind === "user" ? users : kind === "group" ? groups : roles) as Collection<IamEntity>;
  return {
    collection,
    need(name: string): IamEntity {
      const found = collection.get(name);
      if (!found) throw noSuchEntity(`The ${kind} with name ${name} cannot be found.`);
      return found;
    },
    put: (name: string, changed: IamEntity) => collection.put(name, changed),
  };
}

export const needUser = (call: Call, name: string) => entities(call, "user").need(name) as IamUser;
export const needGroup = (call: Call, name: string) => entities(call, "group").need(name) as IamGroup;
export const needRole = (call: Call, name: string) => entities(call, "role").need(name) as IamRole;

/** Roles of AWS's services are theirs alone. */
export function needModifiable(entity: IamEntity): void {
  if (!entity.Path.startsWith("/aws-service-role/")) return;
  const { RoleName } = entity as IamRole;
  throw new AwsFault(
    "UnmodifiableEntity",
    `Cannot perform the operation on the protected role '${RoleName}' - this role is only modifiable by AWS`,
  );
}

/** A customer-managed policy of this account, by ARN. */
export function needOwnPolicy(call: Call, arn: string): IamPolicy {
  const policy = own(call).policies.get(arn.slice(arn.lastIndexOf("/") + 1));
  if (!policy || iamArn(call, "policy", policy.Path, policy.PolicyName) !== arn) {
    if (managedPolicy(call.world, call.accountId, arn)?.isAws) {
      throw new AwsFault("AccessDenied", "You cannot change a policy that AWS manages.", 403);
    }
    throw noSuchEntity(`Policy ${arn} was not found.`);
  }
  return policy;
}

export function noSuchEntity(message: string): AwsFault {
  return new AwsFault("NoSuchEntity", message, 404);
}

export function alreadyExists(message: string): AwsFault {
  return new AwsFault("EntityAlreadyExists", message, 409);
}

export function deleteConflict(message: string): AwsFault {
  return new AwsFault("DeleteConflict", `Cannot delete entity, ${message}`, 409);
}

export function limitExceeded(quota: string, most: number): AwsFault {
  return new AwsFault("LimitExceeded", `Cannot exceed quota for ${quota}: ${most}`, 409);
}

export function needFree(collection: Collection<object>, name: string, noun: string): void {
  if (collection.get(name)) throw alreadyExists(`${noun} with name ${name} already exists.`);
}

export function checkName(name: string, member: string, longest: number): void {
  if (/^[\w+=,.@-]+$/.test(name) && name.length <= longest) return;
  throw new AwsFault(
    "ValidationError",
    `The specified value for ${member} is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-`,
  );
}

/** Narrower than that of other entities: policyPathType of IAM's own model. */
export function checkPolicyPath(path: string): void {
  if (/^\/([A-Za-z0-9.,+@=_-]+\/)*$/.test(path) && path.length <= 512) return;
  throw new AwsFault(
    "ValidationError",
    "The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.",
  );
}

export function checkPath(path: string): void {
  if (/^(\/|\/[\x21-\x7e]+\/)$/.test(path) && path.length <= 512) return;
  throw new AwsFault(
    "ValidationError",
    "The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.",
  );
}

export interface Marked {
  Marker?: string;
  MaxItems?: number;
  PathPrefix?: string;
}

export function marked<T>(
  input: Marked,
  items: T[],
): { items: T[]; IsTruncated: boolean; Marker: string | undefined } {
  const cut = page(items, Math.min(input.MaxItems ?? 100, 1000), input.Marker, "ValidationError");
  return { items: cut.items, IsTruncated: cut.next !== undefined, Marker: cut.next };
}

export function below<T extends { Path: string }>(input: Marked, items: T[]): T[] {
  return items.filter(({ Path }) => Path.startsWith(input.PathPrefix ?? "/"));
}

/** IAM answers policy texts percent-encoded. */
export function encoded(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** A policy of an identity: every statement has resources and none a principal. */
export function checkIdentityPolicy(text: string): void {
  for (const { principals, resources } of checkedPolicy(text)) {
    if (principals) throw malformed("Policy document should not specify a principal.");
    if (!resources) throw malformed("Policy statement must contain resources.");
  }
}

export function checkedPolicy(text: string) {
  try {
    return policyOf(text).statements;
  } catch (cause) {
    if (cause instanceof MalformedPolicy) throw malformed(cause.message);
    throw cause;
  }
}

export function malformed(message: string): AwsFault {
  return new AwsFault("MalformedPolicyDocument", message);
}

export function withTags(tags: Tag[], added: Tag[]): Tag[] {
  const merged = new Map([...tags, ...added].map(({ Key, Value }) => [Key, Value]));
  if (merged.size > 50) throw limitExceeded("TagsPerResource", 50);
  return [...merged].map(([Key, Value]) => ({ Key, Value }));
}

export function withoutTags(tags: Tag[], keys: string[]): Tag[] {
  return tags.filter(({ Key }) => !keys.includes(Key));
}

export function boundaryAnswer(arn: string | undefined) {
  return arn ? { PermissionsBoundaryType: "Policy", PermissionsBoundaryArn: arn } : undefined;
}

export function needBoundary(call: Call, arn: string | undefined): void {
  if (arn !== undefined && !managedPolicy(call.world, call.accountId, arn)) {
    throw noSuchEntity(`Scope ARN: ${arn} does not exist or is not attachable.`);
  }
}

export function callerName({ principal }: Call): string | undefined {
  return principal.kind === "user" ? principal.arn.slice(principal.arn.lastIndexOf("/") + 1) : undefined;
}
