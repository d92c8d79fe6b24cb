// Web ACLs under their lock token: made, changed, tied to what they guard.
import { randomUUID } from "node:crypto";
import type * as aws from "@aws-sdk/client-wafv2";
import { AwsFault, type Call } from "../../operation.ts";
import type { Stored } from "../../stored.ts";
import { everywhere, given, here, records, type Tagged, tagMapOf } from "../records.ts";

/** Value of "wafv2:web-acl" under its id; `resources` are the ARNs that it guards. */
export type StoredAcl = Stored<aws.WebACL> &
  Tagged & {
    Id: string;
    ARN: string;
    Name: string;
    lock: string;
    resources: string[];
    logging?: Stored<aws.LoggingConfiguration>;
  };
/** Value of "wafv2:ip-set" under its id. */
export type StoredSet = Stored<aws.IPSet> & Tagged & { Id: string; ARN: string; Name: string; lock: string };

export type Scoped = Call<{ Scope?: string | undefined }>;
/** What guards CloudFront has no region, but is asked for in us-east-1. */
export const placeOf = (call: Call) =>
  (call.input as { Scope?: string }).Scope === "CLOUDFRONT" ? everywhere(call) : here(call);
export const missing = () =>
  new AwsFault(
    "WAFNonexistentItemException",
    "AWS WAF couldn’t perform the operation because your resource doesn’t exist.",
  );
export const acls = records<StoredAcl>("wafv2:web-acl", "Id", missing, placeOf);
export const sets = records<StoredSet>("wafv2:ip-set", "Id", missing, placeOf);
export const lockFault = () =>
  new AwsFault(
    "WAFOptimisticLockException",
    "AWS WAF couldn’t save your changes because someone changed the resource after you started to edit it. Reapply your changes.",
  );

export function arnOf(call: Scoped, kind: string, name: string, id: string): string {
  const isGlobal = call.input.Scope === "CLOUDFRONT";
  if (isGlobal && call.region !== "us-east-1")
    throw new AwsFault(
      "WAFInvalidParameterException",
      "Error reason: The scope is not valid., field: SCOPE_VALUE, parameter: CLOUDFRONT",
    );
  return `arn:${call.world.partition}:wafv2:${call.region}:${call.accountId}:${isGlobal ? "global" : "regional"}/${kind}/${name}/${id}`;
}

export const summary = ({
  Name,
  Id,
  ARN,
  lock,
  Description,
}: {
  Name: string;
  Id: string;
  ARN: string;
  lock: string;
  Description?: string | undefined;
}) => ({ Name, Id, ARN, LockToken: lock, Description: Description ?? "" });

/** The ACL of an ARN, wherever it is kept. */
export function byArn(call: Call, arn: string | undefined): StoredAcl {
  const scope = arn?.includes(":global/") ? "CLOUDFRONT" : "REGIONAL";
  return acls.need({ ...call, input: { Scope: scope } }, arn?.split("/").at(-1));
}
export const change = (call: Call, acl: StoredAcl, changes: Partial<StoredAcl>) =>
  acls.change(
    { ...call, input: { Scope: acl.ARN.includes(":global/") ? "CLOUDFRONT" : "REGIONAL" } },
    acl,
    changes,
  );

export function createAcl(call: Call<aws.CreateWebACLRequest>) {
  const { input } = call;
  const Name = input.Name ?? "";
  if (!/^[\w-]{1,128}$/.test(Name))
    throw new AwsFault(
      "WAFInvalidParameterException",
      `Error reason: The parameter contains formatting that is not valid., field: NAME, parameter: ${Name}`,
    );
  if (acls.list(call).some((each) => each.Name === Name))
    throw new AwsFault(
      "WAFDuplicateItemException",
      "AWS WAF couldn’t perform the operation because some resource in your request is a duplicate of an existing one.",
    );
  const Id = randomUUID();
  const acl = acls.put(call, {
    Id,
    Name,
    ARN: arnOf(call, "webacl", Name, Id),
    DefaultAction: input.DefaultAction as never,
    ...given(input, "Description"),
    Rules: (input.Rules ?? []) as never,
    VisibilityConfig: input.VisibilityConfig as never,
    Capacity: (input.Rules ?? []).length,
    ManagedByFirewallManager: false,
    LabelNamespace: `awswaf:${call.accountId}:webacl:${Name}:`,
    lock: randomUUID(),
    resources: [],
    tagMap: tagMapOf(input.Tags),
  });
  return { Summary: summary(acl) };
}

export function updateAcl(call: Call<aws.UpdateWebACLRequest>) {
  const acl = acls.need(call, call.input.Id);
  if (call.input.LockToken !== acl.lock) throw lockFault();
  const { lock } = acls.put(call, {
    ...acl,
    ...(given(call.input, "DefaultAction", "Rules", "Description", "VisibilityConfig") as Partial<StoredAcl>),
    lock: randomUUID(),
  } as StoredAcl);
  return { NextLockToken: lock };
}

export function deleteAcl(call: Call<aws.DeleteWebACLRequest>) {
  const acl = acls.need(call, call.input.Id);
  if (call.input.LockToken !== acl.lock) throw lockFault();
  if (acl.resources.length > 0)
    throw new AwsFault(
      "WAFAssociatedItemException",
      "AWS WAF couldn’t perform the operation because your resource is being used by another resource or it’s associated with another resource.",
    );
  acls.remove(call, acl);
  return {};
}

export const regional = (call: Call) => acls.list({ ...call, input: { Scope: "REGIONAL" } });

export function associate(call: Call<aws.AssociateWebACLRequest>) {
  const { WebACLArn, ResourceArn = "" } = call.input;
  const acl = byArn(call, WebACLArn);
  if (!/^arn:[\w-]+:(elasticloadbalancing|apigateway|appsync|cognito-idp|apprunner|ec2):/.test(ResourceArn))
    throw new AwsFault(
      "WAFInvalidParameterException",
      `Error reason: The ARN isn't valid., field: RESOURCE_ARN, parameter: ${ResourceArn}`,
    );
  const kept = call.world.collection(here(call), "elbv2:load-balancer");
  if (ResourceArn.includes(":elasticloadbalancing:") && !kept.get(ResourceArn))
    throw new AwsFault(
      "WAFUnavailableEntityException",
      "AWS WAF couldn’t retrieve the resource that you requested.",
    );
  disassociate(call);
  const current = byArn(call, acl.ARN);
  change(call, current, { resources: [...current.resources, ResourceArn] });
  return {};
}

export function disassociate(call: Call<{ ResourceArn?: string | undefined }>) {
  for (const acl of regional(call))
    if (acl.resources.includes(call.input.ResourceArn ?? ""))
      change(call, acl, { resources: acl.resources.filter((each) => each !== call.input.ResourceArn) });
  return {};
}
