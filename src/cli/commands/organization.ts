// `skywarden organization list|add|sync|remove` and `skywarden template`: onboarding from the terminal,
// through the API like everybody else.
import {
  createOrganization,
  getTemplate,
  listOrganizations,
  removeOrganization,
  syncOrganization,
  templateNames,
  validateOrganization,
} from "#contract/organization.ts";
import type { BodyOf, QueryOf } from "#contract/route.ts";
import { StartRefused } from "#model/problem.ts";
import { callApi } from "../api-client.ts";
import { atServer, type RemoteOptions } from "../remote.ts";
import { print, table } from "../table.ts";

interface Asked extends RemoteOptions {
  json: boolean;
}

export async function listConnected(options: Asked): Promise<void> {
  const page = await atServer(options, (address) => callApi(address, listOrganizations));
  print(options.json, page, () =>
    table(page.items, [
      ["id", (organization) => organization.id],
      ["nickname", (organization) => organization.nickname],
      ["aws", (organization) => organization.awsOrganizationId],
      ["accounts", (organization) => organization.accountCounts.total],
      ["included", (organization) => organization.accountCounts.included],
      ["sync", (organization) => organization.sync.state],
      ["next sync", (organization) => organization.sync.nextAt ?? ""],
    ]),
  );
}

export interface AddOptions extends Asked {
  nickname: string;
  organizationRole: string;
  memberRole: string;
  excludePrefix?: string[];
  unit?: string[];
  autoBadge: boolean;
  autoRemoveSuspended: boolean;
  syncInterval: number;
  dryRun: boolean;
}

export async function addOrganization(options: AddOptions): Promise<void> {
  const body: BodyOf<typeof createOrganization> = {
    provider: "aws",
    nickname: options.nickname,
    organizationRole: { arn: options.organizationRole },
    memberRole: { arn: options.memberRole },
    autoBadge: options.autoBadge,
    autoRemoveSuspended: options.autoRemoveSuspended,
    excludedNamePrefixes: options.excludePrefix ?? [],
    includedOrganizationalUnits: options.unit ?? [],
    syncIntervalMinutes: options.syncInterval,
  };
  if (!options.dryRun) {
    const created = await atServer(options, (address) => callApi(address, createOrganization, { body }));
    print(
      options.json,
      created,
      () =>
        `${created.nickname} (${created.awsOrganizationId}) is connected as ${created.id}; its sync has begun.\n`,
    );
    return;
  }
  const checked = await atServer(options, (address) => callApi(address, validateOrganization, { body }));
  print(options.json, checked, () => {
    const rows = table(checked.checks, [
      ["check", (check) => check.name],
      ["outcome", (check) => check.outcome],
      ["detail", (check) => check.detail],
    ]);
    const { preview } = checked;
    return preview
      ? `${rows}${preview.included} of ${preview.accounts} accounts would be connected.\n`
      : rows;
  });
  if (!checked.ok) process.exitCode = 1;
}

interface SyncOptions extends Asked {
  confirm: boolean;
  account?: string;
  unit?: string;
}

export async function syncNow(id: string, options: SyncOptions): Promise<void> {
  const query = {
    ...(options.confirm ? { confirm: true } : {}),
    ...(options.account === undefined ? {} : { accountId: options.account }),
    ...(options.unit === undefined ? {} : { organizationalUnitId: options.unit }),
  };
  const answer = await atServer(options, (address) =>
    callApi(address, syncOrganization, { params: { id }, query }),
  );
  print(options.json, answer, () => `The sync has begun as ${answer.jobId}.\n`);
}

/** Tells what would go; --yes does it. */
export async function remove(id: string, options: Asked & { yes: boolean }): Promise<void> {
  const query = { preview: !options.yes };
  const answer = await atServer(options, (address) =>
    callApi(address, removeOrganization, { params: { id }, query }),
  );
  const { clouds, resources, findings, removed } = answer;
  const what = `${clouds} clouds with ${resources} resources and ${findings} findings`;
  print(options.json, answer, () =>
    removed ? `Disconnected: ${what}.\n` : `Would disconnect ${what}. Repeat with --yes to do it.\n`,
  );
}

export async function template(
  name: string,
  options: RemoteOptions & QueryOf<typeof getTemplate>,
): Promise<void> {
  const known = templateNames.find((candidate) => candidate === name);
  if (!known) throw new StartRefused(`There is no template ${name}; there are ${templateNames.join(", ")}.`);
  const { url, apiKey, ...query } = options;
  const text = await atServer({ url, apiKey }, (address) =>
    callApi(address, getTemplate, { params: { name: known }, query }),
  );
  process.stdout.write(text as string);
}
