// The tables as kysely sees them. The migrations are the source; a test compares the two.
import type { ColumnType, Generated } from "kysely";

type Instant = ColumnType<Date, Date | string, Date | string>;
type NullableInstant = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;
type GeneratedInstant = ColumnType<Date, Date | string | undefined, Date | string>;
/** bigint comes as text from the driver. */
type Big = ColumnType<string, string | number | bigint, string | number | bigint>;
type GeneratedBig = ColumnType<string, string | number | bigint | undefined, string | number | bigint>;
/** Written as JSON text, read as a value. */
type Json<T = unknown> = ColumnType<T, string, string>;
type GeneratedJson<T = unknown> = ColumnType<T, string | undefined, string>;

export interface InstallationTable {
  singleton: Generated<boolean>;
  id: string;
  key_id: string;
  key_check: string;
  created_at: GeneratedInstant;
}

export interface PlatformSourcesTable {
  partition: string;
  key_id: string;
  wrapped_key: string;
  sealed: Buffer;
  changed_at: GeneratedInstant;
  changed_by: string;
}

export interface TemplateCopiesTable {
  partition: string;
  name: string;
  bucket: string;
  region: string;
  key: string;
  hash: string;
  published_at: GeneratedInstant;
  published_by: string;
}

export interface LentSessionsTable {
  partition: string;
  key_id: string;
  wrapped_key: string;
  sealed: Buffer;
  lent_by: string;
  expires_at: Instant;
}

export interface HostIdentitiesTable {
  process: string;
  host: string;
  kind: string;
  partition: string | null;
  account_id: string | null;
  role_arn: string | null;
  error: string | null;
  reported_at: Generated<Instant>;
}

export interface ShownRemovalsTable {
  tenant_id: string;
  organization_id: string;
  account_id: string;
  badge_key: Generated<string>;
  placement: string;
  reason: string | null;
}

export interface CatalogGenerationsTable {
  generation: string;
  number: GeneratedBig;
  version: string;
  registered_at: GeneratedInstant;
}

export interface RuleSetsTable {
  hash: string;
  resource_type: string;
  insight_ids: string[];
}

export interface TenantsTable {
  id: string;
  name: string;
  key_id: string;
  wrapped_key: string;
  external_id: Buffer | null;
  created_at: GeneratedInstant;
}

export interface ExternalIdRotationsTable {
  tenant_id: string;
  id: string;
  next_external_id: Buffer;
  started_by: string;
  started_at: GeneratedInstant;
  checked_at: NullableInstant;
  next_check_at: GeneratedInstant;
}

export interface ExternalIdTrialsTable {
  tenant_id: string;
  subject: string;
  uses: string;
  refused_at: NullableInstant;
  changed_at: GeneratedInstant;
}

export interface AccessProofsTable {
  tenant_id: string;
  id: string;
  organization_id: string;
  provider_organization_id: string;
  nickname: string;
  credentials: Buffer | null;
  credentials_until: NullableInstant;
  state: Generated<string>;
  asked_by: string;
  asked_at: GeneratedInstant;
  finished_at: NullableInstant;
  removed_at: NullableInstant;
}

export interface AccessProofRolesTable {
  tenant_id: string;
  proof_id: string;
  role_arn: string;
  account_id: string;
  account_name: string;
  outcome: string | null;
  detail: string | null;
  tried_at: NullableInstant;
}

export interface UsersTable {
  id: string;
  tenant_id: string;
  email: string;
  password_hash: string;
  role: string;
  created_at: GeneratedInstant;
  last_sign_in_at: NullableInstant;
}

export interface SessionsTable {
  token_hash: Buffer;
  user_id: string;
  tenant_id: string;
  created_at: GeneratedInstant;
  expires_at: Instant;
}

export interface ApiKeysTable {
  id: string;
  tenant_id: string;
  user_id: string | null;
  name: string;
  key_hash: Buffer;
  role: string;
  created_at: GeneratedInstant;
  expires_at: NullableInstant;
  last_used_at: NullableInstant;
}

export interface IdempotencyKeysTable {
  tenant_id: string;
  key: string;
  route: string;
  body_hash: Buffer;
  status: number | null;
  answer: Json | null;
  created_at: GeneratedInstant;
}

export interface AuditEventsTable {
  tenant_id: string;
  id: GeneratedBig;
  at: GeneratedInstant;
  actor: string;
  action: string;
  subject: string | null;
  detail: GeneratedJson;
}

export interface HarvestingStrategiesTable {
  tenant_id: string;
  id: string;
  name: string;
  is_default: Generated<boolean>;
  interval_minutes: number;
  resource_types: string[] | null;
  regions: string[] | null;
  created_at: GeneratedInstant;
}

export interface CloudOrganizationsTable {
  tenant_id: string;
  id: string;
  provider: string;
  provider_organization_id: string;
  management_account_id: string;
  root_id: string | null;
  nickname: string;
  credential_source: string;
  credentials: Buffer;
  previous_credentials: Buffer | null;
  previous_credentials_at: NullableInstant;
  uses_tenant_external_id: Generated<boolean>;
  excluded_name_prefixes: Generated<string[]>;
  included_units: Generated<string[]>;
  auto_remove_suspended: Generated<boolean>;
  auto_badge: Generated<boolean>;
  strategy_ids: Generated<string[]>;
  badges: GeneratedJson;
  accounts_total: Generated<number>;
  accounts_included: Generated<number>;
  accounts_excluded: Generated<number>;
  sync_state: Generated<string>;
  sync_calls: Generated<number>;
  sync_error: string | null;
  sync_started_at: NullableInstant;
  sync_finished_at: NullableInstant;
  next_sync_at: NullableInstant;
  sync_interval_minutes: Generated<number>;
  confirmed_removals: Generated<string[]>;
  shown_digest: string | null;
  policies_read: GeneratedJson;
  created_at: GeneratedInstant;
  changed_at: GeneratedInstant;
}

export interface SyncRequestsTable {
  tenant_id: string;
  organization_id: string;
  target: string;
  job_id: string;
  seq: GeneratedBig;
}

export interface ListedAccountsTable {
  tenant_id: string;
  organization_id: string;
  run: string;
  account_id: string;
  placement: string | null;
  reason: string | null;
  tags: Json | null;
}

export interface OrganizationalUnitsTable {
  tenant_id: string;
  organization_id: string;
  id: string;
  name: string;
  parent_id: string | null;
  path: string;
}

export interface OrganizationPoliciesTable {
  tenant_id: string;
  organization_id: string;
  id: string;
  type: string;
  name: string;
  arn: string;
  aws_managed: boolean;
  document_hash: string;
  document: Json;
  targets: string[];
  read_at: Instant;
}

export interface CloudsTable {
  tenant_id: string;
  id: string;
  provider: string;
  partition: string;
  account_id: string;
  name: string;
  email: string | null;
  organization_id: string | null;
  unit_id: string | null;
  organizational_path: string | null;
  provider_state: string | null;
  joined_at: NullableInstant;
  credentials: Buffer | null;
  previous_credentials: Buffer | null;
  previous_credentials_at: NullableInstant;
  uses_tenant_external_id: Generated<boolean>;
  state: string;
  state_code: string | null;
  state_reason: string | null;
  state_since: GeneratedInstant;
  state_action: string | null;
  state_cause: string | null;
  paused: Generated<boolean>;
  regions: string[] | null;
  regions_off: string[] | null;
  placed_at: NullableInstant;
  regions_read_at: NullableInstant;
  awaiting_since: NullableInstant;
  worked_at: NullableInstant;
  next_try_at: NullableInstant;
  failures: Generated<number>;
  last_harvest_at: NullableInstant;
  calls: GeneratedBig;
  strategy_ids: Generated<string[]>;
  removed_at: NullableInstant;
  created_at: GeneratedInstant;
  changed_at: GeneratedInstant;
}

export interface CloudStatesTable {
  tenant_id: string;
  cloud_id: string;
  at: GeneratedInstant;
  id: GeneratedBig;
  from_state: string | null;
  state: string;
  code: string | null;
  reason: string | null;
}

export interface CredentialRefusalsTable {
  tenant_id: string;
  credential: string;
  refused_at: Date[];
  changed_at: GeneratedInstant;
}

export interface CloudChecksTable {
  tenant_id: string;
  cloud_id: string;
  job_id: string;
}

export interface CloudTagsTable {
  tenant_id: string;
  cloud_id: string;
  key: string;
  value: string;
}

export interface BadgesTable {
  tenant_id: string;
  cloud_id: string;
  key: string;
  value: string;
  kind: string;
  user_value: string | null;
  released: Generated<boolean>;
}

export interface CloudTermsTable {
  tenant_id: string;
  term: string;
  cloud_id: string;
}

export interface CloudLeasesTable {
  tenant_id: string;
  cloud_id: string;
  epoch: GeneratedBig;
  holder: string | null;
  until: GeneratedInstant;
}

export interface HarvestScopesTable {
  tenant_id: string;
  cloud_id: string;
  type: string;
  region: string;
  due_at: NullableInstant;
  tried_at: NullableInstant;
  completed_at: NullableInstant;
  gap_since: NullableInstant;
  gaps: GeneratedJson;
  loss_suspected_at: NullableInstant;
  resource_count: Generated<number>;
}

export interface ListingSeenTable {
  tenant_id: string;
  cloud_id: string;
  listing: string;
  resource_id: string;
}

export interface ResourcesTable {
  tenant_id: string;
  id: string;
  cloud_id: string;
  type: string;
  key_region: string;
  region: string;
  native_id: string;
  account_id: string;
  arn: string | null;
  name: string | null;
  created_at: NullableInstant;
  tags: GeneratedJson;
  fingerprint: Buffer;
  incarnation: Generated<number>;
  observed_at: Instant;
  first_seen_at: GeneratedInstant;
  changed_at: GeneratedInstant;
  gone_at: NullableInstant;
  judged_hash: string | null;
  flips_at: NullableInstant;
}

export interface DocumentsTable {
  tenant_id: string;
  resource_id: string;
  cloud_id: string;
  properties: Json;
  gaps: GeneratedJson;
  gap_paths: Generated<string[]>;
}

export interface ResourceTermsTable {
  tenant_id: string;
  term: string;
  resource_id: string;
}

export interface EdgesTable {
  tenant_id: string;
  cloud_id: string;
  source_id: string;
  kind: string;
  target_type: string;
  target_native_id: string;
  target_cloud_id: string | null;
  target_region: string | null;
}

export interface ResourceEventsTable {
  tenant_id: string;
  resource_id: string;
  at: GeneratedInstant;
  id: GeneratedBig;
  kind: string;
  observed_at: Instant;
}

export interface VerdictsTable {
  tenant_id: string;
  cloud_id: string;
  resource_id: string;
  insight_id: string;
  verdict: string;
  stale_since: NullableInstant;
  gap: Json | null;
  since: GeneratedInstant;
}

export interface FindingsTable {
  tenant_id: string;
  id: string;
  cloud_id: string;
  resource_id: string;
  resource_type: string;
  insight_id: string;
  severity: string;
  severity_rank: number;
  status: string;
  opened_at: Instant;
  closed_at: NullableInstant;
  stale_since: NullableInstant;
  evidence: GeneratedJson;
}

export interface FindingEventsTable {
  tenant_id: string;
  finding_id: string;
  at: GeneratedInstant;
  id: GeneratedBig;
  event: string;
  reason: string;
}

export interface VerdictCountsTable {
  tenant_id: string;
  cloud_id: string;
  insight_id: string;
  judged: Generated<number>;
  failed: Generated<number>;
  unknown: Generated<number>;
  not_applicable: Generated<number>;
  stale_passed: Generated<number>;
  stale_failed: Generated<number>;
}

export interface ResourceCountsTable {
  tenant_id: string;
  cloud_id: string;
  type: string;
  region: string;
  live: Generated<number>;
}

export interface DailyHistoryTable {
  tenant_id: string;
  day: string;
  critical: number;
  high: number;
  medium: number;
  low: number;
  info: number;
  passed: Big;
  failed: Big;
}

export interface PendingTable {
  tenant_id: string;
  cloud_id: string;
  kind: string;
  resource: string;
  reason: string;
  seq: GeneratedBig;
  since: GeneratedInstant;
}

export interface JobsTable {
  tenant_id: string;
  id: string;
  kind: string;
  subject: string;
  cloud_id: string | null;
  organization_id: string | null;
  state: string;
  done: Generated<number>;
  total: number | null;
  failed: Generated<number>;
  error: string | null;
  created_at: GeneratedInstant;
  started_at: NullableInstant;
  finished_at: NullableInstant;
  changed_at: GeneratedInstant;
}

export interface KnownDenialsTable {
  tenant_id: string;
  cloud_id: string;
  operation: string;
  region: string;
  target: string;
  code: string;
  message: string;
  denied_by: Json | null;
  since: Instant;
  tried_at: Instant;
  next_try_at: Instant;
}

export interface RoleInspectionsTable {
  tenant_id: string;
  cloud_id: string;
  role_arn: string;
  tried_at: Instant;
  next_at: Instant;
  read_at: NullableInstant;
  reading: Json | null;
  unread: GeneratedJson;
  judged_by: string | null;
  template: string | null;
  missing: string[] | null;
  differences: GeneratedJson;
  warnings: GeneratedJson;
  drift_since: NullableInstant;
  baseline: Json | null;
  accepted: Generated<string[]>;
  simulation: Json | null;
}

export interface OrganizationRoleInspectionsTable {
  tenant_id: string;
  organization_id: string;
  role_arn: string;
  tried_at: Instant;
  next_at: Instant;
  read_at: NullableInstant;
  reading: Json | null;
  unread: GeneratedJson;
  simulation: Json | null;
  judged_by: string | null;
  template: string | null;
  missing: string[] | null;
  differences: GeneratedJson;
  warnings: GeneratedJson;
  drift_since: NullableInstant;
  baseline: Json | null;
  accepted: Generated<string[]>;
}

export interface CloudDailyHistoryTable {
  tenant_id: string;
  cloud_id: string;
  day: Instant;
  critical: number;
  high: number;
  medium: number;
  low: number;
  info: number;
  passed: string;
  failed: string;
}

export interface PermissionAcknowledgementsTable {
  tenant_id: string;
  cloud_id: string;
  region: string;
  action: string;
  note: string;
  until: NullableInstant;
  acknowledged_by: string;
  acknowledged_at: GeneratedInstant;
}

export interface Database {
  installation: InstallationTable;
  platform_sources: PlatformSourcesTable;
  lent_sessions: LentSessionsTable;
  host_identities: HostIdentitiesTable;
  shown_removals: ShownRemovalsTable;
  organization_role_inspections: OrganizationRoleInspectionsTable;
  cloud_daily_history: CloudDailyHistoryTable;
  template_copies: TemplateCopiesTable;
  catalog_generations: CatalogGenerationsTable;
  rule_sets: RuleSetsTable;
  tenants: TenantsTable;
  external_id_rotations: ExternalIdRotationsTable;
  external_id_trials: ExternalIdTrialsTable;
  access_proofs: AccessProofsTable;
  access_proof_roles: AccessProofRolesTable;
  users: UsersTable;
  sessions: SessionsTable;
  api_keys: ApiKeysTable;
  idempotency_keys: IdempotencyKeysTable;
  audit_events: AuditEventsTable;
  harvesting_strategies: HarvestingStrategiesTable;
  cloud_organizations: CloudOrganizationsTable;
  organizational_units: OrganizationalUnitsTable;
  sync_requests: SyncRequestsTable;
  listed_accounts: ListedAccountsTable;
  organization_policies: OrganizationPoliciesTable;
  clouds: CloudsTable;
  cloud_states: CloudStatesTable;
  credential_refusals: CredentialRefusalsTable;
  cloud_checks: CloudChecksTable;
  cloud_tags: CloudTagsTable;
  badges: BadgesTable;
  cloud_terms: CloudTermsTable;
  cloud_leases: CloudLeasesTable;
  harvest_scopes: HarvestScopesTable;
  listing_seen: ListingSeenTable;
  resources: ResourcesTable;
  documents: DocumentsTable;
  resource_terms: ResourceTermsTable;
  edges: EdgesTable;
  resource_events: ResourceEventsTable;
  verdicts: VerdictsTable;
  findings: FindingsTable;
  finding_events: FindingEventsTable;
  verdict_counts: VerdictCountsTable;
  resource_counts: ResourceCountsTable;
  daily_history: DailyHistoryTable;
  pending: PendingTable;
  jobs: JobsTable;
  known_denials: KnownDenialsTable;
  role_inspections: RoleInspectionsTable;
  permission_acknowledgements: PermissionAcknowledgementsTable;
}
