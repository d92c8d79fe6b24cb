// What the server is connected to. What is not the store's own business (AWS, jobs) comes in as these
// interfaces; main.ts fills them.
import type { Catalog } from "#catalog/load.ts";
import type { getCloud } from "#contract/cloud.ts";
import type { startRotation } from "#contract/external-id.ts";
import type {
  getAccessProof,
  removeOrganization,
  rollBackCloud,
  rollBackOrganization,
} from "#contract/leaving.ts";
import type {
  changeOrganization,
  createOrganization,
  getOrganization,
  validateOrganization,
} from "#contract/organization.ts";
import type { getPlatformIdentity, putPlatformKey, removePlatformKey } from "#contract/platform.ts";
import type { BodyOf, ParamsOf, QueryOf, ResponseOf } from "#contract/route.ts";
import type { changeCloud, createCloud, testCloud, validateCloud } from "#contract/single-cloud.ts";
import type { getTemplate } from "#contract/template.ts";
import type { Log } from "#log.ts";
import type { PartitionName } from "#model/partition.ts";
import type { FieldError, ProblemCode } from "#model/problem.ts";
import type { MasterKey } from "#secrets.ts";
import type { ChangeFeed } from "#store/changes.ts";
import type { Store, TenantTx } from "#store/open.ts";
import type { SimulatedWorld } from "./simulated-world.ts";

/** A refusal that the caller can mend. */
export interface Refusal {
  ok: false;
  code: ProblemCode;
  detail: string;
  errors?: FieldError[];
}
export type Outcome<T> = { ok: true; value: T } | Refusal;

export type Organization = ResponseOf<typeof getOrganization>;

type Rotation = ResponseOf<typeof startRotation>["rotation"];

export interface Onboarding {
  /** The tenant's, and the new one while it is rotated. */
  externalId(tenantId: string): Promise<{ externalId: string; nextExternalId: string | null }>;
  rotation(tenantId: string): Promise<Rotation | null>;
  startRotation(tenantId: string, actor: string): Promise<Outcome<Rotation>>;
  /** `accepted`: how many roles may break by it. */
  finishRotation(tenantId: string, actor: string, accepted: number): Promise<Outcome<Rotation>>;
  abortRotation(tenantId: string, actor: string): Promise<Outcome<Rotation>>;
  platformIdentity(): Promise<ResponseOf<typeof getPlatformIdentity>>;
  storePlatformKey(
    partition: ParamsOf<typeof putPlatformKey>["partition"],
    form: BodyOf<typeof putPlatformKey>,
    actor: string,
  ): Promise<Outcome<ResponseOf<typeof putPlatformKey>>>;
  removePlatformKey(
    partition: ParamsOf<typeof removePlatformKey>["partition"],
    preview: boolean,
  ): Promise<Outcome<ResponseOf<typeof removePlatformKey>>>;
  template(
    tenantId: string,
    name: ParamsOf<typeof getTemplate>["name"],
    query: QueryOf<typeof getTemplate>,
  ): Promise<Outcome<{ text: string; contentType: string; fileName: string }>>;
  validate(
    tenantId: string,
    form: BodyOf<typeof validateOrganization>,
  ): Promise<ResponseOf<typeof validateOrganization>>;
  /** null: there is no such organization. */
  validateChange(
    tenantId: string,
    id: string,
    change: BodyOf<typeof changeOrganization>,
  ): Promise<ResponseOf<typeof validateOrganization> | null>;
  /** What is wrong with a form beside its shape, so that one answer names all of it. */
  formErrors(tenantId: string, noun: "organization" | "cloud", body: unknown): Promise<FieldError[]>;
  /** `record` is called in the transaction that writes, here and below. */
  create(
    tenantId: string,
    form: BodyOf<typeof createOrganization>,
    record: (tx: TenantTx, created: { id: string; awsOrganizationId: string }) => Promise<void>,
  ): Promise<Outcome<Organization>>;
  organizations(tenantId: string): Promise<Organization[]>;
  organization(tenantId: string, id: string): Promise<Organization | null>;
  /** `ifRevision`: to be given to requireRevision (store/revision.ts) in the transaction that writes. */
  change(
    tenantId: string,
    id: string,
    form: BodyOf<typeof changeOrganization>,
    ifRevision: string | null,
    record: (tx: TenantTx) => Promise<void>,
  ): Promise<Outcome<Organization>>;
  remove(
    tenantId: string,
    id: string,
    options: {
      preview: boolean;
      prove: boolean;
      restore: boolean;
      actor: string;
      ifRevision: string | null;
    },
  ): Promise<Outcome<ResponseOf<typeof removeOrganization>>>;
  proveNoAccess(
    tenantId: string,
    id: string,
    actor: string,
  ): Promise<Outcome<ResponseOf<typeof getAccessProof>>>;
  rollBackOrganization(
    tenantId: string,
    id: string,
    options: { preview: boolean; actor: string; ifRevision: string | null },
  ): Promise<Outcome<ResponseOf<typeof rollBackOrganization>>>;
  rollBackCloud(
    tenantId: string,
    cloud: { id: string; accountId: string },
    options: { preview: boolean; actor: string },
  ): Promise<Outcome<ResponseOf<typeof rollBackCloud>>>;
  /** Kept for a way back (E20). */
  formerAccess(tenantId: string, cloudId: string): Promise<ResponseOf<typeof getCloud>["formerAccess"]>;
  /** Connects one account by a role; returns the cloud's id. */
  createCloud(
    tenantId: string,
    form: BodyOf<typeof createCloud>,
    record: (tx: TenantTx, id: string) => Promise<void>,
  ): Promise<Outcome<string>>;
  validateCloud(
    tenantId: string,
    form: BodyOf<typeof validateCloud>,
  ): Promise<ResponseOf<typeof validateCloud>>;
  /** null: an organization manages the cloud. */
  testCloud(tenantId: string, cloudId: string): Promise<ResponseOf<typeof testCloud> | null>;
  /** Tries a change of a cloud's access or strategies; what it answers writes it in a transaction, but for the name. */
  changeCloud(
    tenantId: string,
    cloud: { id: string; accountId: string },
    change: BodyOf<typeof changeCloud>,
  ): Promise<Outcome<(tx: TenantTx) => Promise<void>>>;
  cloudAccess(tenantId: string, cloudId: string): Promise<ResponseOf<typeof getCloud>["access"]>;
  /** The role by which a cloud is harvested. */
  roleArn(tenantId: string, cloudId: string): Promise<string | null>;
}

export interface Work {
  /** Both return the job's id; a job that waits or runs already is returned instead of a second one. */
  syncOrganization(tenantId: string, organizationId: string, confirmed: string | null): Promise<string>;
  /** Of one account or unit. null: there is no such organization. */
  syncPart(tenantId: string, organizationId: string, target: string): Promise<string | null>;
  harvestCloud(
    tenantId: string,
    cloudId: string,
    narrow: { type?: string | undefined; region?: string | undefined },
  ): Promise<string>;
  /** One job that tries each of the clouds again; the one that runs already for the same subject is returned. */
  checkClouds(tenantId: string, subject: string, cloudIds: string[]): Promise<string>;
  /** Tries which external id each role accepts; returns the job's id. */
  checkExternalId(tenantId: string): Promise<string>;
  /** The proof is stored; tries its roles. */
  proveNoAccess(tenantId: string, proofId: string): Promise<void>;
  /** The cloud says "removing" already; empties it and takes it out of all lists. */
  removeCloud(tenantId: string, cloudId: string): Promise<void>;
  /** The row says cancelled already; stops what still runs of it. */
  cancel(tenantId: string, jobId: string): Promise<void>;
}

export interface PoolUse {
  name: string;
  total: number;
  idle: number;
  waiting: number;
}

export interface ApiParts {
  store: Store;
  master: MasterKey;
  log: Log;
  catalog: Catalog;
  onboarding: Onboarding;
  work: Work;
  changes: ChangeFeed;
  settings: {
    version: string;
    /** The installation runs against the simulator: every page says so. */
    simulated: boolean;
    publicUrl: string | null;
    /** By partition; where templates are published. */
    /** Addresses that calls to AWS come from; null: not known. */
    sourceIps?: readonly string[] | null;
    templateBuckets?: Readonly<Partial<Record<PartitionName, string>>>;
    /** Folder of the built web, null to serve the API alone. */
    webFolder: string | null;
  };
  /** Only where the demo has started the server. */
  demo?: SimulatedWorld | null;
  /** Use of the database pools, for /metrics. */
  pools?: () => PoolUse[];
}
