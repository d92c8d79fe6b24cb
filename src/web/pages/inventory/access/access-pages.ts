// Effective access is judged so many users and roles at a time; the reader asks for more of them.
import { type InfiniteData, useInfiniteQuery } from "@tanstack/react-query";
import type { getResourceAccess } from "#contract/access.ts";
import type { ResponseOf } from "#contract/route.ts";
import { type CallFailed, call } from "../../../call.ts";

type Access = ResponseOf<typeof getResourceAccess>;

export function useAccessPages(route: typeof getResourceAccess, id: string) {
  return useInfiniteQuery<Access, CallFailed, InfiniteData<Access>, readonly unknown[], string | null>({
    queryKey: [route.name, id],
    queryFn: ({ pageParam, signal }) =>
      call(route, { params: { id }, query: { cursor: pageParam ?? undefined } }, signal),
    initialPageParam: null,
    getNextPageParam: (page) => page.nextCursor,
  });
}
