-- What a sync that stopped would have taken away, account by account (E14): a confirmation covers this and nothing else.
create table shown_removals (
  tenant_id text collate "C" not null,
  organization_id text collate "C" not null,
  account_id text collate "C" not null,
  -- Empty: the cloud itself.
  badge_key text collate "C" not null default '',
  placement text collate "C" not null check (placement in ('absent', 'excluded', 'to-remove', 'badge')),
  reason text,
  primary key (tenant_id, organization_id, account_id, badge_key),
  foreign key (tenant_id, organization_id) references cloud_organizations on delete cascade
);

-- Of the rows above, null: no sync waits for a confirmation. What is confirmed names it.
alter table cloud_organizations add column shown_digest text;
update cloud_organizations set confirmed_removals = '{}';

-- What the organization's own role is: as role_inspections are of the roles of clouds.
create table organization_role_inspections (
  tenant_id text collate "C" not null,
  organization_id text collate "C" not null,
  role_arn text not null,
  tried_at timestamptz not null,
  next_at timestamptz not null,
  read_at timestamptz,
  reading jsonb,
  unread jsonb not null default '[]',
  simulation jsonb,
  judged_by text collate "C",
  template text collate "C",
  missing text[],
  differences jsonb not null default '[]',
  warnings jsonb not null default '[]',
  drift_since timestamptz,
  baseline jsonb,
  accepted text[] not null default '{}',
  primary key (tenant_id, organization_id),
  foreign key (tenant_id, organization_id) references cloud_organizations on delete cascade
);
-- The daily history of each cloud, for the line under a badge filter: badges name clouds, and change. A row a cloud and
-- day, kept 31 days: of 10,000 clouds 310,000 rows in about 40 MB (2026-11-22).
create table cloud_daily_history (
  tenant_id text collate "C" not null,
  cloud_id text collate "C" not null,
  day date not null,
  critical int not null,
  high int not null,
  medium int not null,
  low int not null,
  info int not null,
  passed bigint not null,
  failed bigint not null,
  primary key (tenant_id, cloud_id, day),
  foreign key (tenant_id, cloud_id) references clouds on delete cascade
);
-- What is too old is looked for by all tenants.
create index cloud_daily_history_by_day on cloud_daily_history (day);

do $$
declare
  t text;
begin
  foreach t in array array['shown_removals', 'organization_role_inspections', 'cloud_daily_history'] loop
    execute format('alter table %I enable row level security', t);
    execute format(
      'create policy own_tenant on %I to skywarden_app using (tenant_id = current_setting(''skywarden.tenant'', true)) with check (tenant_id = current_setting(''skywarden.tenant'', true))', t);
    execute format('create policy upkeep on %I to skywarden_system using (true) with check (true)', t);
    execute format('grant select, insert, update, delete on %I to skywarden_app, skywarden_system', t);
  end loop;
end
$$;
