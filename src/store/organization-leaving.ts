// What a listing of an organization takes away: clouds out of scope, and suspended ones. Nothing is deleted here;
// their data is kept, or a job of its own removes it.
import { audit } from "./audit.ts";
import { setCloudStates } from "./cloud-states.ts";
import type { TenantTx } from "./open.ts";
import type { ListingKey } from "./organization-listing.ts";

interface GoingCloud {
  cloudId: string;
  accountId: string;
  name: string;
  state: string;
  placement: "absent" | "excluded" | "to-remove";
  reason: string | null;
}

export const listedClouds = `clouds c left join listed_accounts l on l.tenant_id = $1 and l.organization_id = $2
    and l.run = $3 and l.account_id = c.account_id
  where c.tenant_id = $1 and c.organization_id = $2 and c.removed_at is null`;
export const isGoing = `(l.placement in ('absent', 'excluded') and c.state not in ('out-of-scope', 'removing')
  or l.placement = 'to-remove' and c.state <> 'removing')`;

/** Those that a stopped sync has shown to leave in the same way: confirmed, they go without being asked for again. */
const notShown = `not exists (select from shown_removals s where s.tenant_id = $1 and s.organization_id = $2
  and s.account_id = c.account_id and s.badge_key = '' and s.placement = l.placement)`;

/** How many clouds would leave the estate, of how many. */
export async function countGoing(
  tx: TenantTx,
  { organizationId, run }: ListingKey,
  exceptShown = false,
): Promise<{ going: number; clouds: number }> {
  const { rows } = await tx.client.query<{ going: number; clouds: number }>(
    `select count(*) filter (where ${isGoing}${exceptShown ? ` and ${notShown}` : ""})::int as going, count(*)::int as clouds from ${listedClouds}`,
    [tx.tenantId, organizationId, run],
  );
  return rows[0] ?? { going: 0, clouds: 0 };
}

/** Whether a run has not named the account of a cloud that is in use. */
export async function lacksClouds(tx: TenantTx, { organizationId, run }: ListingKey): Promise<boolean> {
  const { rowCount } = await tx.client.query(
    `select from ${listedClouds} and l.placement is null and c.state not in ('out-of-scope', 'removing') limit 1`,
    [tx.tenantId, organizationId, run],
  );
  return rowCount !== 0;
}

/** Accounts of clouds that stood in one of the units and that the run has not named. */
export async function unlistedClouds(
  tx: TenantTx,
  { organizationId, run }: ListingKey,
  unitIds: string[],
  limit: number,
): Promise<string[]> {
  const { rows } = await tx.client.query<{ account_id: string }>(
    `select c.account_id from ${listedClouds} and c.unit_id = any($4) and l.placement is null
       and c.state not in ('out-of-scope', 'removing')
     order by c.account_id limit $5`,
    [tx.tenantId, organizationId, run, unitIds, limit],
  );
  return rows.map((row) => row.account_id);
}

/** Takes a page of them away. Returns the last id, null if there was none, and the clouds that a job is to remove. */
export async function takeAwayPage(
  tx: TenantTx,
  { organizationId, run }: ListingKey,
  after: string,
  limit: number,
): Promise<{ last: string | null; removing: string[] }> {
  const { rows } = await tx.client.query<GoingCloud>(
    `select c.id as "cloudId", c.account_id as "accountId", c.name, c.state, l.placement, l.reason
     from ${listedClouds} and ${isGoing} and c.id > $4 order by c.id limit $5`,
    [tx.tenantId, organizationId, run, after, limit],
  );
  const removing = rows.filter(({ placement }) => placement === "to-remove");
  await putOutOfScope(
    tx,
    rows.filter(({ placement }) => placement !== "to-remove"),
  );
  await startRemoving(tx, removing);
  return { last: rows.at(-1)?.cloudId ?? null, removing: removing.map(({ cloudId }) => cloudId) };
}

async function putOutOfScope(tx: TenantTx, leaving: GoingCloud[]): Promise<void> {
  const byCause = Map.groupBy(leaving, ({ placement, reason }) => `${placement} ${reason}`);
  for (const alike of byCause.values()) {
    const { placement, reason: excluded } = alike[0] as GoingCloud;
    const [code, reason] =
      placement === "absent"
        ? ["left-organization", "AWS Organizations does not list the account any more."]
        : ["excluded", excluded];
    const changed = await setCloudStates(
      tx,
      alike.map((cloud) => cloud.cloudId),
      {
        state: "out-of-scope",
        code,
        reason,
        action: "Its data is kept and no longer refreshed. Remove the cloud when it is not needed any more.",
      },
    );
    await audit(tx, auditRows("cloud.out-of-scope", alike, changed, { to: "out-of-scope", code, reason }));
  }
}

/** Suspended clouds that the organization wants removed; a background job empties and removes them. */
async function startRemoving(tx: TenantTx, clouds: GoingCloud[]): Promise<void> {
  const changed = await setCloudStates(
    tx,
    clouds.map((cloud) => cloud.cloudId),
    {
      state: "removing",
      code: "account-suspended",
      reason: "The account is suspended and the organization removes suspended accounts.",
      action: null,
    },
  );
  await audit(tx, auditRows("cloud.removing", clouds, changed, { to: "removing" }));
}

function auditRows(action: string, clouds: GoingCloud[], changed: string[], detail: Record<string, unknown>) {
  const ids = new Set(changed);
  return clouds
    .filter(({ cloudId }) => ids.has(cloudId))
    .map(({ accountId, name, state }) => ({
      actor: "sync",
      action,
      subject: accountId,
      detail: { name, from: state, ...detail },
    }));
}
