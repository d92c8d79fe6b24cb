// `skywarden clouds`, `resources`, `findings`: the API's lists on the terminal.
import { listClouds } from "#contract/cloud.ts";
import { listFindings, listResources } from "#contract/inventory.ts";
import type { QueryOf, ResponseOf } from "#contract/route.ts";
import { callApi } from "../api-client.ts";
import { atServer, type RemoteOptions } from "../remote.ts";
import { type Column, print, table } from "../table.ts";

interface Listing extends RemoteOptions {
  json: boolean;
}

type Cloud = ResponseOf<typeof listClouds>["items"][number];
type Resource = ResponseOf<typeof listResources>["items"][number];
type Finding = ResponseOf<typeof listFindings>["items"][number];

const cloudColumns: Column<Cloud>[] = [
  ["account", (cloud) => cloud.accountId],
  ["name", (cloud) => cloud.name],
  ["status", (cloud) => cloud.status.state],
  ["resources", (cloud) => cloud.resourceCount],
  ["critical", (cloud) => cloud.findingCounts.critical],
  ["high", (cloud) => cloud.findingCounts.high],
  ["path", (cloud) => cloud.organizationalPath],
];
const resourceColumns: Column<Resource>[] = [
  ["type", (resource) => resource.type],
  ["name", (resource) => resource.name ?? resource.nativeId],
  ["account", (resource) => resource.accountId],
  ["region", (resource) => resource.region],
  ["id", (resource) => resource.nativeId],
];
const findingColumns: Column<Finding>[] = [
  ["severity", (finding) => finding.severity],
  ["insight", (finding) => finding.insightId],
  ["resource", (finding) => finding.resourceName ?? finding.resourceNativeId],
  ["account", (finding) => finding.accountId],
  ["region", (finding) => finding.region],
  ["since", (finding) => finding.openedAt.slice(0, 10)],
];

export async function clouds(options: Listing & QueryOf<typeof listClouds>): Promise<void> {
  const { json, url, apiKey, ...query } = options;
  const page = await atServer({ url, apiKey }, (address) => callApi(address, listClouds, { query }));
  print(json, page, () => table(page.items, cloudColumns) + more(page));
}

export async function resources(options: Listing & QueryOf<typeof listResources>): Promise<void> {
  const { json, url, apiKey, ...query } = options;
  const page = await atServer({ url, apiKey }, (address) => callApi(address, listResources, { query }));
  print(json, page, () => table(page.items, resourceColumns) + more(page));
}

export async function findings(options: Listing & QueryOf<typeof listFindings>): Promise<void> {
  const { json, url, apiKey, ...query } = options;
  const page = await atServer({ url, apiKey }, (address) => callApi(address, listFindings, { query }));
  print(json, page, () => table(page.items, findingColumns) + more(page));
}

function more({ nextCursor }: { nextCursor: string | null }): string {
  return nextCursor === null ? "" : `There are more: --cursor ${nextCursor}\n`;
}
