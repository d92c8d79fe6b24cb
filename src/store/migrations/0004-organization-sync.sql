-- How often an organization is synced, what is to be synced of it before that, and what a running sync has read.
alter table cloud_organizations
  add column sync_interval_minutes int not null default 60 check (sync_interval_minutes between 15 and 1440);

-- Accounts and units that somebody asked to sync by themselves; a whole sync answers them too.
create table sync_requests (
  tenant_id text collate "C" not null,
  organization_id text collate "C" not null,
  -- Id of an account or of a unit.
  target text collate "C" not null,
  job_id text collate "C" not null,
  -- Asked for again while it was worked on: moved, and the request stays.
  seq bigint not null default nextval('pending_seq'),
  primary key (tenant_id, organization_id, target),
  foreign key (tenant_id, organization_id) references cloud_organizations on delete cascade
);

-- The listing of a running sync, so that what a sync keeps in memory does not grow with the organization. Logged:
-- a crash of the server that emptied it would make every account absent.
create table listed_accounts (
  tenant_id text collate "C" not null,
  organization_id text collate "C" not null,
  run text collate "C" not null,
  account_id text collate "C" not null,
  -- null: of this account only the tags have been read so far.
  placement text collate "C"
    check (placement in ('included', 'excluded', 'to-remove', 'not-yet', 'taken', 'absent')),
  reason text,
  -- null: not read.
  tags jsonb,
  primary key (tenant_id, organization_id, run, account_id),
  foreign key (tenant_id, organization_id) references cloud_organizations on delete cascade
);

do $$
declare
  t text;
begin
  foreach t in array array['sync_requests', 'listed_accounts'] loop
    execute format('alter table %I enable row level security', t);
    execute format(
      'create policy own_tenant on %I to skywarden_app using (tenant_id = current_setting(''skywarden.tenant'', true)) with check (tenant_id = current_setting(''skywarden.tenant'', true))', t);
    execute format('create policy upkeep on %I to skywarden_system using (true) with check (true)', t);
    execute format('grant select, insert, update, delete on %I to skywarden_app, skywarden_system', t);
  end loop;
end
$$;
