-- Rotation of the external id, proofs that no access is left, and the credentials from before a change.

-- At most one under way in a tenant. Ending it, either way, takes its trials along.
create table external_id_rotations (
  tenant_id text collate "C" primary key references tenants on delete cascade,
  id text not null,
  -- Sealed as tenants.external_id is, and to the same place: it becomes that.
  next_external_id bytea not null,
  started_by text not null,
  started_at timestamptz not null default now(),
  checked_at timestamptz,
  -- Every cloud and organization is tried then.
  next_check_at timestamptz not null default now()
);

-- By which external id the role of a cloud, or of an organization, was assumed last during the rotation.
create table external_id_trials (
  tenant_id text collate "C" not null references external_id_rotations on delete cascade,
  subject text collate "C" not null,
  uses text not null check (uses in ('new', 'old', 'neither')),
  -- When the new one was refused last: it is not tried again at every call.
  refused_at timestamptz,
  changed_at timestamptz not null default now(),
  primary key (tenant_id, subject)
);

-- Whether its roles are assumed with the tenant's external id. Of a cloud: only while nothing manages it.
alter table cloud_organizations add column uses_tenant_external_id boolean not null default true;
alter table clouds add column uses_tenant_external_id boolean not null default false;

-- When the credentials before the last change were replaced; they go with their period.
alter table cloud_organizations add column previous_credentials_at timestamptz;
alter table clouds add column previous_credentials_at timestamptz;
update cloud_organizations set previous_credentials_at = now() where previous_credentials is not null;
update clouds set previous_credentials_at = now() where previous_credentials is not null;
create index clouds_previous_credentials on clouds (previous_credentials_at) where previous_credentials is not null;

-- One row an attempt to show that an organization's roles cannot be assumed any more. It outlives the organization.
create table access_proofs (
  tenant_id text collate "C" not null references tenants on delete cascade,
  id text collate "C" not null,
  organization_id text collate "C" not null,
  provider_organization_id text not null,
  nickname text not null,
  -- Sealed; null once nothing more is to be tried.
  credentials bytea,
  credentials_until timestamptz,
  state text not null default 'running' check (state in ('running', 'done')),
  asked_by text not null,
  asked_at timestamptz not null default now(),
  finished_at timestamptz,
  -- Set when the organization itself was removed.
  removed_at timestamptz,
  primary key (tenant_id, id)
);
create index access_proofs_recent on access_proofs (tenant_id, asked_at desc, id);
create index access_proofs_running on access_proofs (tenant_id, id) where state = 'running';
create index access_proofs_ending on access_proofs (credentials_until) where credentials is not null;

create table access_proof_roles (
  tenant_id text collate "C" not null,
  proof_id text collate "C" not null,
  role_arn text collate "C" not null,
  account_id text collate "C" not null,
  account_name text not null,
  -- null: not tried yet.
  outcome text collate "C" check (outcome in ('refused', 'works', 'unknown')),
  detail text,
  tried_at timestamptz,
  primary key (tenant_id, proof_id, role_arn),
  foreign key (tenant_id, proof_id) references access_proofs on delete cascade
);
create index access_proof_roles_by_outcome on access_proof_roles (tenant_id, proof_id, outcome, role_arn);

do $$
declare
  t text;
begin
  foreach t in array array['external_id_rotations', 'external_id_trials', 'access_proofs', 'access_proof_roles'] loop
    execute format('alter table %I enable row level security', t);
    execute format(
      'create policy own_tenant on %I to skywarden_app using (tenant_id = current_setting(''skywarden.tenant'', true)) with check (tenant_id = current_setting(''skywarden.tenant'', true))', t);
    execute format('create policy upkeep on %I to skywarden_system using (true) with check (true)', t);
    execute format('grant select, insert, update, delete on %I to skywarden_app, skywarden_system', t);
  end loop;
end
$$;
