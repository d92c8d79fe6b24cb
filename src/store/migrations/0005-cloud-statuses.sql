-- What a status rests on (a policy, a role, a key, operations), told apart from its words: equal causes are one
-- problem. And the history of statuses as changes from one to another.
alter table clouds add column state_cause text collate "C";
create index clouds_troubled on clouds (tenant_id, state, state_code, state_cause, id)
  where removed_at is null and state in ('awaiting-role', 'assume-role-failed', 'invalid-credentials', 'warning');

-- null: the first.
alter table cloud_states add column from_state text;
update cloud_states s set from_state = b.state
  from (select tenant_id, cloud_id, id, lag(state) over (partition by tenant_id, cloud_id order by id) as state
        from cloud_states) b
  where b.tenant_id = s.tenant_id and b.cloud_id = s.cloud_id and b.id = s.id and b.state is not null;
create index cloud_states_recent on cloud_states (tenant_id, at desc, id desc);
create index cloud_states_by_age on cloud_states (at);

-- When AWS refused a credential of ours, at most as often as a verdict on it needs.
create table credential_refusals (
  tenant_id text collate "C" not null references tenants on delete cascade,
  credential text collate "C" not null,
  refused_at timestamptz[] not null,
  changed_at timestamptz not null default now(),
  primary key (tenant_id, credential)
);

-- Clouds that a job "check again" still waits for.
create table cloud_checks (
  tenant_id text collate "C" not null,
  cloud_id text collate "C" not null,
  job_id text collate "C" not null,
  primary key (tenant_id, cloud_id, job_id),
  foreign key (tenant_id, cloud_id) references clouds on delete cascade,
  foreign key (tenant_id, job_id) references jobs on delete cascade
);
create index cloud_checks_by_job on cloud_checks (tenant_id, job_id);

do $$
declare
  t text;
begin
  foreach t in array array['credential_refusals', 'cloud_checks'] loop
    execute format('alter table %I enable row level security', t);
    execute format(
      'create policy own_tenant on %I to skywarden_app using (tenant_id = current_setting(''skywarden.tenant'', true)) with check (tenant_id = current_setting(''skywarden.tenant'', true))', t);
    execute format('create policy upkeep on %I to skywarden_system using (true) with check (true)', t);
    execute format('grant select, insert, update, delete on %I to skywarden_app, skywarden_system', t);
  end loop;
end
$$;
