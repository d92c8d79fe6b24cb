-- Keys that give the installation an identity in a partition where its host has none. They belong to the
-- installation, not to a tenant: only the system role may touch them.
create table platform_sources (
  partition text primary key,
  -- Sealed with a data key of its own, which the master key named here wraps.
  key_id text not null,
  wrapped_key text not null,
  sealed bytea not null,
  changed_at timestamptz not null default now(),
  changed_by text not null
);

grant select, insert, update, delete on platform_sources to skywarden_system;
