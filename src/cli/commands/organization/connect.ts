// Connecting through the API: the form from the options, its checks in words, and the organization once they pass.
import { createOrganization, listOrganizations, validateOrganization } from "#contract/organization.ts";
import type { BodyOf, ResponseOf } from "#contract/route.ts";
import { type ApiAddress, callApi } from "../../api-client.ts";
import { table } from "../../table.ts";
import type { AddOptions } from "./add-options.ts";

export type Form = BodyOf<typeof createOrganization>;
export type Validation = ResponseOf<typeof validateOrganization>;
export type Organization = ResponseOf<typeof createOrganization>;

export function formOf(options: AddOptions, roles: { organizationRole: string; memberRole: string }): Form {
  return {
    provider: "aws",
    nickname: options.nickname,
    organizationRole: { arn: roles.organizationRole },
    memberRole: { arn: roles.memberRole },
    autoBadge: options.autoBadge,
    autoRemoveSuspended: options.autoRemoveSuspended,
    excludedNamePrefixes: options.excludePrefix ?? [],
    includedOrganizationalUnits: options.unit ?? [],
  };
}

export function checksText({ checks, preview }: Validation): string {
  const rows = table(checks, [
    ["check", (check) => check.name],
    ["outcome", (check) => check.outcome],
    ["detail", (check) => check.detail],
  ]);
  return preview ? `${rows}${preview.included} of ${preview.accounts} accounts would be connected.\n` : rows;
}

export function connectedText({ nickname, awsOrganizationId, id }: Organization): string {
  return `${nickname} (${awsOrganizationId}) is connected as ${id}; its sync has begun.\n`;
}

/** Of this tenant. */
export async function findConnected(
  address: ApiAddress,
  awsOrganizationId: string,
): Promise<Organization | null> {
  const { items } = await callApi(address, listOrganizations, { query: { limit: 1000 } });
  return items.find((organization) => organization.awsOrganizationId === awsOrganizationId) ?? null;
}

const patienceMs = 90_000;

/** A role that was made a moment ago is not known everywhere at once. */
export async function validateFresh(address: ApiAddress, body: Form): Promise<Validation> {
  const deadline = Date.now() + patienceMs;
  for (let waitMs = 1_000; ; waitMs = Math.min(10_000, waitMs * 2)) {
    const checked = await callApi(address, validateOrganization, { body });
    const failed = checked.checks.filter(({ outcome }) => outcome === "fail").map(({ name }) => name);
    const mayHeal = failed.length > 0 && failed.every((name) => healing.has(name));
    if (checked.ok || !mayHeal || Date.now() + waitMs > deadline) return checked;
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
}

const healing: ReadonlySet<string> = new Set(["assume-organization-role", "organization-read", "simulate"]);

export async function create(address: ApiAddress, body: Form): Promise<Organization> {
  return callApi(address, createOrganization, { body });
}
