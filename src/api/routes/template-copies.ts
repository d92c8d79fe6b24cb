// Published templates: offered only while what lies in the bucket is what this release would put there (E4).

import { templateNames } from "#contract/template.ts";
import type * as contract from "#contract/template-copy.ts";
import type { PartitionName } from "#model/partition.ts";
import { Problem } from "#model/problem.ts";
import { copyUrl, publishableTemplate } from "#onboarding/publish-copies.ts";
import { quickCreateUrl } from "#onboarding/quick-create.ts";
import { readTemplateCopies, saveTemplateCopies, type TemplateCopy } from "#store/template-copies.ts";
import { audit, type Context, inTenant, type RouteFunction } from "../context.ts";

type Parts = Context["parts"];

export const listTemplateCopies: RouteFunction<typeof contract.listTemplateCopies> = ({ parts }) =>
  shownCopies(parts);

async function shownCopies(parts: Parts) {
  const templates = templateNames.map((name) => {
    const { hash, key } = current(parts, name);
    return { name, hash, key };
  });
  const copies = await readTemplateCopies(parts.store);
  const hashes = new Map<string, string>(templates.map(({ name, hash }) => [name, hash]));
  return {
    buckets: bucketsOf(parts),
    templates,
    copies: copies.map(({ key, publishedAt, ...copy }) => ({
      ...copy,
      url: copyUrl({ ...copy, key }),
      isCurrent: isCurrent(parts, copy, hashes.get(copy.name)),
      publishedAt: publishedAt.toISOString(),
    })),
  };
}

function bucketsOf({ settings }: Parts): { partition: PartitionName; bucket: string }[] {
  return Object.entries(settings.templateBuckets ?? {}).map(([partition, bucket]) => ({
    partition: partition as PartitionName,
    bucket,
  }));
}

function current({ catalog, settings }: Parts, name: (typeof templateNames)[number]) {
  return publishableTemplate(name, catalog.allHarvestActions(), settings.version);
}

function isCurrent(
  { settings }: Parts,
  copy: Pick<TemplateCopy, "partition" | "bucket" | "hash">,
  hash: string | undefined,
): boolean {
  return copy.hash === hash && copy.bucket === settings.templateBuckets?.[copy.partition as PartitionName];
}

export const recordTemplateCopies: RouteFunction<typeof contract.recordTemplateCopies> = async (context) => {
  const { parts, params, body, caller } = context;
  const bucket = parts.settings.templateBuckets?.[params.partition];
  if (!bucket)
    throw new Problem(
      "invalid-form",
      `No bucket is set for ${params.partition}: start the server with SKYWARDEN_TEMPLATE_BUCKET.`,
    );
  const copies = body.templates.map(({ name, hash }, at) => {
    const template = current(parts, name);
    if (template.hash === hash) return { name, hash, key: template.key };
    const detail = `This server publishes ${name} as ${template.hash}, not ${hash}; publish again with the release of the server.`;
    throw new Problem("invalid-form", detail, {
      errors: [{ path: `/templates/${at}/hash`, code: "changed", detail }],
    });
  });
  const { partition } = params;
  await saveTemplateCopies(
    parts.store,
    copies.map((copy) => ({ ...copy, partition, bucket, region: body.region })),
    caller.actor,
  );
  await inTenant(context, (tx) =>
    audit(context, tx, "templates.published", partition, { bucket, names: copies.map(({ name }) => name) }),
  );
  return shownCopies(parts);
};

export const getTemplateLinks: RouteFunction<typeof contract.getTemplateLinks> = async ({
  parts,
  params,
  query,
}) => {
  const { partition, name } = params;
  const copies = parts.settings.templateBuckets?.[partition] ? await readTemplateCopies(parts.store) : [];
  const copy = copies.find((candidate) => candidate.partition === partition && candidate.name === name);
  if (!copy || !isCurrent(parts, copy, current(parts, name).hash))
    return { s3Url: null, quickCreateUrl: null };
  const s3Url = copyUrl(copy);
  return { s3Url, quickCreateUrl: quickCreateUrl(name, partition, s3Url, query) };
};
