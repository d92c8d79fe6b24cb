// An installation with two tenants on a database of its own, and its onboarding against a simulated AWS.
import { Client } from "pg";
import { openPlatformSources } from "#aws/platform-sources.ts";
import { userAgentOf } from "#aws/settings.ts";
import { loadCatalog } from "#catalog/load.ts";
import { masterKeyOf } from "#secrets.ts";
import { openStore, type Store } from "#store/open.ts";
import { openSealedSources } from "#store/platform-sources.ts";
import { createTenant } from "#store/tenants.ts";
import { openVault, type Vault } from "#store/vault.ts";
import { openTestDatabase } from "../../../tests/database.ts";
import { tenantExternalId } from "../external-id.ts";
import type { OnboardingParts } from "../onboarding-parts.ts";
import type { SimulatedAws } from "./simulated-aws.ts";

export interface TestInstallation {
  store: Store;
  vault: Vault;
  tenantId: string;
  otherTenantId: string;
  externalId: string;
  /** As owner of the database, past the policies. */
  rows<Row>(query: string, values?: unknown[]): Promise<Row[]>;
  onboardingParts(aws: SimulatedAws): Promise<OnboardingParts & { created: string[]; removing: string[] }>;
  close(): Promise<void>;
}

export async function openTestInstallation(): Promise<TestInstallation> {
  const database = await openTestDatabase();
  const master = masterKeyOf(Buffer.alloc(32, 7));
  const store = await openStore({ appUrl: database.appUrl, systemUrl: database.systemUrl, connections: 4 });
  const vault = openVault(master);
  const [tenant, other] = await store.asSystem(async (tx) => [
    await createTenant(tx, master, "One"),
    await createTenant(tx, master, "Two"),
  ]);
  if (!tenant || !other) throw new Error("no tenants");
  const owner = new Client({ connectionString: database.url });
  await owner.connect();
  return {
    store,
    vault,
    tenantId: tenant.id,
    otherTenantId: other.id,
    externalId: await store.withTenant(tenant.id, (tx) => tenantExternalId(vault, tx)),
    rows: async <Row>(query: string, values: unknown[] = []) =>
      (await owner.query(query, values)).rows as Row[],
    async onboardingParts(aws) {
      const created: string[] = [];
      const removing: string[] = [];
      const roles = aws.roles();
      const catalog = await loadCatalog();
      const sources = openSealedSources(store, master);
      return {
        store,
        vault,
        call: aws.call,
        roles,
        platform: openPlatformSources({
          call: aws.call,
          roles,
          host: aws.platform,
          hostRegion: aws.simulator.region,
          configuredArn: null,
          storedKeys: sources.read,
        }),
        sources,
        resourceTypes: catalog.resourceTypes,
        userAgent: userAgentOf("test"),
        harvestActions: catalog.allHarvestActions(),
        created,
        removing,
        onCreated: async (_, id) => void created.push(id),
        onRemoving: async (_, ids) => void removing.push(...ids),
      };
    },
    async close() {
      await owner.end();
      await store.close();
      await database.drop();
    },
  };
}
