// The roles that clouds are reached by.
import type * as contract from "#contract/cloud-role.ts";
import { Problem } from "#model/problem.ts";
import { upkeepParts } from "#onboarding/role-upkeep.ts";
import { shownLack, shownRole, shownTemplate } from "#onboarding/role-view.ts";
import { lockCloudRow } from "#store/cloud-changes.ts";
import type { TenantTx } from "#store/open.ts";
import { organizationRevision } from "#store/revision.ts";
import {
  acceptDifferences,
  readOrganizationRole,
  readOrganizationRoles,
  readRoleInspection,
} from "#store/role-inspections.ts";
import { audit, type Context, found, inTenant, type RouteFunction } from "../context.ts";
import { readCloud } from "./clouds.ts";

export const getCloudRole: RouteFunction<typeof contract.getCloudRole> = async (context) =>
  answerOf(context, await inTenant(context, (tx) => readRole(context, tx)));

type Asked = Pick<Context, "parts" | "caller"> & { params: { id: string } };

async function readRole(context: Asked, tx: TenantTx) {
  const { id } = context.params;
  const { accountId, organizationId } = await readCloud(context, tx, id);
  return { accountId, organizationId, inspection: await readRoleInspection(tx, id) };
}

async function answerOf({ parts, caller }: Asked, read: Awaited<ReturnType<typeof readRole>>) {
  const { accountId, organizationId, inspection } = read;
  const organization =
    organizationId === null ? null : await parts.onboarding.organization(caller.tenantId, organizationId);
  const isMember = organization !== null && organization.managementAccountId !== accountId;
  const use = isMember ? "member" : "own-stack";
  if (inspection) return { role: await shownRole(parts.catalog, inspection, use), note: null };
  const note =
    "The role was not looked at yet. That happens when it is first assumed; a cloud that is reached by an access key has none.";
  return { role: null, note };
}

export const acceptRoleDrift: RouteFunction<typeof contract.acceptRoleDrift> = async (context) => {
  const { differences } = context.body;
  const read = await inTenant(context, async (tx) => {
    const { id } = context.params;
    found(await lockCloudRow(tx, id), "cloud");
    const { inspection } = await readRole(context, tx);
    const known = inspection?.differences.map(({ text }) => text) ?? [];
    const errors = differences.flatMap((text, i) =>
      known.includes(text)
        ? []
        : [
            {
              path: `/differences/${i}`,
              code: "unknown-difference",
              detail: "Give the text of a difference that the role has now.",
            },
          ],
    );
    if (errors.length > 0)
      throw new Problem("invalid-form", "The role does not differ like that (any more); read it again.", {
        errors,
      });
    await acceptDifferences(tx, id, differences);
    await audit(context, tx, "role.drift-accepted", id, { differences });
    return readRole(context, tx);
  });
  return answerOf(context, read);
};

export const getOrganizationRoles: RouteFunction<typeof contract.getOrganizationRoles> = async (context) => {
  const { params, parts } = context;
  const { roles, own } = await inTenant(context, async (tx) => {
    found(await organizationRevision(tx, params.id), "organization");
    return {
      roles: await readOrganizationRoles(tx, params.id),
      own: await readOrganizationRole(tx, params.id),
    };
  });
  const upkeep = upkeepParts(parts.catalog);
  return {
    ...roles,
    organizationRole: own && (await shownRole(parts.catalog, own, "organization")),
    currentTemplate: upkeep.releases.current("member-role").version,
    templates: roles.templates.map(({ template, clouds }) => ({
      ...(shownTemplate(upkeep, template) ?? { version: template, release: null, isCurrent: false }),
      clouds,
    })),
    lacking: await Promise.all(
      roles.lacking.map(async ({ clouds, examples, ...lack }) => ({
        ...(await shownLack(parts.catalog, lack)),
        clouds,
        examples,
      })),
    ),
  };
};
