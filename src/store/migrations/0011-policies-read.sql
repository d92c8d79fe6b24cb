-- When the policies of each type were last read, so that a type that is switched off is told from one that the
-- organization's role may not read. {"SERVICE_CONTROL_POLICY": "2026-11-22T…", …}
alter table cloud_organizations add column policies_read jsonb not null default '{}';
-- What was kept was read; a sync says when.
update cloud_organizations o set policies_read = coalesce((
  select jsonb_object_agg(p.type, p.read_at) from (
    select type, max(read_at) as read_at from organization_policies
    where tenant_id = o.tenant_id and organization_id = o.id group by type) as p), '{}');
