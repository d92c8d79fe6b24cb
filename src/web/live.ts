// Keeps what is on the screen true: server-sent events say what changed, polling is the net below them.
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { getSummary, listJobs } from "#contract/activity.ts";
import { getCloud, getHarvest, listClouds } from "#contract/cloud.ts";
import { listCloudProblems, listStatusHistory } from "#contract/cloud-problem.ts";
import { getCloudRole, getOrganizationRoles } from "#contract/cloud-role.ts";
import {
  getResource,
  listFindings,
  listFrameworks,
  listInsights,
  listResources,
  listResourceTypes,
} from "#contract/inventory.ts";
import { getOrganization, listOrganizations } from "#contract/organization.ts";
import { openStream } from "./stream.ts";

const pollMs = 15_000;
/** An event of a busy harvest comes many times a second; each kind refreshes at most this often. */
const calmMs = 2_000;
/** A list scrolled further than this is not read again under the reader's eyes. */
const maxLivePages = 2;

const readsOf: Record<string, string[]> = {
  job: [listJobs.name],
  cloud: [
    ...[listClouds, getCloud, getHarvest, listCloudProblems, listStatusHistory],
    ...[listOrganizations, getOrganization, getCloudRole, getOrganizationRoles],
  ].map((route) => route.name),
  finding: [listFindings, listInsights, listFrameworks, getResource].map((route) => route.name),
  summary: [getSummary, listResourceTypes, listResources].map((route) => route.name),
};

function refresh(client: QueryClient, kind: string): void {
  const names = new Set(readsOf[kind]);
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
