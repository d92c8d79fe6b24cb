// `skywarden clouds badges|problems|change|remove`: work on clouds from the terminal, through the API like everybody
// else. What an organization manages is refused there, with the place where it is done instead.
import { readFile } from "node:fs/promises";
import { text as textOf } from "node:stream/consumers";
import { exportBadges, importBadges } from "#contract/badge.ts";
import { getCloud, listClouds, removeCloud } from "#contract/cloud.ts";
import { listCloudProblems } from "#contract/cloud-problem.ts";
import type { BodyOf, QueryOf, ResponseOf } from "#contract/route.ts";
import { changeCloud } from "#contract/single-cloud.ts";
import { StartRefused } from "#model/problem.ts";
import { type ApiAddress, callApi } from "../api-client.ts";
import { atServer, type RemoteOptions } from "../remote.ts";
import { print, table } from "../table.ts";

interface Asked extends RemoteOptions {
  json: boolean;
}

type BadgeFilter = QueryOf<typeof exportBadges>;

export async function writeBadges({ url, apiKey, ...query }: RemoteOptions & BadgeFilter): Promise<void> {
  const csv = await atServer({ url, apiKey }, (address) => callApi(address, exportBadges, { query }));
  process.stdout.write(csv);
}

type Imported = ResponseOf<typeof importBadges>;

/** Tells what would change; --yes does it. Exit code 1 if rows are refused. */
export async function readBadges(file: string, options: Asked & { yes: boolean }): Promise<void> {
  const csv = file === "-" ? await textOf(process.stdin) : await fileText(file);
  const told = await atServer(options, (address) =>
    callApi(address, importBadges, { query: { apply: options.yes }, body: { csv } }),
  );
  print(options.json, told, () => importText(told));
  if (told.refused.length > 0) process.exitCode = 1;
}

async function fileText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    const { code } = cause as { code?: string };
    throw new StartRefused(`${path} cannot be read (${code ?? "unknown error"}).`, 2, cause);
  }
}

function importText(told: Imported): string {
  const changes = table(told.changes, [
    ["line", (change) => change.line],
    ["account", (change) => change.accountId],
    ["name", (change) => change.cloudName],
    ["key", (change) => change.key],
    ["from", (change) => change.from ?? "-"],
    ["to", (change) => change.to ?? "(removed)"],
  ]);
  const refused = table(told.refused, [
    ["line", (row) => row.line],
    ["cloud", (row) => row.cloud],
    ["key", (row) => row.key],
    ["refused because", (row) => row.reason],
  ]);
  const { added, changed, removed, clouds, unchanged } = told;
  const counts = `${added} added, ${changed} changed, ${removed} removed on ${clouds} clouds; ${unchanged} as they are, ${told.refused.length} refused.`;
  const next = told.applied || told.changes.length === 0 ? "" : " Repeat with --yes to do it.";
  return [
    told.changes.length > 0 ? changes : "",
    told.refused.length > 0 ? refused : "",
    `${told.applied ? "Done: " : "Would be: "}${counts}${next}\n`,
  ].join("");
}

export async function problems({
  json,
  url,
  apiKey,
  ...query
}: Asked & QueryOf<typeof listCloudProblems>): Promise<void> {
  const told = await atServer({ url, apiKey }, (address) => callApi(address, listCloudProblems, { query }));
  print(json, told, () => {
    if (told.items.length === 0) return "No cloud has a problem.\n";
    return told.items
      .map(({ clouds, title, repair }) => {
        const steps = repair.steps.map((step, at) => `  ${at + 1}. ${step}\n`).join("");
        const commands = repair.commands.map(({ label, text }) => `  # ${label}\n  ${text}\n`).join("");
        return `${clouds} ${clouds === 1 ? "cloud" : "clouds"}: ${title}\n${steps}${commands}`;
      })
      .join("\n");
  });
}

/** By its id, or by the account's. */
async function findCloud(address: ApiAddress, named: string) {
  const query = { q: named, limit: 10 };
  const { items } = await callApi(address, listClouds, { query });
  const cloud = items.find(({ accountId }) => accountId === named);
  return cloud ?? callApi(address, getCloud, { params: { id: named } });
}

interface Change extends Asked {
  name?: string;
  pause?: boolean;
  resume?: boolean;
  roleArn?: string;
  sessionName?: string;
  durationSeconds?: number;
  externalId?: string;
}

export async function change(named: string, options: Change): Promise<void> {
  const { json, url, apiKey, pause, resume, ...asked } = options;
  if (pause && resume) throw new StartRefused("Give --pause or --resume, not both.");
  const body: BodyOf<typeof changeCloud> = {
    ...asked,
    ...(pause || resume ? { paused: pause === true } : {}),
  };
  if (Object.keys(body).length === 0) throw new StartRefused("Say what to change; --help lists it.");
  const changed = await atServer({ url, apiKey }, async (address) => {
    const { id } = await findCloud(address, named);
    return callApi(address, changeCloud, { params: { id }, body });
  });
  print(json, changed, () => `${changed.name} (${changed.accountId}) is changed; ${changed.status.state}.\n`);
}

/** Tells what would go; --yes does it. */
export async function remove(named: string, options: Asked & { yes: boolean }): Promise<void> {
  const cloud = await atServer(options, async (address) => {
    const found = await findCloud(address, named);
    if (options.yes) await callApi(address, removeCloud, { params: { id: found.id } });
    return found;
  });
  const { name, accountId, resourceCount } = cloud;
  const what = `${name} (${accountId}) with ${resourceCount} resources`;
  print(options.json, { id: cloud.id, accountId, removed: options.yes }, () =>
    options.yes ? `Being removed: ${what}.\n` : `Would remove ${what}. Repeat with --yes to do it.\n`,
  );
}
