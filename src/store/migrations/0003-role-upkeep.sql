-- What AWS refused a cloud's role: asked again once a day, not with every harvest. `target` is empty where
-- everything that was asked was refused, else a hash of what the one call named.
create table known_denials (
  tenant_id text collate "C" not null,
  cloud_id text collate "C" not null,
  -- client:Operation, as in a gap.
  operation text collate "C" not null,
  region text collate "C" not null,
  target text collate "C" not null,
  code text not null,
  message text not null,
  denied_by jsonb,
  since timestamptz not null,
  tried_at timestamptz not null,
  next_try_at timestamptz not null,
  primary key (tenant_id, cloud_id, operation, region, target),
  foreign key (tenant_id, cloud_id) references clouds on delete cascade
);

-- What a cloud's role is, read from IAM at most once a day, and what this release makes of it.
create table role_inspections (
  tenant_id text collate "C" not null,
  cloud_id text collate "C" not null,
  role_arn text not null,
  tried_at timestamptz not null,
  next_at timestamptz not null,
  -- The last time that the role itself could be read.
  read_at timestamptz,
  -- Without external ids; null = never read.
  reading jsonb,
  -- Operations that failed at the last try.
  unread jsonb not null default '[]',
  -- Which release made the rest of it from the reading.
  judged_by text collate "C",
  template text collate "C",
  -- null = not known.
  missing text[],
  differences jsonb not null default '[]',
  warnings jsonb not null default '[]',
  drift_since timestamptz,
  -- What a template lets its user choose, as it was when the role was first seen with this template.
  baseline jsonb,
  -- Differences that an administrator has called intended.
  accepted text[] not null default '{}',
  primary key (tenant_id, cloud_id),
  foreign key (tenant_id, cloud_id) references clouds on delete cascade
);

do $$
declare
  t text;
begin
  foreach t in array array['known_denials', 'role_inspections'] loop
    execute format('alter table %I enable row level security', t);
    execute format(
      'create policy own_tenant on %I to skywarden_app using (tenant_id = current_setting(''skywarden.tenant'', true)) with check (tenant_id = current_setting(''skywarden.tenant'', true))', t);
    execute format('create policy upkeep on %I to skywarden_system using (true) with check (true)', t);
    execute format('grant select, insert, update, delete on %I to skywarden_app, skywarden_system', t);
  end loop;
end
$$;
