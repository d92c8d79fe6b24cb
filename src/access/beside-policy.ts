// What allows beside the policy of a resource: access control lists of buckets and grants on keys. Each is put as
// the policy that AWS says it equals, so that the same evaluator judges it under the policy's own denials.
// Sources: "Mapping of ACL permissions and access policy permissions" (S3 user guide), "Grants in AWS KMS".
import type { KeptDocument } from "#store/identity-documents.ts";
import type { Account } from "./account.ts";
import { attach } from "./attached.ts";
import { anyAccount, anyone, type Candidate, outsideCandidate, statementsIn } from "./candidates.ts";

interface AclGrant {
  Grantee?: { Type?: string; URI?: string; ID?: string };
  Permission?: string;
}

const onBucket: Record<string, string[]> = {
  READ: ["s3:ListBucket", "s3:ListBucketVersions", "s3:ListBucketMultipartUploads"],
  WRITE: ["s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectVersion"],
  READ_ACP: ["s3:GetBucketAcl"],
  WRITE_ACP: ["s3:PutBucketAcl"],
};
onBucket.FULL_CONTROL = Object.values(onBucket).flat();

const everyone = "http://acs.amazonaws.com/groups/global/AllUsers";
const signedIn = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers";

/** Candidates by the list of a bucket; `ignoresPublic`: neither of the two groups counts. */
export function listedInAcl(account: Account, bucket: KeptDocument, ignoresPublic: boolean): Candidate[] {
  const { Acl, OwnershipControls } = bucket.properties as {
    Acl?: { Owner?: { ID?: string }; Grants?: AclGrant[] };
    OwnershipControls?: { Rules?: { ObjectOwnership?: string }[] };
  };
  if (OwnershipControls?.Rules?.some(({ ObjectOwnership }) => ObjectOwnership === "BucketOwnerEnforced"))
    return [];
  const { partition } = account.place;
  return (Acl?.Grants ?? []).flatMap(({ Grantee = {}, Permission = "" }, index): Candidate[] => {
    const actions = onBucket[Permission];
    const isGroup = Grantee.URI === everyone || Grantee.URI === signedIn;
    if (
      !actions ||
      (isGroup && ignoresPublic) ||
      (!isGroup && (!Grantee.ID || Grantee.ID === Acl?.Owner?.ID))
    )
      return [];
    const allow = {
      Sid: `Grant${index + 1}`,
      Effect: "Allow",
      Principal: "*",
      Action: actions,
      Resource: "*",
    };
    const instead = besides(bucket, "Policy", "access control list", [allow]);
    if (Grantee.URI === everyone) return [{ ...anyone, instead }];
    const outside = { ...anyAccount(partition), instead };
    // Its number is not to be had from the canonical id.
    return [Grantee.URI === signedIn ? outside : { ...outside, kind: "account", id: Grantee.ID ?? "" }];
  });
}

interface KeyGrant {
  GrantId?: string;
  Name?: string;
  GranteePrincipal?: string;
  Operations?: string[];
  Constraints?: {
    EncryptionContextSubset?: Record<string, string>;
    EncryptionContextEquals?: Record<string, string>;
  };
}

export function grantedOnKey(account: Account, key: KeptDocument): Candidate[] {
  const { Grants = [] } = key.properties as { Grants?: KeyGrant[] };
  const { partition, accountId } = account.place;
  const organization = account.place.organization ?? ("unknown" as const);
  return Grants.flatMap((grant): Candidate[] => {
    const { GranteePrincipal = "" } = grant;
    const instead = besides(key, "Policy", `grant ${grant.Name || (grant.GrantId ?? "").slice(0, 12)}`, [
      statementOf(grant),
    ]);
    if (GranteePrincipal.startsWith("arn:")) {
      const outside = outsideCandidate(partition, GranteePrincipal);
      return [{ ...outside, instead, ...(outside.accountId === accountId ? { organization } : {}) }];
    }
    if (!GranteePrincipal.includes(".")) return [];
    const principal = { kind: "service", name: GranteePrincipal } as const;
    return [
      {
        ...anyAccount(partition),
        kind: "service",
        id: GranteePrincipal,
        principal,
        organization: "unknown",
        instead,
        isAssumed: false,
      },
    ];
  });
}

function statementOf({ GrantId = "", GranteePrincipal = "", Operations = [], Constraints = {} }: KeyGrant) {
  const context = Constraints.EncryptionContextEquals ?? Constraints.EncryptionContextSubset ?? {};
  const keys = Object.entries(context).map(([key, value]) => [`kms:EncryptionContext:${key}`, value]);
  return {
    Sid: GrantId,
    Effect: "Allow",
    Principal: GranteePrincipal.startsWith("arn:")
      ? { AWS: GranteePrincipal }
      : { Service: GranteePrincipal },
    Action: Operations.map((operation) => `kms:${operation}`),
    Resource: "*",
    ...(keys.length > 0 ? { Condition: { StringEquals: Object.fromEntries(keys) } } : {}),
  };
}

/** The statements beside what the policy itself denies. */
function besides(resource: KeptDocument, policyAt: string, name: string, allow: object[]) {
  const denials = statementsIn(resource.properties[policyAt]).filter(({ Effect }) => Effect === "Deny");
  return attach(
    { Version: "2012-10-17", Statement: [...allow, ...denials] },
    {
      name,
      arn: null,
      attachedTo: { kind: "resource", id: resource.arn ?? resource.nativeId, path: null },
      readAt: resource.observedAt,
    },
  );
}
