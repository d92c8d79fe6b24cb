// What hangs on one object besides its bytes: tags, access list, attributes.
import type {
  GetObjectAttributesRequest,
  PutObjectAclRequest,
  PutObjectTaggingRequest,
} from "@aws-sdk/client-s3";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import { checkAcl } from "./objects.ts";
import { canonicalId, ownerGrant } from "./stored-bucket.ts";
import { needObject, placeOf, putObject, type StoredObject, shownVersion } from "./stored-object.ts";

type ObjectCall = Call<{ Bucket?: string; Key?: string; VersionId?: string }>;

function found(call: ObjectCall) {
  const place = placeOf(call);
  const object = needObject(call, place, call.input.Key ?? "", call.input.VersionId);
  return { place, object };
}

function setTags(call: ObjectCall, tags: StoredObject["tags"]) {
  const { place, object } = found(call);
  putObject(call.world, place, { ...object, tags });
  return { VersionId: shownVersion(place, object) };
}

function putTagging(call: Call<PutObjectTaggingRequest>) {
  const tags = (call.input.Tagging?.TagSet ?? []).map(({ Key = "", Value = "" }) => ({ Key, Value }));
  if (tags.length > 10) throw new AwsFault("BadRequest", "Object tags cannot be greater than 10");
  if (new Set(tags.map(({ Key }) => Key)).size !== tags.length)
    throw new AwsFault("InvalidTag", "Cannot provide multiple Tags with the same key");
  return setTags(call as unknown as ObjectCall, tags);
}

function getAcl(call: ObjectCall) {
  const { place } = found(call);
  return { Owner: { ID: canonicalId(place.ownerId) }, Grants: [ownerGrant(place.ownerId)] };
}

function putAcl(call: Call<PutObjectAclRequest>) {
  const { place } = found(call as unknown as ObjectCall);
  checkAcl(place, call.input.ACL ?? "given");
  return {};
}

function getAttributes(call: Call<GetObjectAttributesRequest>) {
  const { place, object } = found(call as unknown as ObjectCall);
  const { ObjectAttributes = [] } = call.input;
  const all: Record<string, unknown> = {
    ETag: object.etag.replaceAll('"', ""),
    ObjectSize: object.size,
    StorageClass: object.headers.StorageClass ?? "STANDARD",
    ...(Object.keys(object.checksums).length ? { Checksum: object.checksums } : {}),
    ...(object.partCount ? { ObjectParts: { TotalPartsCount: object.partCount } } : {}),
  };
  const shown = Object.fromEntries(
    Object.entries(all).filter(([name]) => (ObjectAttributes as string[]).includes(name)),
  );
  return { ...shown, LastModified: object.lastModified, VersionId: shownVersion(place, object) };
}

export const objectSettingOperations: Record<string, Operation> = {
  GetObjectTagging: (call: ObjectCall) => {
    const { place, object } = found(call);
    return { TagSet: object.tags, VersionId: shownVersion(place, object) };
  },
  PutObjectTagging: putTagging,
  DeleteObjectTagging: (call: ObjectCall) => setTags(call, []),
  GetObjectAcl: getAcl,
  PutObjectAcl: putAcl,
  GetObjectAttributes: getAttributes,
};
