// Keeps what is on the screen true: server-sent events say what changed, polling is the net below them.
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import type * as activity from "#contract/activity.ts";
import type * as cloud from "#contract/cloud.ts";
import type * as cloudProblem from "#contract/cloud-problem.ts";
import type * as cloudRole from "#contract/cloud-role.ts";
import type * as inventory from "#contract/inventory.ts";
import type * as organization from "#contract/organization.ts";
import { openStream } from "./stream.ts";

const pollMs = 15_000;
/** An event of a busy harvest comes many times a second; each kind refreshes at most this often. */
const calmMs = 2_000;
/** A list scrolled further than this is not read again under the reader's eyes. */
const maxLivePages = 2;

/** Routes have the names of their exports (a test of the contract); as names only they cost no page their schemas. */
type RouteName = keyof (typeof activity &
  typeof cloud &
  typeof cloudProblem &
  typeof cloudRole &
  typeof inventory &
  typeof organization);

const readsOf: Record<string, RouteName[]> = {
  job: ["listJobs"],
  cloud: [
    ...(["listClouds", "getCloud", "getHarvest", "listCloudProblems", "listStatusHistory"] as const),
    ...(["listOrganizations", "getOrganization", "getCloudRole", "getOrganizationRoles"] as const),
  ],
  finding: ["listFindings", "listInsights", "listFrameworks", "getResource"],
  summary: ["getSummary", "listResourceTypes", "listResources"],
};

function refresh(client: QueryClient, kind: string): void {
  const names = new Set<string>(readsOf[kind]);
  void client.invalidateQueries({
    predicate: ({ queryKey, state }) => {
      const pages = (state.data as { pages?: unknown[] } | undefined)?.pages?.length ?? 0;
      return names.has(String(queryKey[0])) && pages <= maxLivePages;
    },
  });
}

export function useLive(isSignedIn: boolean): void {
  const client = useQueryClient();
  useEffect(() => {
    if (!isSignedIn) return;
    const waiting = new Map<string, ReturnType<typeof setTimeout>>();
    const soon = (kind: string) => {
      if (waiting.has(kind)) return;
      const timer = setTimeout(() => {
        waiting.delete(kind);
        if (document.visibilityState === "visible") refresh(client, kind);
      }, calmMs);
      waiting.set(kind, timer);
    };
    const stream = openStream(Object.keys(readsOf), soon);
    const poll = setInterval(() => {
      for (const kind of stream.isOpen() ? ["job", "summary"] : Object.keys(readsOf)) soon(kind);
    }, pollMs);
    return () => {
      stream.close();
      clearInterval(poll);
      for (const timer of waiting.values()) clearTimeout(timer);
    };
  }, [client, isSignedIn]);
}
