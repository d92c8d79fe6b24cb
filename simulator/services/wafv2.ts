// WAF v2: web ACLs and IP sets under a lock token, what they guard, and their logs. No request is ever inspected.
import { randomUUID } from "node:crypto";
import type * as aws from "@aws-sdk/client-wafv2";
import { AwsFault, type Call, type ServiceDefinition } from "../operation.ts";
import type { Stored } from "../stored.ts";
import { pageAs, permissionsOn, taggedAmong, tagListOf, tagMapOf, tagOperations } from "./records.ts";
import {
  acls,
  arnOf,
  associate,
  byArn,
  change,
  createAcl,
  deleteAcl,
  disassociate,
  lockFault,
  missing,
  regional,
  sets,
  summary,
  updateAcl,
} from "./wafv2/web-acl.ts";

const paging = {
  limit: "Limit",
  token: "NextMarker",
  standard: 100,
  most: 100,
  code: "WAFInvalidParameterException",
};
function putLogging(call: Call<aws.PutLoggingConfigurationRequest>) {
  const logging = call.input.LoggingConfiguration as Stored<aws.LoggingConfiguration>;
  const acl = byArn(call, logging.ResourceArn);
  const name = logging.LogDestinationConfigs?.[0]?.split(/:::|log-group:|deliverystream\//)[1] ?? "";
  if (!name.startsWith("aws-waf-logs-"))
    throw new AwsFault(
      "WAFInvalidParameterException",
      "Error reason: The ARN isn't valid. A valid ARN begins with arn: and includes other information separated by colons or slashes., field: LOG_DESTINATION",
    );
  change(call, acl, { logging });
  return { LoggingConfiguration: logging };
}

function loggingOf(call: Call<{ ResourceArn?: string | undefined }>): Stored<aws.LoggingConfiguration> {
  const { logging } = byArn(call, call.input.ResourceArn);
  if (!logging) throw missing();
  return logging;
}

function createSet(call: Call<aws.CreateIPSetRequest>) {
  const { Name = "", IPAddressVersion, Addresses = [], Tags } = call.input;
  if (sets.list(call).some((each) => each.Name === Name))
    throw new AwsFault(
      "WAFDuplicateItemException",
      "AWS WAF couldn’t perform the operation because some resource in your request is a duplicate of an existing one.",
    );
  const Id = randomUUID();
  return {
    Summary: summary(
      sets.put(call, {
        Id,
        Name,
        ARN: arnOf(call, "ipset", Name, Id),
        IPAddressVersion,
        Addresses,
        lock: randomUUID(),
        tagMap: tagMapOf(Tags),
      }),
    ),
  };
}

const changing = (call: Call<{ Id?: string | undefined; LockToken?: string | undefined }>) => {
  const found = sets.need(call, call.input.Id);
  if (call.input.LockToken !== found.lock) throw lockFault();
  return found;
};

function tagged(call: Call, arn: string) {
  const scoped = {
    ...call,
    input: { ...(call.input as object), Scope: arn.includes(":global/") ? "CLOUDFRONT" : "REGIONAL" },
  };
  return taggedAmong([acls as never, sets as never], "ARN", missing)(scoped, arn);
}

const onArn = "AssociateWebACL".split(" ");

export const wafv2: ServiceDefinition = {
  client: "wafv2",
  operations: {
    ListWebACLs: (call: Call<aws.ListWebACLsRequest>) =>
      pageAs(call, "WebACLs", acls.list(call).map(summary), paging),
    GetWebACL: (call: Call<aws.GetWebACLRequest>) => {
      const acl = call.input.ARN ? byArn(call, call.input.ARN) : acls.need(call, call.input.Id);
      return { WebACL: acl, LockToken: acl.lock };
    },
    CreateWebACL: createAcl,
    UpdateWebACL: updateAcl,
    DeleteWebACL: deleteAcl,
    AssociateWebACL: associate,
    DisassociateWebACL: disassociate,
    GetWebACLForResource: (call: Call<aws.GetWebACLForResourceRequest>) => {
      const WebACL = regional(call).find((each) => each.resources.includes(call.input.ResourceArn ?? ""));
      return WebACL ? { WebACL } : {};
    },
    ListResourcesForWebACL: (call: Call<aws.ListResourcesForWebACLRequest>) => ({
      ResourceArns: byArn(call, call.input.WebACLArn).resources,
    }),
    GetLoggingConfiguration: (call: Call<aws.GetLoggingConfigurationRequest>) => ({
      LoggingConfiguration: loggingOf(call),
    }),
    ListLoggingConfigurations: (call: Call<aws.ListLoggingConfigurationsRequest>) =>
      pageAs(
        call,
        "LoggingConfigurations",
        acls.list(call).flatMap((each) => each.logging ?? []),
        paging,
      ),
    PutLoggingConfiguration: putLogging,
    DeleteLoggingConfiguration: (call: Call<aws.DeleteLoggingConfigurationRequest>) => {
      loggingOf(call);
      const { logging: _, ...acl } = byArn(call, call.input.ResourceArn);
      acls.put({ ...call, input: { Scope: acl.ARN.includes(":global/") ? "CLOUDFRONT" : "REGIONAL" } }, acl);
      return {};
    },
    ListIPSets: (call: Call<aws.ListIPSetsRequest>) =>
      pageAs(call, "IPSets", sets.list(call).map(summary), paging),
    GetIPSet: (call: Call<aws.GetIPSetRequest>) => {
      const IPSet = sets.need(call, call.input.Id);
      return { IPSet, LockToken: IPSet.lock };
    },
    CreateIPSet: createSet,
    UpdateIPSet: (call: Call<aws.UpdateIPSetRequest>) => ({
      NextLockToken: sets.change(call, changing(call), {
        Addresses: call.input.Addresses ?? [],
        lock: randomUUID(),
      }).lock,
    }),
    DeleteIPSet: (call: Call<aws.DeleteIPSetRequest>) => {
      const found = changing(call);
      if (acls.list(call).some((acl) => JSON.stringify(acl.Rules).includes(found.ARN)))
        throw new AwsFault(
          "WAFAssociatedItemException",
          "AWS WAF couldn’t perform the operation because your resource is being used by another resource or it’s associated with another resource.",
        );
      sets.remove(call, found);
      return {};
    },
    ...tagOperations(
      { tag: "TagResource", untag: "UntagResource", arn: "ResourceARN", invalid: "WAFTagOperationException" },
      tagged,
    ),
    ListTagsForResource: (call: Call<aws.ListTagsForResourceRequest>) => {
      const { ResourceARN = "" } = call.input;
      return { TagInfoForResource: { ResourceARN, TagList: tagListOf(tagged(call, ResourceARN).tags) } };
    },
  },
  permissions: {
    ...permissionsOn("wafv2", onArn, (call: Call<{ WebACLArn: string }>) => call.input.WebACLArn),
    ...permissionsOn(
      "wafv2",
      ["TagResource", "UntagResource", "ListTagsForResource"],
      (call: Call<{ ResourceARN: string }>) => call.input.ResourceARN,
    ),
  },
};
