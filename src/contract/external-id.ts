// The tenant's external id and its rotation in two phases.
import Type from "typebox";
import { defineRoute, instant, nullable } from "./route.ts";

const counts = Type.Object({
  total: Type.Integer(),
  /** Assumed with the new one. */
  new: Type.Integer(),
  /** The new one was refused, the old one works. */
  old: Type.Integer(),
  /** Both were refused. */
  neither: Type.Integer(),
  /** Not tried yet, or AWS could not be asked. */
  unknown: Type.Integer(),
});
export const rotation = Type.Object({
  startedAt: instant,
  startedBy: Type.String(),
  checkedAt: nullable(instant),
  nextCheckAt: instant,
  clouds: counts,
  organizations: counts,
  /** Clouds and organizations that do not use the new one, as far as is known: what a finish now would break. */
  notNew: Type.Integer(),
});

export const getExternalId = defineRoute({
  name: "getExternalId",
  method: "GET",
  path: "/external-id",
  summary: "The tenant's external id, and the new one while it is rotated; each read is audited",
  permission: "external-id:read",
  response: Type.Object({
    externalId: Type.String(),
    /** For roles made or updated now, which accept both; null if no rotation is under way. */
    nextExternalId: nullable(Type.String()),
    rotation: nullable(rotation),
  }),
});
export const getRotation = defineRoute({
  name: "getRotation",
  method: "GET",
  path: "/external-id/rotation",
  summary: "How far the rotation of the external id is, without the values",
  permission: "estate:read",
  response: Type.Object({ rotation: nullable(rotation) }),
});
export const startRotation = defineRoute({
  name: "startRotation",
  method: "POST",
  path: "/external-id/rotation",
  summary: "Make a new external id; the old one stays valid until the rotation is finished",
  permission: "external-id:rotate",
  response: Type.Object({ rotation }),
  status: 201,
});
export const checkRotation = defineRoute({
  name: "checkRotation",
  method: "POST",
  path: "/external-id/rotation/check",
  summary: "Try now which external id each role accepts",
  permission: "external-id:rotate",
  response: Type.Object({ jobId: Type.String() }),
  status: 202,
});
export const finishRotation = defineRoute({
  name: "finishRotation",
  method: "POST",
  path: "/external-id/rotation/finish",
  summary: "Drop the old external id: when all roles use the new one, or with the number that may break",
  permission: "external-id:rotate",
  body: Type.Object(
    {
      /** At most so many clouds and organizations may break by it, as notNew told. */
      accepted: Type.Optional(Type.Integer({ minimum: 0, default: 0 })),
    },
    { additionalProperties: false },
  ),
  response: Type.Object({ rotation }),
});
export const abortRotation = defineRoute({
  name: "abortRotation",
  method: "DELETE",
  path: "/external-id/rotation",
  summary: "Return to the old external id; the new one is forgotten",
  permission: "external-id:rotate",
  response: Type.Object({ rotation }),
});
