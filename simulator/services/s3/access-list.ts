// Bucket access lists and object ownership: which lists may be set, and what canned lists mean.
import type { Grant, PutBucketAclRequest, PutBucketOwnershipControlsRequest } from "@aws-sdk/client-s3";
import { AwsFault, type Operation } from "../../operation.ts";
import type { Stored } from "../../stored.ts";
import {
  type BucketCall,
  canonicalId,
  needBucket,
  ownerGrant,
  putBucket,
  type StoredBucket,
  without,
} from "./stored-bucket.ts";

const groups = {
  everybody: "http://acs.amazonaws.com/groups/global/AllUsers",
  anyAccount: "http://acs.amazonaws.com/groups/global/AuthenticatedUsers",
  logDelivery: "http://acs.amazonaws.com/groups/s3/LogDelivery",
} as const;

const canned: Record<string, [group: keyof typeof groups, permission: string][]> = {
  private: [],
  "public-read": [["everybody", "READ"]],
  "public-read-write": [
    ["everybody", "READ"],
    ["everybody", "WRITE"],
  ],
  "authenticated-read": [["anyAccount", "READ"]],
  "log-delivery-write": [
    ["logDelivery", "WRITE"],
    ["logDelivery", "READ_ACP"],
  ],
};

export function cannedGrants(acl: string, accountId: string): Stored<Grant>[] {
  const given = canned[acl];
  if (!given) throw new AwsFault("InvalidArgument", `Invalid canned ACL: ${acl}`);
  return [
    ownerGrant(accountId),
    ...given.map(([group, permission]) => ({
      Grantee: { Type: "Group" as const, URI: groups[group] },
      Permission: permission as NonNullable<Grant["Permission"]>,
    })),
  ];
}

function isPublicGrant({ Grantee }: Stored<Grant>): boolean {
  return Grantee?.URI === groups.everybody || Grantee?.URI === groups.anyAccount;
}

/** Without ownership controls access lists are on, as in buckets from before 2023. */
function listsAreOff(bucket: StoredBucket): boolean {
  return bucket.ownership?.Rules?.[0]?.ObjectOwnership === "BucketOwnerEnforced";
}

function getBucketAcl(call: BucketCall) {
  return { Owner: { ID: canonicalId(call.accountId) }, Grants: needBucket(call).grants };
}

const headerPermissions = {
  GrantFullControl: "FULL_CONTROL",
  GrantRead: "READ",
  GrantWrite: "WRITE",
  GrantReadACP: "READ_ACP",
  GrantWriteACP: "WRITE_ACP",
} as const;

/** Grants of headers such as `uri="http://…", id="…"`. */
function headerGrants(input: Record<string, unknown>): Stored<Grant>[] {
  return Object.entries(headerPermissions).flatMap(([member, Permission]) =>
    [...String(input[member] ?? "").matchAll(/(uri|id)="?([^",]+)"?/g)].map(([, kind, value]) => ({
      Permission,
      Grantee:
        kind === "uri"
          ? { Type: "Group" as const, URI: value }
          : { Type: "CanonicalUser" as const, ID: value },
    })),
  );
}

function putBucketAcl(call: BucketCall) {
  const bucket = needBucket(call);
  const { ACL, AccessControlPolicy } = call.input as unknown as PutBucketAclRequest;
  const byHeader = headerGrants(call.input);
  const grants = ACL
    ? cannedGrants(ACL, call.accountId)
    : byHeader.length > 0
      ? byHeader
      : ((AccessControlPolicy?.Grants ?? []) as Stored<Grant>[]);
  if (listsAreOff(bucket) && ACL !== "private")
    throw new AwsFault("AccessControlListNotSupported", "The bucket does not allow ACLs");
  if (bucket.publicAccessBlock?.BlockPublicAcls && grants.some(isPublicGrant))
    throw new AwsFault("AccessDenied", "Access Denied", 403);
  putBucket(call, { ...bucket, grants });
  return {};
}

function getOwnershipControls(call: BucketCall) {
  const { ownership } = needBucket(call);
  if (!ownership)
    throw new AwsFault("OwnershipControlsNotFoundError", "The bucket ownership controls were not found", 404);
  return { OwnershipControls: ownership };
}

function putOwnershipControls(call: BucketCall) {
  const bucket = needBucket(call);
  const { OwnershipControls = { Rules: [] } } = call.input as unknown as PutBucketOwnershipControlsRequest;
  const wanted = OwnershipControls.Rules?.[0]?.ObjectOwnership;
  if (wanted === "BucketOwnerEnforced" && bucket.grants.some(isPublicGrant))
    throw new AwsFault(
      "InvalidBucketAclWithObjectOwnership",
      "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
    );
  putBucket(call, { ...bucket, ownership: OwnershipControls });
  return {};
}

export const accessListOperations: Record<string, Operation> = {
  GetBucketAcl: getBucketAcl,
  PutBucketAcl: putBucketAcl,
  GetBucketOwnershipControls: getOwnershipControls,
  PutBucketOwnershipControls: putOwnershipControls,
  DeleteBucketOwnershipControls: (call: BucketCall) => {
    putBucket(call, without(needBucket(call), "ownership"));
    return {};
  },
};
