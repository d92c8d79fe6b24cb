// How pages read from the server: one query key per route and input, kept fresh by live.ts.
import {
  type InfiniteData,
  QueryClient,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import type { ResponseOf, Route } from "#contract/route.ts";
import { getMe } from "#contract/session.ts";
import type { Permission } from "#model/permission.ts";
import { roleMay } from "#model/permission.ts";
import { CallFailed, type CallInput, call } from "./call.ts";

const isWorthRetrying = (error: Error) =>
  error instanceof CallFailed && (error.status === 0 || error.status >= 500);

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (count, error) => count < 2 && isWorthRetrying(error),
      retryDelay: (count) => 500 * 2 ** count,
    },
  },
});

interface ReadOptions {
  enabled?: boolean;
  refetchInterval?: number | false;
  keepPrevious?: boolean;
}

export function useRead<R extends Route>(route: R, input: CallInput<R>, options: ReadOptions = {}) {
  return useQuery<ResponseOf<R>, CallFailed>({
    queryKey: [route.name, input],
    queryFn: ({ signal }) => call(route, input, signal),
    enabled: options.enabled ?? true,
    refetchInterval: options.refetchInterval ?? false,
    ...(options.keepPrevious ? { placeholderData: (previous: ResponseOf<R> | undefined) => previous } : {}),
  });
}

export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
  total?: number;
}
type ItemOf<R> = ResponseOf<R> extends { items: (infer Item)[] } ? Item : never;

/** A cursor-paged list; pages are asked for one by one as the reader scrolls. */
export function usePages<R extends Route>(route: R, input: CallInput<R>, enabled = true) {
  return useInfiniteQuery<
    Page<ItemOf<R>>,
    CallFailed,
    InfiniteData<Page<ItemOf<R>>>,
    readonly unknown[],
    string | null
  >({
    queryKey: [route.name, input],
    queryFn: async ({ pageParam, signal }) => {
      const { query } = input as { query?: Record<string, unknown> };
      const paged = { ...input, query: { ...query, cursor: pageParam ?? undefined } } as CallInput<R>;
      return (await call(route, paged, signal)) as Page<ItemOf<R>>;
    },
    initialPageParam: null,
    getNextPageParam: (page) => page.nextCursor,
    enabled,
  });
}

/** A write; afterwards everything that the named routes had read is read again. */
export function useWrite<R extends Route>(route: R, touches: Route[]) {
  const client = useQueryClient();
  return useMutation<ResponseOf<R>, CallFailed, CallInput<R>>({
    mutationFn: (input) => call(route, input),
    onSuccess: () => Promise.all(touches.map((each) => client.invalidateQueries({ queryKey: [each.name] }))),
  });
}

export function useMe() {
  return useQuery<ResponseOf<typeof getMe>, CallFailed>({
    queryKey: [getMe.name],
    queryFn: ({ signal }) => call(getMe, {}, signal),
    staleTime: 60_000,
  });
}

/** Whether the signed-in person may do it; false while that is not known. */
export function useMay(permission: Permission): boolean {
  const me = useMe();
  return me.data ? roleMay(me.data.role, permission) : false;
}

/** What is said of the installation before anybody signs in. */
export function useInstallation() {
  return useQuery<{ simulated: boolean; version: string }, Error>({
    queryKey: ["healthz"],
    queryFn: async ({ signal }) => (await fetch("/healthz", { signal })).json(),
    staleTime: Number.POSITIVE_INFINITY,
  });
}
