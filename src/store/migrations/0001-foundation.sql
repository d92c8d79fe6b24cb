-- The first schema. Keys lead with tenant_id; text keys use collation "C", whose equality and
-- ranges are leakproof and therefore use indexes under row-level security.
-- Roles: skywarden_app serves requests and work inside one tenant; skywarden_system does upkeep
-- across tenants. Both are made by store/roles.ts; neither owns a table or bypasses a policy.

create table installation (
  singleton boolean primary key default true check (singleton),
  id text not null,
  key_id text not null,
  key_check text not null,
  created_at timestamptz not null default now()
);

create table catalog_generations (
  generation text primary key,
  number bigint generated always as identity unique,
  version text not null,
  registered_at timestamptz not null default now()
);

-- Which insights a resource's judged_hash stands for.
create table rule_sets (
  hash text collate "C" primary key,
  resource_type text collate "C" not null,
  insight_ids text[] not null
);

create table tenants (
  id text collate "C" primary key,
  name text not null,
  key_id text not null,
  wrapped_key text not null,
  external_id bytea,
  created_at timestamptz not null default now()
);

create table users (
  id text collate "C" primary key,
  tenant_id text collate "C" not null references tenants on delete cascade,
  email text not null,
  password_hash text not null,
  role text not null check (role in ('domain-admin', 'tenant-admin', 'viewer', 'basic-user')),
  created_at timestamptz not null default now(),
  last_sign_in_at timestamptz
);
create unique index users_email on users (lower(email));
create index users_by_tenant on users (tenant_id, id);

create table sessions (
  token_hash bytea primary key,
  user_id text collate "C" not null references users on delete cascade,
  tenant_id text collate "C" not null references tenants on delete cascade,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index sessions_by_user on sessions (user_id);

create table api_keys (
  id text collate "C" primary key,
  tenant_id text collate "C" not null references tenants on delete cascade,
  user_id text collate "C" references users on delete cascade,
  name text not null,
  key_hash bytea not null unique,
  role text not null check (role in ('domain-admin', 'tenant-admin', 'viewer', 'basic-user')),
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  last_used_at timestamptz
);
create index api_keys_by_tenant on api_keys (tenant_id, id);

create table idempotency_keys (
  tenant_id text collate "C" not null references tenants on delete cascade,
  key text collate "C" not null,
  route text not null,
  body_hash bytea not null,
  status int,
  answer jsonb,
  created_at timestamptz not null default now(),
  primary key (tenant_id, key)
);

create table audit_events (
  tenant_id text collate "C" not null references tenants on delete cascade,
  id bigint generated always as identity,
  at timestamptz not null default now(),
  actor text not null,
  action text collate "C" not null,
  subject text,
  detail jsonb not null default '{}',
  primary key (tenant_id, id)
);

create table harvesting_strategies (
  tenant_id text collate "C" not null references tenants on delete cascade,
  id text collate "C" not null,
  name text not null,
  is_default boolean not null default false,
  interval_minutes int not null check (interval_minutes between 5 and 10080),
  -- null = every type, every enabled region
  resource_types text[],
  regions text[],
  created_at timestamptz not null default now(),
  primary key (tenant_id, id)
);
create unique index harvesting_strategies_default on harvesting_strategies (tenant_id) where is_default;

create table cloud_organizations (
  tenant_id text collate "C" not null references tenants on delete cascade,
  id text collate "C" not null,
  provider text not null,
  provider_organization_id text collate "C" not null,
  management_account_id text collate "C" not null,
  root_id text,
  nickname text not null,
  credential_source text not null check (credential_source in ('host', 'user-key')),
  -- Sealed JSON: role ARNs, session names, durations, custom external id, stored key.
  credentials bytea not null,
  -- The block before the last change, kept for rollback.
  previous_credentials bytea,
  excluded_name_prefixes text[] not null default '{}',
  included_units text[] not null default '{}',
  auto_remove_suspended boolean not null default false,
  auto_badge boolean not null default false,
  strategy_ids text[] not null default '{}',
  badges jsonb not null default '[]',
  accounts_total int not null default 0,
  accounts_included int not null default 0,
  accounts_excluded int not null default 0,
  sync_state text not null default 'pending'
    check (sync_state in ('pending', 'running', 'done', 'failed', 'needs-confirmation')),
  sync_calls int not null default 0,
  sync_error text,
  sync_started_at timestamptz,
  sync_finished_at timestamptz,
  next_sync_at timestamptz,
  -- Clouds that a confirmed preview may take out of scope in the next sync (E14).
  confirmed_removals text[] not null default '{}',
  created_at timestamptz not null default now(),
  changed_at timestamptz not null default now(),
  primary key (tenant_id, id)
);
-- One installation connects an AWS Organization once, whichever tenant it is (S52, E11).
create unique index cloud_organizations_once on cloud_organizations (provider, provider_organization_id);

create table organizational_units (
  tenant_id text collate "C" not null,
  organization_id text collate "C" not null,
  id text collate "C" not null,
  name text not null,
  parent_id text,
  path text not null,
  primary key (tenant_id, organization_id, id),
  foreign key (tenant_id, organization_id) references cloud_organizations on delete cascade
);

create table organization_policies (
  tenant_id text collate "C" not null,
  organization_id text collate "C" not null,
  id text collate "C" not null,
  type text not null,
  name text not null,
  arn text not null,
  aws_managed boolean not null,
  document_hash text not null,
  document jsonb not null,
  targets text[] not null,
  read_at timestamptz not null,
  primary key (tenant_id, organization_id, id),
  foreign key (tenant_id, organization_id) references cloud_organizations on delete cascade
);

create table clouds (
  tenant_id text collate "C" not null references tenants on delete cascade,
  id text collate "C" not null,
  provider text not null,
  partition text not null,
  account_id text collate "C" not null,
  name text not null,
  email text,
  organization_id text collate "C",
  unit_id text,
  organizational_path text,
  provider_state text,
  joined_at timestamptz,
  -- Sealed JSON of a cloud that is not managed by an organization.
  credentials bytea,
  previous_credentials bytea,
  state text collate "C" not null,
  state_code text,
  state_reason text,
  state_since timestamptz not null default now(),
  state_action text,
  paused boolean not null default false,
  -- Regions the account has enabled, null until first read.
  regions text[],
  regions_read_at timestamptz,
  awaiting_since timestamptz,
  worked_at timestamptz,
  next_try_at timestamptz,
  failures int not null default 0,
  last_harvest_at timestamptz,
  calls bigint not null default 0,
  strategy_ids text[] not null default '{}',
  removed_at timestamptz,
  created_at timestamptz not null default now(),
  changed_at timestamptz not null default now(),
  primary key (tenant_id, id)
);
create unique index clouds_once on clouds (provider, account_id) where removed_at is null;
create index clouds_by_organization on clouds (tenant_id, organization_id);
create index clouds_by_name on clouds (tenant_id, lower(name) collate "C", id) where removed_at is null;

create table cloud_states (
  tenant_id text collate "C" not null,
  cloud_id text collate "C" not null,
  at timestamptz not null default now(),
  id bigint generated always as identity,
  state text not null,
  code text,
  reason text,
  primary key (tenant_id, cloud_id, id),
  foreign key (tenant_id, cloud_id) references clouds on delete cascade
);

-- The provider's tags on the account, as last read (S108).
create table cloud_tags (
  tenant_id text collate "C" not null,
  cloud_id text collate "C" not null,
  key text collate "C" not null,
  value text not null,
  primary key (tenant_id, cloud_id, key),
  foreign key (tenant_id, cloud_id) references clouds on delete cascade
);

create table badges (
  tenant_id text collate "C" not null,
  cloud_id text collate "C" not null,
  key text collate "C" not null,
  value text collate "C" not null,
  kind text not null check (kind in ('user', 'autogenerated', 'system')),
  -- What the user had set before a tag of that key took the badge over; it returns with the tag's end (E27).
  user_value text,
  primary key (tenant_id, cloud_id, key),
  foreign key (tenant_id, cloud_id) references clouds on delete cascade
);
create index badges_by_value on badges (tenant_id, key, value, cloud_id);

-- Look-up terms of clouds: name tokens, account ids, OU names. Equality and prefix ranges only.
create table cloud_terms (
  tenant_id text collate "C" not null,
  term text collate "C" not null,
  cloud_id text collate "C" not null,
  primary key (tenant_id, term, cloud_id),
  foreign key (tenant_id, cloud_id) references clouds on delete cascade
);
create index cloud_terms_by_cloud on cloud_terms (tenant_id, cloud_id);

-- Who may write a cloud's resources now. An ingest with an old epoch is refused.
create table cloud_leases (
  tenant_id text collate "C" not null,
  cloud_id text collate "C" not null,
  epoch bigint not null default 0,
  holder text,
  until timestamptz not null default '-infinity',
  primary key (tenant_id, cloud_id),
  foreign key (tenant_id, cloud_id) references clouds on delete cascade
);

create table harvest_scopes (
  tenant_id text collate "C" not null,
  cloud_id text collate "C" not null,
  type text collate "C" not null,
  region text collate "C" not null,
  -- null: covered no more (its region is disabled, the strategy left it), but it holds live resources.
  due_at timestamptz default now(),
  tried_at timestamptz,
  -- When the last complete listing began: the age of everything in the scope that did not change.
  completed_at timestamptz,
  gap_since timestamptz,
  -- Scope gap and detail gaps with the number of resources each covers.
  gaps jsonb not null default '[]',
  -- A listing that lost much; the next complete one decides.
  loss_suspected_at timestamptz,
  resource_count int not null default 0,
  primary key (tenant_id, cloud_id, type, region),
  foreign key (tenant_id, cloud_id) references clouds on delete cascade
);
create index harvest_scopes_due on harvest_scopes (due_at, tenant_id, cloud_id);

-- What a listing longer than one batch has seen so far. Logged: if a crash of the server emptied it, the
-- end of the listing would take what earlier batches saw for gone.
create table listing_seen (
  tenant_id text collate "C" not null,
  cloud_id text collate "C" not null,
  listing text collate "C" not null,
  resource_id text collate "C" not null,
  primary key (tenant_id, cloud_id, listing, resource_id)
);

-- Bulk tables have no foreign keys: each check is a query of its own, and locks the row it finds (the one
-- row of the tenant in every transaction). What hangs on a resource goes with it by the trigger below.
create table resources (
  tenant_id text collate "C" not null,
  id text collate "C" not null,
  cloud_id text collate "C" not null,
  type text collate "C" not null,
  key_region text collate "C" not null,
  region text collate "C" not null,
  native_id text collate "C" not null,
  account_id text collate "C" not null,
  arn text collate "C",
  name text,
  created_at timestamptz,
  tags jsonb not null default '[]',
  fingerprint bytea not null,
  incarnation int not null default 1,
  -- By the database's clock, when the request that read it was sent.
  observed_at timestamptz not null,
  first_seen_at timestamptz not null default now(),
  changed_at timestamptz not null default now(),
  gone_at timestamptz,
  judged_hash text collate "C",
  -- Earliest instant at which a time rule can flip.
  flips_at timestamptz,
  primary key (tenant_id, id)
);
create index resources_by_native on resources (tenant_id, native_id, type);
create index resources_by_scope on resources (tenant_id, cloud_id, type, key_region) where gone_at is null;
create index resources_by_type on resources (tenant_id, type, id) where gone_at is null;
create index resources_live on resources (tenant_id, id) where gone_at is null;
create index resources_by_region on resources (tenant_id, region, id) where gone_at is null;
create index resources_by_cloud on resources (tenant_id, cloud_id, id) where gone_at is null;
create index resources_gone on resources (gone_at) where gone_at is not null;
create index resources_flipping on resources (flips_at) where flips_at is not null and gone_at is null;
create index resources_judged on resources (type, judged_hash) where gone_at is null;

create table documents (
  tenant_id text collate "C" not null,
  resource_id text collate "C" not null,
  cloud_id text collate "C" not null,
  properties jsonb not null,
  gaps jsonb not null default '[]',
  gap_paths text[] not null default '{}',
  primary key (tenant_id, resource_id)
);

-- Narrow look-up terms: tag (key or key=value), name tokens, ids, ARNs, IP addresses.
create table resource_terms (
  tenant_id text collate "C" not null,
  term text collate "C" not null,
  resource_id text collate "C" not null,
  primary key (tenant_id, term, resource_id)
);
create index resource_terms_by_resource on resource_terms (tenant_id, resource_id);

create table edges (
  tenant_id text collate "C" not null,
  cloud_id text collate "C" not null,
  source_id text collate "C" not null,
  kind text collate "C" not null,
  target_type text collate "C" not null,
  target_native_id text collate "C" not null,
  -- null: any cloud, any region (names unique in the provider).
  target_cloud_id text collate "C",
  target_region text collate "C"
);
-- One name can stand in several clouds and regions ("admin" in two accounts).
create unique index edges_once on edges
  (tenant_id, source_id, kind, target_type, target_native_id, target_cloud_id, target_region) nulls not distinct;
create index edges_by_target on edges (tenant_id, target_type, target_native_id, kind);
-- Who looks into another cloud, for the end of that cloud's listing.
create index edges_across on edges (tenant_id, target_type, target_cloud_id)
  where target_cloud_id is distinct from cloud_id;

create table resource_events (
  tenant_id text collate "C" not null,
  resource_id text collate "C" not null,
  at timestamptz not null default now(),
  id bigint generated always as identity,
  kind text not null check (kind in ('created', 'changed', 'gone', 'returned')),
  observed_at timestamptz not null,
  primary key (tenant_id, resource_id, id)
);

-- fail, unknown and not-applicable rows; a stale row keeps the last known verdict, pass included.
-- A fresh pass is the absence of a row on a resource judged by the current rules.
create table verdicts (
  tenant_id text collate "C" not null,
  cloud_id text collate "C" not null,
  resource_id text collate "C" not null,
  insight_id text collate "C" not null,
  verdict text not null check (verdict in ('pass', 'fail', 'unknown', 'not-applicable')),
  stale_since timestamptz,
  gap jsonb,
  since timestamptz not null default now(),
  primary key (tenant_id, resource_id, insight_id),
  constraint pass_only_when_stale check (verdict <> 'pass' or stale_since is not null)
);
create index verdicts_by_insight on verdicts (tenant_id, insight_id, verdict, resource_id);

create table findings (
  tenant_id text collate "C" not null,
  id text collate "C" not null,
  cloud_id text collate "C" not null,
  resource_id text collate "C" not null,
  resource_type text collate "C" not null,
  insight_id text collate "C" not null,
  severity text collate "C" not null,
  -- 0 critical … 4 info: the order of the list.
  severity_rank smallint not null,
  status text collate "C" not null check (status in ('open', 'closed', 'exempt')),
  opened_at timestamptz not null,
  closed_at timestamptz,
  stale_since timestamptz,
  evidence jsonb not null default '[]',
  primary key (tenant_id, id)
);
create unique index findings_by_pair on findings (tenant_id, resource_id, insight_id);
create index findings_open on findings (tenant_id, severity_rank, id) where status = 'open';
create index findings_by_cloud on findings (tenant_id, cloud_id, status, severity_rank, id);
create index findings_by_insight on findings (tenant_id, insight_id, status, severity_rank, id);
create index findings_by_status on findings (tenant_id, status, severity_rank, id);
create index findings_by_type on findings (tenant_id, resource_type, status, severity_rank, id);

create table finding_events (
  tenant_id text collate "C" not null,
  finding_id text collate "C" not null,
  at timestamptz not null default now(),
  id bigint generated always as identity,
  event text not null check (event in ('opened', 'closed', 'reopened')),
  reason text not null,
  primary key (tenant_id, finding_id, id)
);
create index finding_events_recent on finding_events (tenant_id, id desc);

create function remove_with_resources() returns trigger language plpgsql as $$
begin
  delete from documents d using removed r where d.tenant_id = r.tenant_id and d.resource_id = r.id;
  delete from resource_terms t using removed r where t.tenant_id = r.tenant_id and t.resource_id = r.id;
  delete from edges e using removed r where e.tenant_id = r.tenant_id and e.source_id = r.id;
  delete from resource_events e using removed r where e.tenant_id = r.tenant_id and e.resource_id = r.id;
  delete from verdicts v using removed r where v.tenant_id = r.tenant_id and v.resource_id = r.id;
  delete from finding_events e using removed r, findings f
    where f.tenant_id = r.tenant_id and f.resource_id = r.id and e.tenant_id = f.tenant_id and e.finding_id = f.id;
  delete from findings f using removed r where f.tenant_id = r.tenant_id and f.resource_id = r.id;
  return null;
end
$$;
create trigger resources_removed after delete on resources
  referencing old table as removed for each statement execute function remove_with_resources();

create function remove_resources_of_tenant() returns trigger language plpgsql as $$
begin
  delete from resources where tenant_id = old.id;
  return null;
end
$$;
create trigger tenant_removed after delete on tenants
  for each row execute function remove_resources_of_tenant();

-- Counters change in the transaction that changes what they count.
create table verdict_counts (
  tenant_id text collate "C" not null,
  cloud_id text collate "C" not null,
  insight_id text collate "C" not null,
  judged int not null default 0,
  failed int not null default 0,
  unknown int not null default 0,
  not_applicable int not null default 0,
  -- Of passed and failed: those that are stale.
  stale_passed int not null default 0,
  stale_failed int not null default 0,
  primary key (tenant_id, cloud_id, insight_id),
  foreign key (tenant_id, cloud_id) references clouds on delete cascade
);

create table resource_counts (
  tenant_id text collate "C" not null,
  cloud_id text collate "C" not null,
  type text collate "C" not null,
  region text collate "C" not null,
  live int not null default 0,
  primary key (tenant_id, cloud_id, type, region),
  foreign key (tenant_id, cloud_id) references clouds on delete cascade
);

create table daily_history (
  tenant_id text collate "C" not null references tenants on delete cascade,
  day date not null,
  critical int not null,
  high int not null,
  medium int not null,
  low int not null,
  info int not null,
  passed bigint not null,
  failed bigint not null,
  primary key (tenant_id, day)
);

-- Work that must not be lost: upserted in the transaction that causes it, removed only if seq did
-- not move while it was worked on.
create sequence pending_seq;
create table pending (
  tenant_id text collate "C" not null,
  cloud_id text collate "C" not null,
  kind text collate "C" not null,
  resource text collate "C" not null,
  reason text not null,
  seq bigint not null default nextval('pending_seq'),
  since timestamptz not null default now(),
  primary key (tenant_id, cloud_id, kind, resource)
);

-- What people see of running work. pg-boss only wakes workers.
create table jobs (
  tenant_id text collate "C" not null references tenants on delete cascade,
  id text collate "C" not null,
  kind text collate "C" not null,
  subject text not null,
  cloud_id text collate "C",
  organization_id text collate "C",
  state text collate "C" not null check (state in ('queued', 'running', 'done', 'failed', 'cancelled')),
  done int not null default 0,
  total int,
  failed int not null default 0,
  error text,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  changed_at timestamptz not null default now(),
  primary key (tenant_id, id)
);
create index jobs_active on jobs (tenant_id, created_at desc) where state in ('queued', 'running');
create index jobs_recent on jobs (tenant_id, created_at desc, id);

-- Without statistics of a first harvest's types and relations its own plans read whole tables; the server's
-- own analyzing comes a minute late. Workers call this; only an owner may analyze.
create function refresh_statistics() returns int language plpgsql security definer set search_path = public as $$
declare
  t text;
  refreshed int := 0;
begin
  for t in
    select relname from pg_stat_user_tables
    where relname in ('clouds', 'harvest_scopes', 'resources', 'documents', 'edges', 'verdicts', 'findings', 'pending')
      and schemaname = 'public' and n_mod_since_analyze > 200 + n_live_tup * 0.1
  loop
    execute format('analyze %I', t);
    refreshed := refreshed + 1;
  end loop;
  return refreshed;
end
$$;
revoke all on function refresh_statistics() from public;
grant execute on function refresh_statistics() to skywarden_system;

-- Row-level security: the second lock behind withTenant.
do $$
declare
  t text;
begin
  for t in
    select c.table_name from information_schema.columns c
    join information_schema.tables i using (table_schema, table_name)
    where c.table_schema = current_schema() and c.column_name = 'tenant_id' and i.table_type = 'BASE TABLE'
  loop
    execute format('alter table %I enable row level security', t);
    execute format(
      'create policy own_tenant on %I to skywarden_app using (tenant_id = current_setting(''skywarden.tenant'', true)) with check (tenant_id = current_setting(''skywarden.tenant'', true))', t);
    execute format('create policy upkeep on %I to skywarden_system using (true) with check (true)', t);
  end loop;
  alter table tenants enable row level security;
  create policy own_tenant on tenants to skywarden_app using (id = current_setting('skywarden.tenant', true));
  create policy upkeep on tenants to skywarden_system using (true) with check (true);
end
$$;

grant usage on schema public to skywarden_app, skywarden_system;
grant select, insert, update, delete on all tables in schema public to skywarden_app, skywarden_system;
grant usage on all sequences in schema public to skywarden_app, skywarden_system;
revoke insert, update, delete on installation, catalog_generations, rule_sets, tenants from skywarden_app;
revoke insert, update, delete on migrations from skywarden_app, skywarden_system;
