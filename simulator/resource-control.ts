// Resource control policies: on which actions, resources and callers they have a say, and which ones those are.
// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
import type { PolicySource } from "./authorize.ts";
import { isServiceLinked } from "./layers.ts";
import type { Principal } from "./operation.ts";
import { organizationOf, organizationRevision, policiesAbove } from "./organization.ts";
import type { World } from "./world.ts";

/** AWS's list of services that support RCPs, as of 2026-09 (servicesWithRcpSupport of the MIT package iam-data). */
const supported = new Set(
  (
    "aoss appconfig appstream autoscaling autoscaling-plans budgets clouddirectory cloudfront cloudsearch " +
    "cloudtrail-data codeartifact codebuild codecommit codepipeline cognito-identity cognito-idp comprehend " +
    "comprehendmedical compute-optimizer cost-optimization-hub dax dsql dynamodb ecr ecr-public events firehose " +
    "fis fms gamelift health inspector-scan kendra kinesisvideo kms logs memorydb networkmonitor notifications " +
    "opensearch pca-connector-ad personalize polly pricing resource-groups rolesanywhere s3 secretsmanager " +
    "servicediscovery signin sqs sts support swf textract timestream-influxdb transcribe transfer translate " +
    "wafv2 workspaces xray"
  ).split(" "),
);

export function supportsResourceControl(prefix: string): boolean {
  return supported.has(prefix);
}

interface Touched {
  action: string;
  resource: string;
  principal: Principal;
}

/** Level by level from the root; undefined where they have no say. */
export function resourceControlOn(
  world: World,
  ownerId: string,
  { action, resource, principal }: Touched,
): PolicySource[][] | undefined {
  const view = organizationOf(world);
  if (!view?.self.enabledPolicyTypes.includes("RESOURCE_CONTROL_POLICY")) return undefined;
  if (ownerId === view.self.managementAccountId || isServiceLinked(principal)) return undefined;
  if (!supportsResourceControl(action.slice(0, action.indexOf(":")))) return undefined;
  // Neither the end of a grant nor AWS's own keys can be restricted.
  if (action === "kms:RetireGrant" || isAwsManagedKey(world, resource)) return undefined;
  // Needs no permission, so that nothing can deny it.
  if (action === "sts:GetCallerIdentity") return undefined;
  return above(world, ownerId);
}

interface Known {
  revision: number;
  byAccount: Map<string, PolicySource[][] | undefined>;
}

const known = new WeakMap<World, Known>();

/** Kept by account, because the memo of decisions knows the levels by their identity. */
function above(world: World, accountId: string): PolicySource[][] | undefined {
  const revision = organizationRevision(world);
  let ofWorld = known.get(world);
  if (!ofWorld || ofWorld.revision !== revision) {
    ofWorld = { revision, byAccount: new Map() };
    known.set(world, ofWorld);
  }
  if (!ofWorld.byAccount.has(accountId)) {
    ofWorld.byAccount.set(accountId, policiesAbove(world, accountId, "RESOURCE_CONTROL_POLICY"));
  }
  return ofWorld.byAccount.get(accountId);
}

function isAwsManagedKey(world: World, arn: string): boolean {
  const [, , service, region = "", accountId = "", resource = ""] = arn.split(":");
  if (service !== "kms" || !resource.startsWith("key/")) return false;
  const keys = world.collection<{ metadata?: { KeyManager?: string } }>({ accountId, region }, "kms:key");
  return keys.get(resource.slice(4))?.metadata?.KeyManager === "AWS";
}
