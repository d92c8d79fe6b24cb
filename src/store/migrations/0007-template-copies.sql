-- Templates that lie in the operator's own buckets, one row for the last published copy of each. They belong to
-- the installation, not to a tenant: only the system role may touch them.
create table template_copies (
  partition text not null,
  name text not null,
  bucket text not null,
  region text not null,
  key text not null,
  -- Of the published text.
  hash text not null,
  published_at timestamptz not null default now(),
  published_by text not null,
  primary key (partition, name)
);

grant select, insert, update, delete on template_copies to skywarden_system;
