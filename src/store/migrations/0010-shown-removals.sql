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

alter table shown_removals enable row level security;
create policy own_tenant on shown_removals to skywarden_app
  using (tenant_id = current_setting('skywarden.tenant', true))
  with check (tenant_id = current_setting('skywarden.tenant', true));
create policy upkeep on shown_removals to skywarden_system using (true) with check (true);
grant select, insert, update, delete on shown_removals to skywarden_app, skywarden_system;
