// What a role's policies say of every needed action in every region, by our own evaluator. Pure.
import type { Context } from "#iam/context.ts";
import { evaluate } from "#iam/evaluate.ts";
import { unknownPart } from "#iam/glob.ts";
import type { AttachedPolicy, Layers } from "#iam/layers.ts";
import { attachmentPoints, type OrganizationTree } from "#iam/organization-levels.ts";
import { readPolicy } from "#iam/read-policy.ts";
import type { Principal, Request } from "#iam/request.ts";
import { type AccountPlace, roleContext } from "#iam/role-context.ts";
import type { Verdict } from "#iam/verdict.ts";
import type { DiagnosisCloud, DiagnosisRole } from "#store/diagnosis-inputs.ts";
import type { NeededAction } from "./needed-actions.ts";

export interface Question {
  needed: NeededAction;
  /** "global" = asked of the partition's home region. */
  region: string;
  request: Request;
  layers: Layers;
  computed: Verdict;
}

export interface Asker {
  cloud: DiagnosisCloud;
  role: DiagnosisRole;
  layers: Layers;
  tree: (OrganizationTree & { awsOrganizationId: string }) | null;
  /** Of the partition. */
  homeRegion: string;
  sourceIps: readonly string[] | null;
  at: Date;
}

/** Every needed action in its place: home ones once, the others in each enabled region. */
export function questionsOf(
  asker: Asker,
  needed: readonly NeededAction[],
  regions: readonly string[],
): Question[] {
  const home = askIn(asker, needed, "home", "global", asker.homeRegion);
  return [...home, ...regions.flatMap((region) => askIn(asker, needed, "regional", region, region))];
}

function askIn(
  asker: Asker,
  needed: readonly NeededAction[],
  place: NeededAction["place"],
  region: string,
  requestedRegion: string,
): Question[] {
  const context = contextOf(asker, requestedRegion);
  return needed
    .filter((one) => one.place === place)
    .map((one) => questionOf(asker, one, region, requestedRegion, context));
}

export function questionOf(
  asker: Asker,
  needed: NeededAction,
  region: string,
  requestedRegion: string,
  context: Context = contextOf(asker, requestedRegion),
): Question {
  const { cloud, role, layers } = asker;
  const { partition, accountId } = cloud;
  const principal: Principal = {
    kind: "role-session",
    ...{ partition, accountId },
    roleArn: role.arn,
    sessionName: unknownPart,
    uniqueId: role.reading?.roleId ?? null,
  };
  const resource = needed.resource
    .replace("{partition}", partition)
    .replace("{region}", requestedRegion)
    .replace("{account}", accountId);
  const request: Request = {
    action: needed.action,
    resource,
    resourceAccountId: accountId,
    principal,
    context,
  };
  const own = resource.includes(":key/")
    ? { ...layers, resource: usualKeyPolicy(partition, accountId) }
    : layers;
  return { needed, region, request, layers: own, computed: evaluate(request, own) };
}

function contextOf(asker: Asker, region: string): Context {
  const { cloud, role, at, sourceIps } = asker;
  return roleContext({
    roleArn: role.arn,
    roleId: role.reading?.roleId ?? null,
    sessionName: null,
    accountId: cloud.accountId,
    tags: role.reading?.tags ?? [],
    organization: placeOf(asker),
    ...{ region, at, sourceIps },
  });
}

function placeOf({ tree, cloud }: Asker): AccountPlace | null | "unknown" {
  if (tree === null) return cloud.organizationId === null ? "unknown" : null;
  const points = attachmentPoints(tree, cloud);
  if (points === null) return "unknown";
  const units = points.filter(({ kind }) => kind !== "account").map(({ id }) => id);
  return { organizationId: tree.awsOrganizationId, path: `${[tree.awsOrganizationId, ...units].join("/")}/` };
}

/**
 * The policy that AWS gives a new key: the account's IAM policies decide (KMS developer guide, "Default key policy").
 * What a single key says otherwise is told by our calls, key by key.
 */
function usualKeyPolicy(partition: string, accountId: string): AttachedPolicy {
  const arn = `arn:${partition}:iam::${accountId}:root`;
  const statement = { Effect: "Allow", Principal: { AWS: arn }, Action: "kms:*", Resource: "*" };
  return {
    ...{ name: "default key policy", arn: null, readAt: null },
    attachedTo: { kind: "resource", id: "every key", path: null },
    ...readPolicy({ Version: "2012-10-17", Statement: [statement] }),
  };
}
