// Objects deleted, one by one and in batches.
import type { DeleteObjectRequest, DeleteObjectsRequest } from "@aws-sdk/client-s3";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import {
  newVersionId,
  nextOrder,
  type ObjectPlace,
  objectId,
  objectsIn,
  placeOf,
  type StoredObject,
  putObject as store,
} from "./stored-object.ts";

/** What becomes of one key: gone, or hidden under a delete marker. */
function remove(call: Call, place: ObjectPlace, key: string, versionId: string | undefined) {
  const objects = objectsIn(call.world, place);
  const { Status } = place.bucket.versioning;
  if (versionId !== undefined || !Status) {
    const id = objectId(key, versionId ?? "null");
    const isMarker = objects.get(id)?.isDeleteMarker ?? false;
    objects.delete(id);
    return { versionId: Status ? versionId : undefined, isMarker };
  }
  const marker: StoredObject = {
    key,
    versionId: newVersionId(place.bucket),
    order: nextOrder(),
    lastModified: call.now.toISOString(),
    isDeleteMarker: true,
    etag: "",
    size: 0,
    body: "",
    headers: {},
    metadata: {},
    tags: [],
    checksums: {},
  };
  store(call.world, place, marker);
  return { versionId: marker.versionId, isMarker: true };
}

function deleteObject(call: Call<DeleteObjectRequest>) {
  const { Key = "", VersionId } = call.input;
  const { versionId, isMarker } = remove(call, placeOf(call), Key, VersionId);
  return { VersionId: versionId, ...(isMarker ? { DeleteMarker: true } : {}) };
}

/** Each key is asked for on its own; what is not allowed is answered among the errors. */
function deleteObjects(call: Call<DeleteObjectsRequest>) {
  const { Delete } = call.input;
  const place = placeOf(call);
  const keys = Delete?.Objects ?? [];
  if (keys.length === 0 || keys.length > 1000)
    throw new AwsFault(
      "MalformedXML",
      "The XML you provided was not well-formed or did not validate against our published schema",
    );
  const Deleted: object[] = [];
  const Errors: object[] = [];
  for (const { Key = "", VersionId } of keys) {
    try {
      const resource = `arn:${call.world.partition}:s3:::${place.bucket.Name}/${Key}`;
      call.authorize?.({ action: VersionId ? "s3:DeleteObjectVersion" : "s3:DeleteObject", resource });
      const { versionId, isMarker } = remove(call, place, Key, VersionId);
      Deleted.push({
        Key,
        VersionId,
        ...(isMarker ? { DeleteMarker: true, DeleteMarkerVersionId: versionId } : {}),
      });
    } catch (error) {
      if (!(error instanceof AwsFault)) throw error;
      Errors.push({ Key, VersionId, Code: error.code, Message: error.message });
    }
  }
  return { ...(Delete?.Quiet ? {} : { Deleted }), ...(Errors.length ? { Errors } : {}) };
}

export const deleteOperations: Record<string, Operation> = {
  DeleteObject: deleteObject,
  DeleteObjects: deleteObjects,
};
