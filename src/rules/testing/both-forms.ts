// Asks a rule of documents in both forms, JavaScript and SQL on a real PostgreSQL. For tests.
import pg from "pg";
import type { Truth } from "#model/verdict.ts";
import { openTestDatabase } from "../../../tests/database.ts";
import { compileJs } from "../compile-js.ts";
import { compileSql } from "../compile-sql.ts";
import type { RuleDocument } from "../document.ts";
import { canonicalInstant } from "../instant.ts";
import type { Rule } from "../tree.ts";

export interface BothForms {
  client: pg.Client;
  js(rule: Rule, documents: RuleDocument[], now: number): Truth[];
  sql(rule: Rule, documents: RuleDocument[], now: number): Promise<Truth[]>;
  close(): Promise<void>;
}

export async function openBothForms(): Promise<BothForms> {
  const database = await openTestDatabase();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  return {
    client,
    js(rule, documents, now) {
      const run = compileJs(rule);
      return documents.map((document) => run(document, now));
    },
    async sql(rule, documents, now) {
      const { text, values } = compileSql(rule, { now, offset: 1 });
      const { rows } = await client.query<{ truth: boolean | null }>(
        `${documentTables} select ${text} as truth from r join d on d.resource_id = r.id order by r.n`,
        [
          JSON.stringify(documents.map((one) => ({ ...one, createdAt: canonicalInstant(one.createdAt) }))),
          ...values,
        ],
      );
      return rows.map(({ truth }) => truth ?? "unknown");
    },
    async close() {
      await client.end();
      await database.drop();
    },
  };
}

/** The columns of resources and documents that rules without neighbours read. */
const documentTables = `with given as materialized (
  select n, item from jsonb_array_elements($1::jsonb) with ordinality as t (item, n)),
r as (select n, 'res_' || n as id, item ->> 'type' as type, item ->> 'id' as native_id, item ->> 'arn' as arn,
  item ->> 'name' as name, item ->> 'region' as region, item ->> 'accountId' as account_id,
  (item ->> 'createdAt')::timestamptz as created_at, item -> 'tags' as tags from given),
d as (select 'res_' || n as resource_id, item -> 'properties' as properties,
  array(select jsonb_array_elements_text(item -> 'gaps')) as gap_paths from given)`;

export function documentOf(
  properties: Record<string, unknown>,
  more: Partial<RuleDocument> = {},
): RuleDocument {
  return {
    type: "aws.s3.bucket",
    id: "native-1",
    arn: "arn:aws:s3:::native-1",
    name: "one",
    region: "eu-west-1",
    accountId: "111111111111",
    createdAt: "2025-06-01T12:00:00Z",
    tags: [],
    properties,
    gaps: [],
    ...more,
  };
}
