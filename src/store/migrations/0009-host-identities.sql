-- Which AWS identity each process of the installation resolved on its host (E21): hosts of a partition that run as
-- different roles reach different accounts. Of the installation, not of a tenant: only the system role may touch it.
create table host_identities (
  process text primary key,
  host text not null,
  kind text not null check (kind in ('serve', 'worker')),
  -- null: it has no credentials, or no STS knows them.
  partition text,
  account_id text,
  role_arn text,
  error text,
  reported_at timestamptz not null default now()
);

grant select, insert, update, delete on host_identities to skywarden_system;
