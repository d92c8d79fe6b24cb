-- Short-lived credentials that a worker lends to the installation's other processes, for calls into the
-- partition that it runs in. Of the installation, not of a tenant: only the system role may touch them.
create table lent_sessions (
  partition text primary key,
  key_id text not null,
  wrapped_key text not null,
  sealed bytea not null,
  lent_by text not null,
  expires_at timestamptz not null
);

grant select, insert, update, delete on lent_sessions to skywarden_system;
