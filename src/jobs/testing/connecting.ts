// An installation that connects and syncs for real, against simulated AWS: onboarding and jobs over one database.
import { pino } from "pino";
import { type CredentialSource, openRoleCache } from "#aws/assume.ts";
import { openPlatformSources } from "#aws/platform-sources.ts";
import { userAgentOf } from "#aws/settings.ts";
import type { AwsCaller } from "#model/aws-call.ts";
import type { OnboardingParts } from "#onboarding/onboarding-parts.ts";
import { openOnboarding } from "#onboarding/open.ts";
import type { SimulatedAws } from "#onboarding/testing/simulated-aws.ts";
import { masterKeyOf } from "#secrets.ts";
import { type LentSessions, openLentSessions } from "#store/lent-sessions.ts";
import { openSealedSources } from "#store/platform-sources.ts";
import { createTenant } from "#store/tenants.ts";
import { openVault } from "#store/vault.ts";
import { harvestCloud } from "../harvest-cloud.ts";
import type { JobParts } from "../parts.ts";
import type { Queues } from "../queues.ts";
import { runSync } from "../sync-organization.ts";
import { type CatalogEstate, openCatalogEstate } from "./catalog-estate.ts";

export interface Connecting {
  estate: CatalogEstate;
  parts: OnboardingParts & JobParts;
  onboarding: ReturnType<typeof openOnboarding>;
  tenantId: string;
  lent: LentSessions;
  sync(organizationId: string): Promise<void>;
  /** Until nothing is due. */
  harvest(cloudId: string): Promise<void>;
  /** Both roles in an account, as the product's own templates make them. */
  createRoles(aws: SimulatedAws, accountId: string, platformRoleArn: string): Promise<void>;
  close(): Promise<void>;
}

export async function openConnecting(call: AwsCaller, host: CredentialSource): Promise<Connecting> {
  const estate = await openCatalogEstate();
  const master = masterKeyOf(Buffer.alloc(32, 7));
  const { store, catalog } = estate.parts;
  const roles = openRoleCache(call);
  const sources = openSealedSources(store, master);
  const lent = openLentSessions(store, master);
  const { id: tenantId } = await store.asSystem((tx) => createTenant(tx, master, "One"));
  const parts: Connecting["parts"] = {
    ...estate.parts,
    vault: openVault(master),
    call,
    roles,
    platform: openPlatformSources({
      call,
      roles,
      host,
      hostRegion: null,
      configuredArn: null,
      storedKeys: sources.read,
      lentSessions: lent.read,
    }),
    sources,
    resourceTypes: catalog.resourceTypes,
    userAgent: userAgentOf("test"),
    harvestActions: catalog.allHarvestActions(),
    onCreated: async () => undefined,
    onRemoving: async () => undefined,
    queues: { wake: async () => undefined } as Partial<Queues> as Queues,
    sensitiveKey: Buffer.alloc(32, 3),
    holder: "test worker",
    log: pino({ level: "silent" }),
  };
  const onboarding = openOnboarding(parts);
  const { signal } = new AbortController();
  return {
    estate,
    parts,
    onboarding,
    tenantId,
    lent,
    async sync(id) {
      await runSync(parts, { tenantId, id }, signal);
    },
    async harvest(id) {
      while ((await harvestCloud(parts, { tenantId, id }, signal)) === "more");
    },
    async createRoles(aws, accountId, platformRoleArn) {
      const { externalId: ExternalId } = await onboarding.externalId(tenantId);
      for (const name of ["organization-role", "member-role"] as const) {
        const template = await onboarding.template(tenantId, name, { format: "cloudformation" });
        if (!template.ok) throw new Error(template.detail);
        const values = { PlatformRoleArn: platformRoleArn, ExternalId };
        const made = await aws.createStack(accountId, name, template.value.text, values);
        if (made.status !== "CREATE_COMPLETE") throw new Error(`${name}: ${made.status} ${made.reason}`);
      }
    },
    close: () => estate.close(),
  };
}
