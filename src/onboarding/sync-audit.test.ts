// What becomes of an account in AWS and here, in one table: each change has its effect on the cloud and one audit event
// by the sync that says what it was before and after.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { OrganizationFilters } from "#model/organization.ts";
import { finishRemoval } from "#store/cloud-removal.ts";
import type { OrganizationAccount } from "../../simulator/shapes.ts";
import { startTestSync, type TestSync } from "./testing/test-sync.ts";

let demo: TestSync;
let dns: OrganizationAccount;
beforeAll(async () => {
  demo = await startTestSync({ accounts: 40 });
  dns = demo.account("dns");
  await demo.sync();
});
afterAll(() => demo.close());

const put = (change: Partial<OrganizationAccount>) => () =>
  demo.world.accounts.put(dns.Id, { ...dns, ...change });
const unit = (name: string) => demo.world.units.list().find(({ Name }) => Name === name)?.Id ?? "";
/** As the first two rows have left it. */
const later = (change: Partial<OrganizationAccount>) => () =>
  put({ Name: "names", parentId: unit("Security"), ...change })();
const remove = { autoRemoveSuspended: true };

interface Told {
  action: string;
  from?: string | null;
  to?: string | null;
  code?: string;
}
type Row = [
  title: string,
  change: () => unknown,
  filters: Partial<OrganizationFilters>,
  state: string,
  told: () => Told,
];
/** In this order: each begins where the one before ended. */
const table: Row[] = [
  [
    "renamed",
    put({ Name: "names" }),
    {},
    "pending",
    () => ({ action: "cloud.renamed", from: "dns", to: "names" }),
  ],
  [
    "moved",
    later({}),
    {},
    "pending",
    () => ({ action: "cloud.moved", from: dns.parentId, to: unit("Security") }),
  ],
  [
    "suspended",
    later({ State: "SUSPENDED" }),
    {},
    "suspended account-suspended",
    () => ({ action: "cloud.suspended", from: "ACTIVE", to: "SUSPENDED" }),
  ],
  [
    "being closed",
    later({ State: "PENDING_CLOSURE" }),
    {},
    "suspended account-pending-closure",
    () => ({ action: "cloud.suspended", from: "SUSPENDED", to: "PENDING_CLOSURE" }),
  ],
  [
    "closed",
    later({ State: "CLOSED" }),
    {},
    "suspended account-closed",
    () => ({ action: "cloud.suspended", from: "PENDING_CLOSURE", to: "CLOSED" }),
  ],
  [
    "reinstated",
    later({}),
    {},
    "pending",
    () => ({ action: "cloud.returned", from: "suspended", to: "pending" }),
  ],
  [
    "excluded by a prefix of other case",
    later({}),
    { excludedNamePrefixes: ["NAM"] },
    "out-of-scope excluded",
    () => ({ action: "cloud.out-of-scope", from: "pending", to: "out-of-scope", code: "excluded" }),
  ],
  [
    "back in scope",
    later({}),
    {},
    "pending",
    () => ({ action: "cloud.returned", from: "out-of-scope", to: "pending" }),
  ],
  [
    "no more in the organization",
    () => demo.world.accounts.delete(dns.Id),
    {},
    "out-of-scope left-organization",
    () => ({ action: "cloud.out-of-scope", from: "pending", to: "out-of-scope", code: "left-organization" }),
  ],
  [
    "in it again",
    later({}),
    {},
    "pending",
    () => ({ action: "cloud.returned", from: "out-of-scope", to: "pending" }),
  ],
  [
    "suspended where such are removed",
    later({ State: "SUSPENDED" }),
    remove,
    "removing account-suspended",
    () => ({ action: "cloud.removing", from: "pending", to: "removing" }),
  ],
];

const events = () =>
  demo.installation.rows<{ actor: string; action: string; detail: Record<string, unknown> }>(
    "select actor, action, detail from audit_events where subject = $1 order by id",
    [dns.Id],
  );
const stateNow = async () => {
  const [row] = await demo.installation.rows<{ state: string }>(
    "select concat_ws(' ', state, state_code) as state from clouds where account_id = $1",
    [dns.Id],
  );
  return row?.state;
};

test("an account that is new is told", async () => {
  expect(await events()).toMatchObject([{ actor: "sync", action: "cloud.added", detail: { name: "dns" } }]);
});

test.each(
  table,
)("an account that is %s has its effect and is told (E13, E14)", async (_, change, filters, state, told) => {
  const before = (await events()).length;
  change();
  await demo.sync(filters);
  expect(await stateNow()).toBe(state);
  const { action, ...detail } = told();
  expect((await events()).slice(before)).toEqual([
    { actor: "sync", action, detail: expect.objectContaining({ name: expect.any(String), ...detail }) },
  ]);
});

test("a removed one that comes back is told too", async () => {
  const { store, tenantId, rows } = demo.installation;
  const [cloud] = await rows<{ id: string }>("select id from clouds where account_id = $1", [dns.Id]);
  await store.withTenant(tenantId, (tx) => finishRemoval(tx, cloud?.id ?? ""));
  put({})();
  await demo.sync();
  expect(await stateNow()).toBe("pending");
  expect((await events()).at(-1)).toMatchObject({
    action: "cloud.returned",
    detail: { from: "removed", to: "pending" },
  });
});
