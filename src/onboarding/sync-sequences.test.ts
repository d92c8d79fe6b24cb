// Random histories of an organization: accounts and units change at AWS, people change filters, badges and clouds, and
// syncs of the whole and of parts run between, some killed and some with a change in their midst. In the end everything
// that an organization says of its accounts is as one clean sync of the same organization writes it.
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { OrganizationFilters } from "#model/organization.ts";
import { addBadge, removeBadge } from "#store/badges.ts";
import { finishRemoval, removedByUser } from "#store/cloud-removal.ts";
import { setCloudStates } from "#store/cloud-states.ts";
import type { Store, TenantTx } from "#store/open.ts";
import { changeOrganization } from "#store/organizations.ts";
import { OrganizationChanged } from "#store/revision.ts";
import type { OrganizationAccount, OrganizationalUnit } from "../../simulator/shapes.ts";
import { small } from "../../simulator/worlds/small.ts";
import { startTestSync, type TestSync } from "./testing/test-sync.ts";

let demo: TestSync;
let accounts: OrganizationAccount[];
let units: OrganizationalUnit[];
let filters: OrganizationFilters;
/** What people have set, and not deleted since, by account and key. */
let chosen: Map<string, string>;

const nested = { Id: "ou-sm01-nested01", Name: "nested", parentId: small.devUnitId, tags: {} };
beforeAll(async () => {
  demo = await startTestSync({ world: "small" });
  const view = demo.world;
  view.units.put(nested.Id, nested);
  const [model] = view.accounts.list();
  if (!model) throw new Error("no account");
  for (const [i, Id] of ["555555555555", "666666666666"].entries())
    view.accounts.put(Id, { ...model, Id, Name: `extra-${i}`, parentId: nested.Id, tags: { env: "extra" } });
  accounts = view.accounts.list();
  units = view.units.list();
});
afterAll(() => demo.close());

const members = fc.constantFrom(small.prodAccountId, small.devAccountId, "555555555555", "666666666666");
const places = fc.constantFrom<string>(small.rootId, small.prodUnitId, small.devUnitId, nested.Id);
const long = "ü".repeat(256);
const tags = fc.dictionary(
  fc.constantFrom("env", "Env", "owner", "a:b=c", "cloud_org_path", "system.mine"),
  fc.constantFrom("", "one", "two", `"'\\%_; ${"x".repeat(200)}`, long),
);
const change = fc.oneof(
  fc.record({
    kind: fc.constant("rename" as const),
    id: members,
    to: fc.constantFrom("prod", "Sandbox-1", "other"),
  }),
  fc.record({ kind: fc.constant("move" as const), id: members, to: places }),
  fc.record({ kind: fc.constant("tag" as const), id: members, tags }),
  fc.record({
    kind: fc.constant("state" as const),
    id: members,
    to: fc.constantFrom("ACTIVE", "ACTIVE", "SUSPENDED", "PENDING_CLOSURE", "CLOSED"),
  }),
  fc.record({ kind: fc.constant("leave" as const), id: members }),
  fc.record({ kind: fc.constant("join" as const), id: members }),
  fc.record({
    kind: fc.constant("unit" as const),
    id: fc.constantFrom<string>(small.devUnitId, nested.Id),
    to: fc.constantFrom("dev", "ünit/2"),
  }),
  fc.record({
    kind: fc.constant("filters" as const),
    to: fc.record(
      {
        excludedNamePrefixes: fc.constantFrom<string[]>([], ["sandbox-"], ["PROD"]),
        includedUnits: fc.constantFrom<string[]>([], [small.devUnitId], [nested.Id, small.prodUnitId]),
        autoBadge: fc.boolean(),
        autoRemoveSuspended: fc.boolean(),
      },
      { requiredKeys: [] },
    ) as fc.Arbitrary<Partial<OrganizationFilters>>,
  }),
  fc.record({
    kind: fc.constant("badge" as const),
    id: members,
    key: fc.constantFrom("env", "Env", "mine"),
    value: fc.constantFrom("user 1", "user 2", null),
  }),
  fc.record({ kind: fc.constant("dismiss" as const), id: members, isFinished: fc.boolean() }),
);
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("change" as const), change }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("sync" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("part" as const), of: fc.oneof(members, places) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("killed" as const), at: fc.integer({ min: 1, max: 14 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("during" as const),
      at: fc.integer({ min: 1, max: 14 }),
      change,
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function inTenant<T>(work: (tx: TenantTx) => Promise<T>): Promise<T> {
  return demo.installation.store.withTenant(demo.installation.tenantId, work);
}
const rows = <Row = object>(text: string, values: unknown[] = []) =>
  demo.installation.rows<Row>(text, values);

async function apply(made: Change): Promise<void> {
  const { world } = demo;
  switch (made.kind) {
    case "unit": {
      const unit = world.units.get(made.id);
      if (unit) world.units.put(made.id, { ...unit, Name: made.to });
      return;
    }
    case "filters":
      filters = { ...filters, ...made.to };
      return inTenant((tx) =>
        changeOrganization(tx, demo.installation.vault, demo.organization.id, { filters: made.to }),
      );
    case "badge":
      return writeBadge(made);
    case "dismiss":
      return dismiss(made.id, made.isFinished);
    case "leave":
      world.accounts.delete(made.id);
      return;
    case "join": {
      const account = accounts.find(({ Id }) => Id === made.id);
      if (account && !world.accounts.get(made.id)) world.accounts.put(made.id, account);
      return;
    }
    default:
      changeAccount(made);
  }
}

function changeAccount(made: Extract<Change, { kind: "rename" | "move" | "tag" | "state" }>): void {
  const account = demo.world.accounts.get(made.id);
  if (!account) return;
  const changed = {
    rename: () => ({ Name: String((made as { to: string }).to) }),
    move: () => ({ parentId: String((made as { to: string }).to) }),
    state: () => ({ State: (made as { to: OrganizationAccount["State"] }).to }),
    tag: () => ({ tags: (made as { tags: Record<string, string> }).tags }),
  }[made.kind]();
  demo.world.accounts.put(made.id, { ...account, ...changed });
}

async function cloudOf(accountId: string) {
  const [cloud] = await rows<{ id: string; state: string }>(
    "select id, state from clouds where account_id = $1 and removed_at is null",
    [accountId],
  );
  return cloud;
}

async function writeBadge({ id, key, value }: Extract<Change, { kind: "badge" }>): Promise<void> {
  const cloud = await cloudOf(id);
  if (!cloud) return;
  const refused = await inTenant((tx) =>
    value === null ? removeBadge(tx, cloud.id, key) : addBadge(tx, cloud.id, { key, value }),
  );
  if (value === null ? refused === true : refused === null) {
    if (value === null) chosen.delete(`${id} ${key}`);
    else chosen.set(`${id} ${key}`, value);
  }
}

/** What the API lets an administrator do to a managed cloud, and the job after it. */
async function dismiss(id: string, isFinished: boolean): Promise<void> {
  const cloud = await cloudOf(id);
  if (!cloud || !["suspended", "out-of-scope", "removing"].includes(cloud.state)) return;
  await inTenant(async (tx) => {
    await setCloudStates(tx, [cloud.id], {
      state: "removing",
      code: removedByUser,
      reason: null,
      action: null,
    });
    if (isFinished) await finishRemoval(tx, cloud.id);
  });
  if (isFinished) for (const key of [...chosen.keys()]) if (key.startsWith(id)) chosen.delete(key);
}

/** The store of a process that dies at its n-th transaction. */
function dyingStore(at: number): Store {
  const { store } = demo.installation;
  let count = 0;
  return {
    ...store,
    withTenant: async (tenantId, work) => {
      const isLast = ++count === at;
      const done = await store.withTenant(tenantId, work);
      if (isLast) throw new Error("killed");
      return done;
    },
  };
}

const sync = (more: Parameters<TestSync["sync"]>[0] = {}) =>
  demo.sync({ ...filters, isConfirmed: true, ...more });

async function take(taken: Step): Promise<void> {
  switch (taken.kind) {
    case "change":
      return apply(taken.change);
    case "sync":
      await sync();
      return;
    case "part":
      await demo.syncPart(taken.of, filters);
      return;
    case "killed":
      await sync({ store: dyingStore(taken.at) }).catch((cause: Error) =>
        expect(cause.message).toBe("killed"),
      );
      return;
    case "during": {
      let calls = 0;
      const onCall = async () => {
        if (++calls === taken.at) await apply(taken.change);
      };
      await sync({ onCall }).catch((cause: unknown) => expect(cause).toBeInstanceOf(OrganizationChanged));
    }
  }
}

/** What an organization says of the accounts that it wants. */
const contents = {
  clouds: `select account_id, name, unit_id, organizational_path, provider_state, state, state_code from clouds
    where removed_at is null and state not in ('out-of-scope', 'removing') order by 1`,
  badges: `select account_id, key, value, kind from badges b join clouds c on c.id = b.cloud_id
    where removed_at is null and state not in ('out-of-scope', 'removing') and kind <> 'user' order by 1, 2`,
  tags: `select account_id, key, value from cloud_tags t join clouds c on c.id = t.cloud_id
    where removed_at is null and state not in ('out-of-scope', 'removing') order by 1, 2`,
  units: "select id, name, parent_id, path from organizational_units order by 1",
};
async function read(): Promise<Record<string, object[]>> {
  const all: Record<string, object[]> = {};
  for (const [name, text] of Object.entries(contents)) all[name] = await rows(text);
  return all;
}

/** Suspended accounts whose cloud somebody has removed: a clean sync knows of nobody who did. */
async function dismissed(): Promise<string[]> {
  const found = await rows<{ id: string }>(
    "select account_id as id from clouds where state_code = $1 and state = 'removing'",
    [removedByUser],
  );
  return found.map(({ id }) => id);
}

async function begin(): Promise<void> {
  for (const { Id } of demo.world.accounts.list()) demo.world.accounts.delete(Id);
  for (const account of accounts) demo.world.accounts.put(account.Id, account);
  for (const unit of units) demo.world.units.put(unit.Id, unit);
  await empty();
  chosen = new Map();
  await apply({
    kind: "filters",
    to: { excludedNamePrefixes: [], includedUnits: [], autoBadge: true, autoRemoveSuspended: false },
  });
}
const empty = () =>
  rows("truncate clouds, organizational_units, organization_policies, listed_accounts cascade");

async function expectChosen(): Promise<void> {
  for (const [place, value] of chosen) {
    const [accountId, key] = place.split(" ");
    const [badge] = await rows<{ user: string | null }>(
      `select case when kind = 'user' then value else user_value end as user from badges b join clouds c on c.id = b.cloud_id
       where account_id = $1 and key = $2 and removed_at is null and organization_id = $3 and state not in ('out-of-scope', 'removing')`,
      [accountId, key, demo.organization.id],
    );
    if (badge) expect(badge.user, place).toBe(value);
  }
}

test("any order of changes, syncs and kills ends as one clean sync (S108, S110, E7, E13, E14, E27)", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 16 }), async (steps) => {
      await begin();
      await sync();
      for (const taken of steps) await take(taken);
      await apply({ kind: "filters", to: { autoBadge: true } });
      await sync();
      const before = await demo.versions();
      expect((await sync()).outcome.kind).toBe("done");
      expect(await demo.versions()).toEqual(before);
      expect(await rows("select 1 from listed_accounts")).toEqual([]);
      await expectChosen();
      const gone = await dismissed();
      const found = await read();
      await empty();
      await sync();
      await rows("delete from clouds where account_id = any($1) and state = 'suspended'", [gone]);
      expect(found).toEqual(await read());
    }),
    { numRuns: 4, endOnFailure: true },
  );
}, 120_000);
