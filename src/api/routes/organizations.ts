// Cloud organizations: the onboarding does the work, this file only carries it over HTTP.
import type * as contract from "#contract/organization.ts";
import type { QueryOf } from "#contract/route.ts";
import type * as template from "#contract/template.ts";
import { roleMay } from "#model/permission.ts";
import { Problem } from "#model/problem.ts";
import { organizationRevision } from "#store/revision.ts";
import { readShownDigest, readShownRemovals } from "#store/shown-removals.ts";
import type { Caller } from "../caller.ts";
import { accepted, audit, type Context, found, inTenant, type RouteFunction } from "../context.ts";
import { defaultLimit, pageOf, readCursor } from "../cursor.ts";
import type { Organization } from "../parts.ts";
import { ifMatch, setRevision } from "../revision.ts";

export const getTemplate: RouteFunction<typeof template.getTemplate> = async (context) => {
  const { parts, caller, params, query, reply } = context;
  const made = accepted(await parts.onboarding.template(caller.tenantId, params.name, query));
  reply.type(made.contentType);
  reply.header("content-disposition", `attachment; filename="${made.fileName.replaceAll('"', "")}"`);
  return made.text;
};

export const validateOrganization: RouteFunction<typeof contract.validateOrganization> = ({
  parts,
  caller,
  body,
}) => parts.onboarding.validate(caller.tenantId, body);

export const validateOrganizationChange: RouteFunction<typeof contract.validateOrganizationChange> = async (
  context,
) => {
  const { parts, caller, params, body } = context;
  await revisionOf(context, params.id);
  return found(await parts.onboarding.validateChange(caller.tenantId, params.id, body), "organization");
};

export const createOrganization: RouteFunction<typeof contract.createOrganization> = async (context) => {
  const { parts, caller, body } = context;
  return accepted(
    await parts.onboarding.create(caller.tenantId, body, async (tx, { id, awsOrganizationId }) => {
      const nickname = body.nickname.trim();
      await audit(context, tx, "organization.created", id, { nickname, awsOrganizationId });
      setRevision(context, await organizationRevision(tx, id));
    }),
  );
};

export const listOrganizations: RouteFunction<typeof contract.listOrganizations> = async ({
  parts,
  caller,
  query,
}) => {
  const limit = query.limit ?? defaultLimit;
  const after = readCursor(query.cursor, ["text"])?.[0] ?? "";
  // A tenant has a handful of them.
  const all = await parts.onboarding.organizations(caller.tenantId);
  const rows = all.filter(({ id }) => id > after).sort((a, b) => (a.id < b.id ? -1 : 1));
  const page = pageOf(rows, limit, (organization) => [organization.id]);
  return { ...page, items: page.items.map((one) => shownTo(caller, one)), total: all.length };
};

/** Which key is stored is for administrators (E24). */
function shownTo({ role }: Pick<Caller, "role">, organization: Organization): Organization {
  return roleMay(role, "clouds:write") ? organization : { ...organization, accessKeyId: null };
}

export const getOrganization: RouteFunction<typeof contract.getOrganization> = (context) =>
  shownOrganization(context, context.params.id);

async function shownOrganization(context: Pick<Context, "parts" | "caller" | "reply">, id: string) {
  const { parts, caller } = context;
  const revision = await revisionOf(context, id);
  const organization = await parts.onboarding.organization(caller.tenantId, id);
  setRevision(context, revision);
  return shownTo(caller, found(organization, "organization"));
}

export const changeOrganization: RouteFunction<typeof contract.changeOrganization> = async (context) => {
  const { parts, caller, params, body } = context;
  const expected = ifMatch(context, await revisionOf(context, params.id));
  // Nothing to change: no sync, no audit event.
  if (Object.keys(body).length === 0) return shownOrganization(context, params.id);
  return accepted(
    await parts.onboarding.change(caller.tenantId, params.id, body, expected, async (tx) => {
      // The names of what changed; the values may be secret.
      await audit(context, tx, "organization.changed", params.id, { fields: Object.keys(body) });
      setRevision(context, await organizationRevision(tx, params.id));
    }),
  );
};

export const syncOrganization: RouteFunction<typeof contract.syncOrganization> = async (context) => {
  const { parts, caller, params, query } = context;
  await revisionOf(context, params.id);
  const { accountId, organizationalUnitId } = query;
  const target = accountId ?? organizationalUnitId;
  if (target !== undefined) refuseMixed(query);
  const preview = query.confirm ? await confirmedPreview(context) : null;
  const jobId =
    target === undefined
      ? await parts.work.syncOrganization(caller.tenantId, params.id, preview)
      : found(await parts.work.syncPart(caller.tenantId, params.id, target), "organization");
  await inTenant(context, (tx) =>
    audit(context, tx, "organization.sync-started", params.id, {
      jobId,
      ...(target === undefined
        ? { confirmed: preview !== null, ...(preview === null ? {} : { preview }) }
        : { target }),
    }),
  );
  return { jobId };
};

/** null: there is nothing to confirm. */
async function confirmedPreview(context: Context<typeof contract.syncOrganization>): Promise<string | null> {
  const { params, query } = context;
  const shown = await inTenant(context, (tx) => readShownDigest(tx, params.id));
  if (query.preview !== undefined && query.preview !== shown)
    throw new Problem(
      "changed-meanwhile",
      "What the sync would take away has changed since you looked at it. Read the preview again, then confirm that.",
    );
  return shown;
}

const shownAtMost = 200;

export const getSyncPreview: RouteFunction<typeof contract.getSyncPreview> = async (context) => {
  const { params } = context;
  await revisionOf(context, params.id);
  return inTenant(context, async (tx) => {
    const digest = await readShownDigest(tx, params.id);
    return {
      preview: digest === null ? null : { digest, ...(await readShownRemovals(tx, params.id, shownAtMost)) },
    };
  });
};

function refuseMixed({
  confirm,
  accountId,
  organizationalUnitId,
}: QueryOf<typeof contract.syncOrganization>): void {
  const wrong = (name: string, detail: string) => {
    throw new Problem("invalid-query", detail, {
      errors: [{ path: `/${name}`, code: "not-together", detail }],
    });
  };
  if (accountId !== undefined && organizationalUnitId !== undefined)
    wrong("organizationalUnitId", "Give an account or an organizational unit, not both.");
  if (confirm) wrong("confirm", "Only a sync of the whole organization can be confirmed.");
}

export async function revisionOf(context: Pick<Context, "parts" | "caller">, id: string): Promise<string> {
  const revision = await inTenant(context, (tx) => organizationRevision(tx, id));
  if (revision === null) throw new Problem("not-found", "There is no organization of that id.");
  return revision;
}
