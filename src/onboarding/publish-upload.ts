// Puts templates into the operator's bucket: each under its own name by content, never over another, without any
// access list of its own. Whose credentials these are is the caller's business.
import { createHash } from "node:crypto";
import { ask, type OrganizationReader, type ReadFailure, type Reading } from "./organization-reader.ts";
import type { PublishableTemplate } from "./publish-copies.ts";

export interface PublishedTemplate {
  name: string;
  key: string;
  isNew: boolean;
}

/** The region that the bucket is in. */
export async function bucketRegion(reader: OrganizationReader, bucket: string): Promise<Reading<string>> {
  const head = await ask<{ BucketRegion?: string }>(reader, "s3", "HeadBucket", { Bucket: bucket });
  return head.ok ? { ok: true, value: head.value.BucketRegion ?? reader.region } : head;
}

export async function publishTemplate(
  reader: OrganizationReader,
  bucket: string,
  { name, key, text }: PublishableTemplate,
): Promise<Reading<PublishedTemplate>> {
  const place = { Bucket: bucket, Key: key };
  const sha256 = createHash("sha256").update(text).digest("hex");
  const present = await ask<{ Metadata?: Record<string, string>; ContentLength?: number }>(
    reader,
    "s3",
    "HeadObject",
    place,
  );
  const isThere =
    present.ok &&
    present.value.Metadata?.sha256 === sha256 &&
    present.value.ContentLength === Buffer.byteLength(text);
  if (isThere) return { ok: true, value: { name, key, isNew: false } };
  // Something else under this name was not put there by this command: it is mended.
  const put = await ask(reader, "s3", "PutObject", {
    ...place,
    Body: Buffer.from(text),
    ContentType: "application/yaml; charset=utf-8",
    Metadata: { sha256 },
    ...(present.ok ? {} : { IfNoneMatch: "*" }),
  });
  // Somebody else has put it there since.
  if (!put.ok && put.error.status === 412) return { ok: true, value: { name, key, isNew: false } };
  return put.ok ? { ok: true, value: { name, key, isNew: true } } : put;
}

/** What a refusal means here, and what to do. */
export function uploadRefusal({ operation, error }: ReadFailure, bucket: string, partition: string): string {
  const why = `${operation} on ${bucket}: ${error.message} (${error.code})`;
  if (error.status === 404) return `There is no bucket ${bucket}. ${why}`;
  if (error.status !== 403) return why;
  const arn = `arn:${partition}:s3:::${bucket}`;
  return `${why}. These credentials need s3:ListBucket on ${arn}, and s3:GetObject and s3:PutObject on ${arn}/skywarden/*; of an encrypted bucket also kms:GenerateDataKey and kms:Decrypt on its key.`;
}
