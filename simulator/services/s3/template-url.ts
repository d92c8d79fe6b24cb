// A template that lies in a bucket, read with the permissions of who asks a stack for it.

import { silentPolicy } from "../../events/service-permission.ts";
import { AwsFault, type Call } from "../../operation.ts";
import { buckets, ownerOf } from "./stored-bucket.ts";
import { latestOf } from "./stored-object.ts";

/** As the message says; AWS's tables say 1 MB. */
const maxBytes = 1_000_000;

const refused = (reason: string) =>
  new AwsFault(
    "ValidationError",
    `S3 error: ${reason}\nFor more information check http://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html`,
  );

/** Virtual-host and path style of S3's hosts, and path style of a loopback endpoint. */
function placeIn(url: string): { name: string; key: string } | undefined {
  if (!URL.canParse(url)) return undefined;
  const { hostname, pathname } = new URL(url);
  const [, first = "", rest = ""] = /^\/([^/]+)\/?(.*)$/.exec(pathname) ?? [];
  const own = /^(.+)\.s3(?:[.-][a-z0-9-]+)?\.amazonaws\.com(?:\.cn)?$/.exec(hostname);
  if (own?.[1]) return { name: own[1], key: decodeURIComponent(pathname.slice(1)) };
  const isPathStyle = /^s3(?:[.-][a-z0-9-]+)?\.amazonaws\.com(?:\.cn)?$/.test(hostname);
  if (isPathStyle || hostname === "localhost" || hostname === "127.0.0.1")
    return { name: first, key: decodeURIComponent(rest) };
  return undefined;
}

export function templateAt(call: Call, url: string): string {
  const found = placeIn(url);
  if (!found?.key) throw new AwsFault("ValidationError", "TemplateURL must be a supported URL.");
  const { name, key } = found;
  const ownerId = ownerOf(call.world, name);
  const bucket = ownerId ? buckets(call.world, ownerId).get(name) : undefined;
  if (!ownerId || !bucket) throw refused("The specified bucket does not exist");
  const own = ownerId === call.accountId ? undefined : silentPolicy;
  const text = bucket.policy ?? own;
  try {
    call.authorize?.({
      action: "s3:GetObject",
      resource: `arn:${call.world.partition}:s3:::${name}/${key}`,
      ...(text === undefined ? {} : { policy: { accountId: ownerId, text } }),
    });
  } catch (error) {
    if (error instanceof AwsFault) throw refused("Access Denied");
    throw error;
  }
  const object = latestOf(call.world, { ownerId, bucket }, key);
  if (!object || object.isDeleteMarker) throw refused("The specified key does not exist.");
  if (object.size > maxBytes)
    throw new AwsFault("ValidationError", "Template may not exceed 1000000 bytes in size.");
  return Buffer.from(object.body, "base64").toString("utf8");
}
