// The tags of trails: in a trail's home region only.
import type { AddTagsRequest, ListTagsRequest, RemoveTagsRequest } from "@aws-sdk/client-cloudtrail";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import { changeableTrail, needTrail, putTrail, type SeenTrail } from "./stored-trail.ts";

function taggedTrail(call: Call, arn: string): SeenTrail {
  if (!/^arn:[^:]+:cloudtrail:[^:]+:\d{12}:trail\/.+/.test(arn))
    throw new AwsFault("CloudTrailARNInvalidException", `Invalid trail ARN: ${arn}`);
  const found = needTrail(call, arn);
  if (found.trail.HomeRegion !== call.region)
    throw new AwsFault("TrailNotFoundException", `Unknown trail: ${arn} for the user: ${call.accountId}`);
  return found;
}

function listTags(call: Call<ListTagsRequest>) {
  const { ResourceIdList = [] } = call.input;
  if (ResourceIdList.length > 20)
    throw new AwsFault("InvalidParameterCombinationException", "At most 20 resources can be listed");
  return {
    ResourceTagList: ResourceIdList.map((arn) => {
      return { ResourceId: arn, TagsList: taggedTrail(call, arn).tags };
    }),
  };
}

function addTags(call: Call<AddTagsRequest>) {
  const { ResourceId = "", TagsList = [] } = call.input;
  const { tags } = taggedTrail(call, ResourceId);
  const added = TagsList.map(({ Key = "", Value = "" }) => ({ Key, Value }));
  const all = [...tags.filter((tag) => !added.some((each) => each.Key === tag.Key)), ...added];
  if (all.length > 50) throw new AwsFault("TagsLimitExceededException", "A trail has at most 50 tags.");
  putTrail(call, { ...changeableTrail(call, ResourceId), tags: all });
  return {};
}

function removeTags(call: Call<RemoveTagsRequest>) {
  const { ResourceId = "", TagsList = [] } = call.input;
  const { tags } = taggedTrail(call, ResourceId);
  const left = tags.filter((tag) => !TagsList.some((each) => each.Key === tag.Key));
  putTrail(call, { ...changeableTrail(call, ResourceId), tags: left });
  return {};
}

export const trailTagOperations: Record<string, Operation> = {
  ListTags: listTags,
  AddTags: addTags,
  RemoveTags: removeTags,
};
