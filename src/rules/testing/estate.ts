// A small estate held twice: in the tables of a database, and in memory as a Neighbourhood. The
// latter is a plain second opinion on what estate-sql.ts and related.ts select. For tests.
import type pg from "pg";
import { type Ends, isCovered, type Neighbourhood, type RuleDocument } from "../document.ts";
import { documentOf } from "./both-forms.ts";

export interface EstateScope {
  cloud: string;
  type: string;
  region: string;
  completed: boolean;
  inGap: boolean;
}

export interface EstateEdge {
  kind: string;
  type: string;
  id: string;
  cloud: string | null;
  region: string | null;
}

export interface EstateResource {
  cloud: string;
  type: string;
  keyRegion: string;
  region: string;
  id: string;
  gone: boolean;
  properties: Record<string, unknown>;
  gaps: string[];
  edges: EstateEdge[];
}

export interface Estate {
  clouds: { id: string; removed: boolean }[];
  scopes: EstateScope[];
  resources: EstateResource[];
}

/** Relations come from the property path Edges everywhere. */
export const relationPath = () => "Edges";
const tenant = "t1";

export async function storeEstate(client: pg.Client, estate: Estate): Promise<void> {
  await client.query("delete from clouds; delete from resources");
  await client.query(
    `insert into tenants (id, name, key_id, wrapped_key) values ('${tenant}', 'x', 'k', '') on conflict do nothing`,
  );
  const insert = (statement: string, rows: unknown) => client.query(statement, [JSON.stringify(rows)]);
  await insert(
    `insert into clouds (tenant_id, id, provider, partition, account_id, name, state, removed_at)
     select '${tenant}', x.id, 'aws', 'aws', x.id, x.id, 'healthy', case when removed then now() end
     from jsonb_to_recordset($1) x (id text, removed boolean)`,
    estate.clouds,
  );
  await insert(
    `insert into harvest_scopes (tenant_id, cloud_id, type, region, completed_at, gap_since)
     select '${tenant}', cloud, type, region, case when completed then now() end, case when "inGap" then now() end
     from jsonb_to_recordset($1) x (cloud text, type text, region text, completed boolean, "inGap" boolean)`,
    estate.scopes,
  );
  await insert(
    `with given as (select n, x.* from jsonb_array_elements($1) with ordinality e (item, n),
       jsonb_to_record(item) x (cloud text, type text, "keyRegion" text, region text, id text, gone boolean,
         properties jsonb, gaps jsonb, edges jsonb)),
     r as (insert into resources (tenant_id, id, cloud_id, type, key_region, region, native_id, account_id,
         fingerprint, observed_at, gone_at)
       select '${tenant}', 'res_' || n, cloud, type, "keyRegion", region, id, cloud, '', now(), case when gone then now() end
       from given),
     d as (insert into documents (tenant_id, resource_id, cloud_id, properties, gap_paths)
       select '${tenant}', 'res_' || n, cloud, properties, array(select jsonb_array_elements_text(gaps)) from given)
     insert into edges (tenant_id, cloud_id, source_id, kind, target_type, target_native_id, target_cloud_id, target_region)
     select '${tenant}', given.cloud, 'res_' || n, y.kind, y.type, y.id, y.cloud, y.region
     from given, jsonb_to_recordset(edges) y (kind text, type text, id text, cloud text, region text)
     on conflict do nothing`,
    estate.resources,
  );
}

export interface EstateInMemory {
  documents: RuleDocument[];
  neighbours: Neighbourhood;
}

export function openEstate(estate: Estate): EstateInMemory {
  const resources = new Map<RuleDocument, EstateResource>();
  for (const resource of estate.resources) {
    const { type, id, region, cloud, properties, gaps } = resource;
    const common = { type, id, region, accountId: cloud, arn: null, name: null, createdAt: null };
    resources.set(documentOf(properties, { ...common, gaps }), resource);
  }
  const live = [...resources].filter(([, { gone }]) => !gone);
  const here = (of: RuleDocument) => resources.get(of) as EstateResource;
  const clouds = estate.clouds.filter(({ removed }) => !removed).map(({ id }) => id);

  const isUnseen = (cloud: string | null, type: string, fits: (region: string) => boolean): boolean =>
    clouds
      .filter((id) => cloud === null || id === cloud)
      .some((id) => {
        const due = estate.scopes.filter(
          (scope) => scope.cloud === id && scope.type === type && fits(scope.region),
        );
        return due.length === 0 || due.some(({ completed, inGap }) => !completed || inGap);
      });

  const fits = (edge: EstateEdge, target: EstateResource): boolean =>
    target.type === edge.type &&
    target.id === edge.id &&
    (edge.cloud === null || target.cloud === edge.cloud) &&
    (edge.region === null || target.keyRegion === edge.region);

  const outEnds = (of: RuleDocument, kind: string, type: string): Ends => {
    const ends: Ends = { documents: [], outside: 0, complete: !isCovered(of.gaps, "Edges") };
    for (const edge of here(of).edges) {
      if (edge.kind !== kind || edge.type !== type) continue;
      const found = live.filter(([, target]) => fits(edge, target)).map(([document]) => document);
      ends.documents.push(...found);
      if (found.length > 0) continue;
      if (isUnseen(edge.cloud, type, (region) => edge.region === null || region === edge.region))
        ends.complete = false;
      else ends.outside++;
    }
    return ends;
  };

  const inEnds = (of: RuleDocument, kind: string, type: string, within: "cloud" | "estate"): Ends => {
    const cloud = within === "cloud" ? here(of).cloud : null;
    const range = live.filter(
      ([, source]) => source.type === type && (cloud === null || source.cloud === cloud),
    );
    const points = ({ edges }: EstateResource) =>
      edges.some((edge) => edge.kind === kind && fits(edge, here(of)));
    return {
      documents: range.filter(([, source]) => points(source)).map(([document]) => document),
      outside: 0,
      complete:
        !isUnseen(cloud, type, () => true) && !range.some(([document]) => isCovered(document.gaps, "Edges")),
    };
  };

  return {
    documents: live.map(([document]) => document),
    neighbours: {
      related: (of, kind, direction, type, within) =>
        direction === "out" ? outEnds(of, kind, type) : inEnds(of, kind, type, within),
      ofType(of, type, where) {
        const { cloud, region } = here(of);
        const isNear = (one: EstateResource) =>
          one.type === type && one.cloud === cloud && (where === "cloud" || one.region === region);
        return {
          documents: live.filter(([, one]) => isNear(one)).map(([document]) => document),
          outside: 0,
          complete: !isUnseen(cloud, type, (due) => where === "cloud" || [region, "global"].includes(due)),
        };
      },
    },
  };
}
