// Pages of a harvested account made into pages of a larger one: each listed resource several times
// under ids of its own, edges between the copies of one set.
import type { ScopePage } from "#harvest/collect.ts";
import type { HarvestedResource } from "#model/resource.ts";

/** `accountId` takes the place of the account that was read. */
export function multiplyPages(
  pages: readonly ScopePage[],
  from: string,
  accountId: string,
  copies: number,
): ScopePage[] {
  const all = pages.flatMap((page) => page.resources);
  // Longest first, so that an id which is the beginning of another does not spoil it.
  const ids = all
    .filter((one) => !isSingleton(one, from))
    .map((one) => one.nativeId)
    .sort((a, b) => b.length - a.length);
  const pattern = new RegExp(ids.map((id) => id.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&")).join("|"), "g");
  const copyOf = (one: HarvestedResource, copy: number): HarvestedResource => {
    const text = JSON.stringify(one);
    const renamed = copy === 0 ? text : text.replace(pattern, (id) => `${id}-${copy}`);
    return JSON.parse(renamed.replaceAll(from, accountId));
  };
  return pages.map((page) => ({
    ...page,
    resources: page.resources.flatMap((one) =>
      Array.from({ length: isSingleton(one, from) ? 1 : copies }, (_, copy) => copyOf(one, copy)),
    ),
  }));
}

function isSingleton({ type, nativeId, keyRegion }: HarvestedResource, accountId: string): boolean {
  return nativeId === accountId || nativeId === keyRegion || type.endsWith("settings");
}
