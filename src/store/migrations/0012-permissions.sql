-- What a role may really do: its policies with their versions, what AWS's policy simulator says of it, and the
-- denials that a person has called known (S47).
alter table role_inspections add column simulation jsonb;
-- Readings lack the boundary's document, versions and tags: every role is read again.
update role_inspections set reading = null, read_at = null, next_at = now();

-- Regions that the account could enable and has not; null until read.
alter table clouds add column regions_off text[];
-- Since when it is where it is in the organization: other policies bind it from then on.
alter table clouds add column placed_at timestamptz;

create table permission_acknowledgements (
  tenant_id text collate "C" not null,
  cloud_id text collate "C" not null,
  region text collate "C" not null,
  action text collate "C" not null,
  note text not null,
  -- null: until somebody takes it back.
  until timestamptz,
  acknowledged_by text not null,
  acknowledged_at timestamptz not null default now(),
  primary key (tenant_id, cloud_id, region, action),
  foreign key (tenant_id, cloud_id) references clouds on delete cascade
);

alter table permission_acknowledgements enable row level security;
create policy own_tenant on permission_acknowledgements to skywarden_app
  using (tenant_id = current_setting('skywarden.tenant', true))
  with check (tenant_id = current_setting('skywarden.tenant', true));
create policy upkeep on permission_acknowledgements to skywarden_system using (true) with check (true);
grant select, insert, update, delete on permission_acknowledgements to skywarden_app, skywarden_system;
