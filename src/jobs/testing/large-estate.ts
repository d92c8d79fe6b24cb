// Many rows of one tenant, written by SQL in one go: 1,000 resources in each cloud, with few terms, edges,
// verdicts and findings each. For tests of what statements read.
import type { CatalogEstate } from "./catalog-estate.ts";

const types = ["aws.s3.bucket", "aws.iam.role", "aws.ec2.volume", "aws.kms.key", "aws.ec2.subnet"];

/** Clouds have the names "1", "2" …; bucket n of the tenant is called "native-n". */
export async function fillTenant({ rows }: CatalogEstate, tenantId: string, clouds: number): Promise<void> {
  for (const statement of statements)
    await rows(
      statement
        .replaceAll(":tenant", `'${tenantId}'`)
        .replaceAll(":clouds", String(clouds))
        .replaceAll(":types", `'{${types.join(",")}}'::text[]`),
    );
  await rows("vacuum analyze");
}

const statements = [
  `insert into rule_sets (hash, resource_type, insight_ids) select 'filled ' || type, type, '{filled.one,filled.two}' from unnest(:types) type`,
  `insert into clouds (tenant_id, id, provider, partition, account_id, name, state)
   select :tenant, 'cld_' || md5(n::text), 'aws', 'aws', 'account ' || n, n, 'healthy' from generate_series(1, :clouds) n`,
  `insert into resources (tenant_id, id, cloud_id, type, key_region, region, native_id, account_id, fingerprint, observed_at, judged_hash)
   select :tenant, 'res_' || md5('r' || n), 'cld_' || md5((1 + n / 1000)::text), t.type, r.region, r.region, 'native-' || n,
     'account ' || (1 + n / 1000), '\\x00', now(), 'filled ' || t.type
   from generate_series(0, :clouds * 1000 - 1) n
   cross join lateral (select (:types)[1 + n % 5] as type) t
   cross join lateral (select case n % 5 when 0 then 'global' else 'us-east-1' end as region) r`,
  `insert into documents (tenant_id, resource_id, cloud_id, properties) select tenant_id, id, cloud_id, '{"Name": "x"}' from resources`,
  `insert into resource_terms (tenant_id, term, resource_id) select tenant_id, term, id from resources, unnest(array[native_id, 'word']) term`,
  `insert into edges (tenant_id, cloud_id, source_id, kind, target_type, target_native_id, target_cloud_id, target_region)
   select tenant_id, cloud_id, id, 'encryptedBy', 'aws.kms.key', native_id || '-key', case when random() < 0.1 then null else cloud_id end, 'us-east-1' from resources`,
  `insert into resource_events (tenant_id, resource_id, kind, observed_at) select tenant_id, id, 'created', observed_at from resources`,
  `insert into verdicts (tenant_id, cloud_id, resource_id, insight_id, verdict) select tenant_id, cloud_id, id, 'filled.one', 'fail' from resources where random() < 0.5`,
  `insert into findings (tenant_id, id, cloud_id, resource_id, resource_type, insight_id, severity, severity_rank, status, opened_at)
   select v.tenant_id, 'fnd_' || md5(v.resource_id), v.cloud_id, v.resource_id, r.type, v.insight_id, 'high', 1, 'open', now()
   from verdicts v join resources r on r.id = v.resource_id`,
  `insert into finding_events (tenant_id, finding_id, event, reason) select tenant_id, id, 'opened', 'fails' from findings`,
  `insert into resource_counts (tenant_id, cloud_id, type, region, live) select tenant_id, cloud_id, type, region, count(*) from resources group by 1, 2, 3, 4`,
  `insert into verdict_counts (tenant_id, cloud_id, insight_id, judged, failed)
   select r.tenant_id, r.cloud_id, i.id, count(*), count(v.resource_id) from resources r cross join unnest('{filled.one,filled.two}'::text[]) as i (id)
   left join verdicts v on v.resource_id = r.id and v.insight_id = i.id group by 1, 2, 3`,
  `insert into harvest_scopes (tenant_id, cloud_id, type, region, due_at, tried_at, completed_at, resource_count)
   select tenant_id, cloud_id, type, key_region, now() + interval '1 hour', now(), now(), count(*) from resources group by 1, 2, 3, 4`,
];
