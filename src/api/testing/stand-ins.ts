// What stands behind the API in its own tests: no AWS and no job engine, answers that the contract allows.
import { cloudFormTexts } from "#onboarding/cloud-form-texts.ts";
import { formTexts } from "#onboarding/form-texts.ts";
import type { Store } from "#store/open.ts";
import { createSingleCloud } from "#store/single-clouds.ts";
import type { Onboarding, Organization, Work } from "../parts.ts";
import { type SimulatedWorld, type StepInWorld, WorldRefused } from "../simulated-world.ts";

export const knownOrganization: Organization = {
  id: "org_known",
  provider: "aws",
  nickname: "acme",
  awsOrganizationId: "o-abcdefghij",
  managementAccountId: "111111111111",
  credentialSource: "host",
  accessKeyId: null,
  customExternalId: false,
  organizationRole: {
    arn: "arn:aws:iam::111111111111:role/Org",
    sessionName: "Skywarden",
    durationSeconds: 3600,
  },
  memberRole: {
    arn: "arn:aws:iam::111111111111:role/Member",
    sessionName: "Skywarden",
    durationSeconds: 3600,
  },
  excludedNamePrefixes: [],
  includedOrganizationalUnits: [],
  autoRemoveSuspended: false,
  autoBadge: true,
  strategyIds: [],
  badges: [],
  syncIntervalMinutes: 60,
  createdAt: "2026-11-22T00:00:00.000Z",
  formerCredentials: null,
  accountCounts: { total: 3, included: 3, excluded: 0, clouds: 3 },
  sync: { state: "done", calls: 9, error: null, finishedAt: null, nextAt: null },
};

const counts = { total: 2, new: 1, old: 1, neither: 0, unknown: 0 };
const at = "2026-11-22T00:00:00.000Z";
const rotation = {
  ...{ startedAt: at, startedBy: "somebody", checkedAt: null, nextCheckAt: at, notNew: 2 },
  ...{ clouds: counts, organizations: counts },
};
const proof = {
  ...{ id: "prf_known", organizationId: "org_known", awsOrganizationId: "o-abcdefghij", nickname: "acme" },
  ...{ state: "running" as const, askedBy: "somebody", askedAt: at, finishedAt: null, removedAt: null },
  repeatableUntil: at,
  roles: { total: 3, left: 3, refused: 0, works: 0, unknown: 0 },
};
const former = { replacedAt: at, keptUntil: at, credentialSource: "host" as const };

const wholeForm = { ok: true, checks: [], errors: [], preview: null, estimate: null, allowList: null };

export function standInOnboarding(store: Store): Onboarding {
  return {
    externalId: async (tenantId) => ({ externalId: `external-${tenantId}`, nextExternalId: null }),
    rotation: async () => rotation,
    startRotation: async () => ({ ok: true, value: rotation }),
    finishRotation: async () => ({ ok: true, value: rotation }),
    abortRotation: async () => ({ ok: true, value: rotation }),
    platformIdentity: async () => ({
      partitions: [
        {
          partition: "aws",
          accountId: null,
          roleArn: null,
          source: "none",
          accessKeyId: null,
          note: "No credentials.",
          hosts: [],
        },
      ],
    }),
    storePlatformKey: async (partition, { accessKeyId }) => ({
      ok: true,
      value: {
        ...{ partition, accountId: null, roleArn: null, source: "stored-key", accessKeyId },
        ...{ note: null, hosts: [] },
      },
    }),
    removePlatformKey: async (_, preview) => ({
      ok: true,
      value: { organizations: 0, clouds: 0, removed: !preview },
    }),
    template: async (_, name) => ({
      ok: true,
      value: { text: `# ${name}\n`, contentType: "text/yaml; charset=utf-8", fileName: `${name}.yaml` },
    }),
    formErrors: async (_, noun, body) => (noun === "organization" ? formTexts(body) : cloudFormTexts(body)),
    validate: async () => wholeForm,
    validateChange: async (_, id) => (id === knownOrganization.id ? wholeForm : null),
    create: async (tenantId, form, record) => {
      const errors = formTexts(form);
      if (errors.length > 0) return { ok: false, code: "invalid-form", detail: "See errors.", errors };
      if (form.nickname !== "taken") {
        await store.withTenant(tenantId, (tx) => record(tx, knownOrganization));
        return { ok: true, value: { ...knownOrganization, nickname: form.nickname } };
      }
      const detail = "It is connected already.";
      return { ok: false, code: "organization-already-connected", detail };
    },
    organizations: async () => [knownOrganization],
    organization: async (_, id) => (id === knownOrganization.id ? knownOrganization : null),
    change: async (tenantId, _id, _form, _ifRevision, record) => {
      await store.withTenant(tenantId, record);
      return { ok: true, value: knownOrganization };
    },
    remove: async (_tenant, _id, { preview }) => ({
      ok: true,
      value: {
        ...{ clouds: 3, resources: 0, findings: 0, exemptions: 0, badges: 0, restored: 0 },
        ...{ restorable: [], tearDown: [], proof: null, removed: !preview },
      },
    }),
    proveNoAccess: async () => ({ ok: true, value: proof }),
    rollBackOrganization: async (_tenant, _id, { preview }) => {
      const { organizationRole, memberRole } = knownOrganization;
      return { ok: true, value: { ...former, organizationRole, memberRole, rolledBack: !preview } };
    },
    rollBackCloud: async (_tenant, _cloud, { preview }) => ({
      ok: true,
      value: {
        ...former,
        ...{ principal: "arn:aws:iam::111111111111:role/Member", isDetached: false, checks: [], ok: true },
        rolledBack: !preview,
      },
    }),
    formerAccess: async () => null,
    createCloud: async (tenantId, { name }, record) => {
      const cloud = { id: "cld_new", accountId: "999999999999", partition: "aws", name };
      await store.withTenant(tenantId, async (tx) => {
        await createSingleCloud(tx, { ...cloud, credentials: Buffer.from("sealed") });
        await record(tx, cloud.id);
      });
      return { ok: true, value: cloud.id };
    },
    validateCloud: async () => ({
      ok: true,
      checks: [],
      errors: [],
      accountId: "999999999999",
      estimate: null,
      allowList: null,
    }),
    testCloud: async () => ({
      ok: true,
      checks: [],
      errors: [],
      accountId: "999999999999",
      estimate: null,
      allowList: null,
    }),
    changeCloud: async () => ({ ok: true, value: async () => undefined }),
    cloudAccess: async () => null,
    roleArn: async () => "arn:aws:iam::111111111111:role/Member",
  };
}

export interface RecordedWork extends Work {
  asked: string[];
}

export function standInWork(): RecordedWork {
  const asked: string[] = [];
  return {
    asked,
    syncOrganization: async (_, id, confirmed) => {
      asked.push(`sync ${id}${confirmed === null ? "" : ` with ${confirmed}`}`);
      return "job_sync";
    },
    syncPart: async (_, id, target) => {
      asked.push(`sync ${target} of ${id}`);
      return "job_sync_part";
    },
    harvestCloud: async (_, id, { type, region }) => {
      asked.push(`harvest ${id} ${type ?? "*"} ${region ?? "*"}`);
      return "job_harvest";
    },
    checkClouds: async (_, subject, ids) => {
      asked.push(`check ${ids.length}: ${subject}`);
      return "job_check";
    },
    checkExternalId: async (tenantId) => {
      asked.push(`external id of ${tenantId}`);
      return "job_external_id";
    },
    proveNoAccess: async (_, id) => {
      asked.push(`prove ${id}`);
    },
    removeCloud: async (_, id) => {
      asked.push(`remove ${id}`);
    },
    cancel: async (_, id) => {
      asked.push(`cancel ${id}`);
    },
  };
}

/** A world of one account, whose role can be broken and mended. */
export function standInWorld(): SimulatedWorld & { isAway: boolean; given: string[][] } {
  const step = {
    ...{
      id: "role" as const,
      policy: null,
      shownBy: null,
      isSynced: false,
      isHarvested: true,
      isScored: true,
    },
  };
  let isBroken = false;
  const world = {
    ...{ managementAccountId: "111111111111", exceptAccountIds: [], stopping: new AbortController().signal },
    ...{ isAway: false, given: [] as string[][] },
    async look(accountIds: readonly string[]): Promise<StepInWorld[]> {
      if (world.isAway) throw new WorldRefused("connect ECONNREFUSED", true, null);
      world.given.push([...accountIds]);
      const [id] = accountIds;
      const account = id === undefined ? null : { id, name: null, unitId: null };
      return [
        isBroken
          ? { ...step, account, state: "broken", acts: ["mend"] }
          : { ...step, account, state: "untouched", acts: ["break"] },
      ];
    },
    async act(_: StepInWorld, act: string) {
      isBroken = act === "break";
    },
  };
  return world;
}
