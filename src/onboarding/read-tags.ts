// Account tags: 100 accounts a call by the tagging API, or one account a call.
import type { Tag } from "#model/resource.ts";
import { ask, gather, type OrganizationReader, pagesOf, type Reading } from "./organization-reader.ts";

interface TagShape {
  Key?: string;
  Value?: string;
}

/** Tags of all accounts that have any; accounts never tagged are absent from it. */
export async function readAccountTags(reader: OrganizationReader): Promise<Reading<Map<string, Tag[]>>> {
  type Output = {
    ResourceTagMappingList?: { ResourceARN?: string; Tags?: TagShape[] }[];
    PaginationToken?: string;
  };
  const tags = new Map<string, Tag[]>();
  let token: string | undefined;
  do {
    const page = await ask<Output>(reader, "resource-groups-tagging-api", "GetResources", {
      ResourceTypeFilters: ["organizations:account"],
      ResourcesPerPage: 100,
      ...(token ? { PaginationToken: token } : {}),
    });
    if (!page.ok) return page;
    for (const { ResourceARN, Tags } of page.value.ResourceTagMappingList ?? []) {
      const accountId = ResourceARN?.split("/").at(-1);
      if (accountId) tags.set(accountId, tagsOf(Tags));
    }
    if (page.value.PaginationToken === token) break;
    token = page.value.PaginationToken;
  } while (token);
  return { ok: true, value: tags };
}

export function readTagsOf(reader: OrganizationReader, accountId: string): Promise<Reading<Tag[]>> {
  type Output = { Tags?: TagShape[]; NextToken?: string };
  const pages = pagesOf<Output>(reader, "ListTagsForResource", { ResourceId: accountId });
  return gather(pages, ({ Tags }) => tagsOf(Tags));
}

function tagsOf(tags: TagShape[] | undefined): Tag[] {
  return (tags ?? []).flatMap(({ Key, Value }) =>
    Key === undefined ? [] : [{ key: Key, value: Value ?? "" }],
  );
}
