// The templates as they are published (E4): nothing filled in, named by their content, so that a copy in a
// bucket is either the current one or none. Knows nothing of how they get there.
import { partitionOf } from "#aws/partitions.ts";
import type { TemplateCopy } from "#store/template-copies.ts";
import type { TemplateName } from "./templates/role-model.ts";
import { renderTemplate } from "./templates/template.ts";
import { hashOf } from "./templates/template-version.ts";

export interface PublishableTemplate {
  name: TemplateName;
  text: string;
  hash: string;
  /** In the bucket. */
  key: string;
}

export function publishableTemplate(
  name: TemplateName,
  harvestActions: readonly string[],
  version: string,
): PublishableTemplate {
  const { text } = renderTemplate(name, "cloudformation", {}, harvestActions);
  const hash = hashOf(text);
  return { name, text, hash, key: `skywarden/${version}/${name}-${hash}.yaml` };
}

/** The certificate of S3's hosts does not hold for a bucket with dots before them. */
export function copyUrl({ bucket, region, key }: Pick<TemplateCopy, "bucket" | "region" | "key">): string {
  const host = `s3.${region}.${partitionOf(region).dnsSuffix}`;
  return bucket.includes(".") ? `https://${host}/${bucket}/${key}` : `https://${bucket}.${host}/${key}`;
}
