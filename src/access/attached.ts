// Documents as the evaluator takes them: with where they hang and when they were read.
import type { AttachedPolicy, AttachmentPoint, OrganizationPolicies } from "#iam/layers.ts";
import { organizationLevels } from "#iam/organization-levels.ts";
import { type ReadPolicy, readPolicy } from "#iam/read-policy.ts";
import type { AccountPlace } from "#store/account-place.ts";

export interface Hanging {
  name: string;
  arn: string | null;
  attachedTo: AttachmentPoint;
  readAt: string | null;
}

/** One managed policy hangs on many principals: its text is made once. */
const known = new WeakMap<object, ReadPolicy>();

export function attach(document: unknown, hanging: Hanging): AttachedPolicy {
  if (typeof document !== "object" || document === null) return { ...hanging, ...readPolicy(document) };
  let read = known.get(document);
  if (!read) {
    read = readPolicy(document);
    known.set(document, read);
  }
  return { ...hanging, ...read };
}

/** A policy that is known to hang there, and no more of it. */
export function unreadPolicy(hanging: Hanging, detail: string): AttachedPolicy {
  return { ...hanging, hash: "", readAt: null, policy: { problems: [{ path: "", detail }] } };
}

const types = { scp: "SERVICE_CONTROL_POLICY", rcp: "RESOURCE_CONTROL_POLICY" } as const;

export function organizationPolicies(place: AccountPlace, layer: keyof typeof types): OrganizationPolicies {
  const { organization } = place;
  if (!organization) return "unread";
  const policies = organization.policies.map(({ type, targets, document, name, arn }) => {
    const readAt = organization.policiesRead[type] ?? null;
    return {
      ...attach(document, {
        name,
        arn,
        attachedTo: nowhere,
        readAt: readAt && new Date(readAt).toISOString(),
      }),
      type,
      targets,
    };
  });
  const typesRead = Object.keys(organization.policiesRead);
  return organizationLevels({ ...organization, policies, typesRead }, place, types[layer]);
}

const nowhere: AttachmentPoint = { kind: "root", id: "", path: null };
