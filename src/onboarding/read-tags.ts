// Account tags: 100 accounts a call by the tagging API, or one account a call.
import type { Tag } from "#model/resource.ts";
import { ask, gather, type OrganizationReader, pagesOf, type Reading } from "./organization-reader.ts";

interface TagShape {
  Key?: string;
  Value?: string;
}

export type TagPage = Reading<Map<string, Tag[]>>;

/** Tags of all accounts that have any, a page at a time; accounts never tagged are in none. */
export async function* accountTagPages(reader: OrganizationReader): AsyncGenerator<TagPage> {
  type Output = {
    ResourceTagMappingList?: { ResourceARN?: string; Tags?: TagShape[] }[];
    PaginationToken?: string;
  };
  let token: string | undefined;
  do {
    const page = await ask<Output>(reader, "resource-groups-tagging-api", "GetResources", {
      ResourceTypeFilters: ["organizations:account"],
      ResourcesPerPage: 100,
      ...(token ? { PaginationToken: token } : {}),
    });
    if (!page.ok) return yield page;
    const tags = (page.value.ResourceTagMappingList ?? []).map(
      ({ ResourceARN, Tags }) => [ResourceARN?.split("/").at(-1) ?? "", tagsOf(Tags)] as const,
    );
    yield { ok: true, value: new Map(tags.filter(([accountId]) => accountId !== "")) };
    if (page.value.PaginationToken === token) return;
    token = page.value.PaginationToken;
  } while (token);
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
