// The Resource Groups Tagging API: reads and writes the tags of what other services keep. A resource that
// never had a tag is absent.
import type {
  GetResourcesInput,
  TagResourcesInput,
  UntagResourcesInput,
} from "@aws-sdk/client-resource-groups-tagging-api";
import { AwsFault, type Call, type ServiceDefinition } from "../operation.ts";
import { page } from "../paging.ts";
import { type Lister, listers } from "./tagging/listers.ts";
import { type Failure, failureOf } from "./tagging/writers.ts";

/** "ec2" means all its types. */
function listersFor(types: string[] | undefined): Lister[] {
  if (!types?.length) return Object.values(listers);
  return types.flatMap((type) =>
    Object.entries(listers)
      .filter(([name]) => name === type || name.startsWith(`${type}:`))
      .map(([, lister]) => lister),
  );
}

function getResources(call: Call<GetResourcesInput>) {
  const {
    ResourceTypeFilters,
    ResourceARNList,
    TagFilters,
    ResourcesPerPage = 50,
    PaginationToken,
  } = call.input;
  if (ResourcesPerPage < 1 || ResourcesPerPage > 100)
    throw new AwsFault("InvalidParameterException", "ResourcesPerPage must be from 1 to 100");
  if (ResourceARNList?.length && ResourceTypeFilters?.length)
    throw new AwsFault(
      "InvalidParameterException",
      "ResourceARNList and ResourceTypeFilters cannot be used together",
    );
  const found = listersFor(ResourceTypeFilters)
    .flatMap((lister) => lister(call as unknown as Call))
    .filter((each) => each.Tags.length > 0)
    .filter((each) => !ResourceARNList?.length || ResourceARNList.includes(each.ResourceARN))
    .filter((each) =>
      (TagFilters ?? []).every(({ Key, Values }) =>
        each.Tags.some((tag) => tag.Key === Key && (!Values?.length || Values.includes(tag.Value))),
      ),
    );
  const { items, next } = page(found, ResourcesPerPage, PaginationToken, "PaginationTokenExpiredException");
  return { ResourceTagMappingList: items, PaginationToken: next ?? "" };
}

type Write = Parameters<typeof failureOf>[2];

async function writeEach(call: Call, arns: string[] | undefined, write: (arn: string) => Write) {
  if (!arns?.length || arns.length > 20)
    throw new AwsFault("InvalidParameterException", "ResourceARNList must hold 1 to 20 ARNs");
  const FailedResourcesMap: Record<string, Failure> = {};
  for (const arn of arns) {
    const failure = await failureOf(call, arn, write(arn));
    if (failure) FailedResourcesMap[arn] = failure;
  }
  return { FailedResourcesMap };
}

function tagResources(call: Call<TagResourcesInput>) {
  const { ResourceARNList, Tags } = call.input;
  const tags = Tags ?? {};
  if (Object.keys(tags).some((key) => key.toLowerCase().startsWith("aws:")))
    throw new AwsFault("InvalidParameterException", "Tag keys cannot start with aws:");
  return writeEach(call as Call, ResourceARNList, (arn) => (writer) => writer.tag(arn, tags));
}

function untagResources(call: Call<UntagResourcesInput>) {
  const { ResourceARNList, TagKeys = [] } = call.input;
  return writeEach(call as Call, ResourceARNList, (arn) => (writer) => writer.untag(arn, TagKeys));
}

export const tagging: ServiceDefinition = {
  client: "resource-groups-tagging-api",
  iamPrefix: "tag",
  operations: {
    GetResources: getResources,
    TagResources: tagResources,
    UntagResources: untagResources,
  },
};
