// CloudFront: distributions by their configuration and ETag, origin access controls. Nothing is delivered; changes are deployed at once.
import type * as aws from "@aws-sdk/client-cloudfront";
import { AwsFault, type Call, type ServiceDefinition } from "../operation.ts";
import { page } from "../paging.ts";
import {
  controls,
  create,
  distribution,
  distributionArn,
  distributions,
  matching,
  needed,
  newId,
  remove,
  type StoredControl,
  type StoredDistribution,
  summary,
  update,
} from "./cloudfront/distribution.ts";
import { permissionsOn, tagListOf, tagMapOf } from "./records.ts";

function paged<T>(
  call: Call<{ Marker?: string | undefined; MaxItems?: number | string | undefined }>,
  items: T[],
) {
  const MaxItems = Math.min(Number(call.input.MaxItems ?? 100), 100);
  const { items: Items, next } = page(items, MaxItems, call.input.Marker, "InvalidArgument");
  return {
    Marker: call.input.Marker ?? "",
    MaxItems,
    IsTruncated: next !== undefined,
    Quantity: Items.length,
    Items,
    ...(next ? { NextMarker: next } : {}),
  };
}

function removeControl(call: Call<aws.DeleteOriginAccessControlRequest>) {
  const control = matching(controls.need(call, call.input.Id), call.input.IfMatch);
  const isUsed = distributions
    .list(call)
    .some((each) =>
      each.DistributionConfig.Origins?.Items?.some((origin) => origin.OriginAccessControlId === control.Id),
    );
  if (isUsed)
    throw new AwsFault(
      "OriginAccessControlInUse",
      "Cannot delete the origin access control because it's in use by one or more distributions.",
      409,
    );
  controls.remove(call, control);
  return {};
}

type TagCall = Call<{ Resource?: string | undefined }>;
function tagged(call: TagCall): StoredDistribution {
  const found = distributions.list(call).find((each) => each.ARN === call.input.Resource);
  if (!found) throw new AwsFault("NoSuchResource", "A resource that was specified is not valid.", 404);
  return found;
}

export const cloudfront: ServiceDefinition = {
  client: "cloudfront",
  operations: {
    ListDistributions: (call: Call<aws.ListDistributionsRequest>) => ({
      DistributionList: paged(call, distributions.list(call).map(summary)),
    }),
    GetDistribution: (call: Call<aws.GetDistributionRequest>) => ({
      Distribution: distribution(needed(call)),
      ETag: needed(call).ETag,
    }),
    GetDistributionConfig: (call: Call<aws.GetDistributionConfigRequest>) => {
      const { DistributionConfig, ETag } = needed(call);
      return { DistributionConfig, ETag };
    },
    CreateDistribution: (call: Call<aws.CreateDistributionRequest>) =>
      create(call, call.input.DistributionConfig, undefined),
    CreateDistributionWithTags: (call: Call<aws.CreateDistributionWithTagsRequest>) => {
      const { DistributionConfig, Tags } = call.input.DistributionConfigWithTags ?? {};
      return create(call, DistributionConfig, Tags?.Items);
    },
    UpdateDistribution: update,
    DeleteDistribution: remove,
    ListOriginAccessControls: (call: Call<aws.ListOriginAccessControlsRequest>) => ({
      OriginAccessControlList: paged(
        call,
        controls
          .list(call)
          .map(({ Id, OriginAccessControlConfig }) => ({ Id, ...OriginAccessControlConfig })),
      ),
    }),
    GetOriginAccessControl: (call: Call<aws.GetOriginAccessControlRequest>) => {
      const { ETag, ...OriginAccessControl } = controls.need(call, call.input.Id);
      return { OriginAccessControl, ETag };
    },
    CreateOriginAccessControl: (call: Call<aws.CreateOriginAccessControlRequest>) => {
      const config = call.input.OriginAccessControlConfig as StoredControl["OriginAccessControlConfig"];
      if (controls.list(call).some((each) => each.OriginAccessControlConfig.Name === config.Name))
        throw new AwsFault(
          "OriginAccessControlAlreadyExists",
          "An origin access control with the specified name already exists.",
          409,
        );
      const { ETag, ...OriginAccessControl } = controls.put(call, {
        Id: newId(),
        ETag: newId(),
        OriginAccessControlConfig: config,
      });
      return {
        OriginAccessControl,
        ETag,
        Location: `https://cloudfront.amazonaws.com/2020-05-31/origin-access-control/${OriginAccessControl.Id}`,
      };
    },
    DeleteOriginAccessControl: removeControl,
    ListTagsForResource: (call: TagCall) => ({ Tags: { Items: tagListOf(tagged(call).tagMap) } }),
    TagResource: (call: Call<aws.TagResourceRequest>) => {
      const found = tagged(call);
      distributions.change(call, found, { tagMap: { ...found.tagMap, ...tagMapOf(call.input.Tags?.Items) } });
      return {};
    },
    UntagResource: (call: Call<aws.UntagResourceRequest>) => {
      const found = tagged(call);
      const left = Object.entries(found.tagMap).filter(([key]) => !call.input.TagKeys?.Items?.includes(key));
      distributions.change(call, found, { tagMap: Object.fromEntries(left) });
      return {};
    },
  },
  permissions: {
    ...permissionsOn(
      "cloudfront",
      ["GetDistribution", "GetDistributionConfig", "UpdateDistribution", "DeleteDistribution"],
      (call: Call<{ Id: string }>) => distributionArn(call, call.input.Id),
    ),
    ...permissionsOn(
      "cloudfront",
      ["ListTagsForResource", "TagResource", "UntagResource"],
      (call: Call<{ Resource: string }>) => call.input.Resource,
    ),
    CreateDistributionWithTags: (call) => [
      { action: "cloudfront:CreateDistribution", resource: distributionArn(call, "*") },
      { action: "cloudfront:TagResource", resource: distributionArn(call, "*") },
    ],
  },
};
