// Connecting, testing and changing one cloud account.
import Type from "typebox";
import { badgeWrite, cloud } from "./cloud.ts";
import { accessForm, cloudValidation, strategyIds } from "./cloud-access.ts";
import { defineRoute, idParams, literals } from "./route.ts";

export const cloudForm = Type.Object(
  {
    provider: literals(["aws"]),
    name: Type.String({ maxLength: 5000 }),
    ...accessForm,
    strategyIds,
    badges: Type.Optional(Type.Array(badgeWrite, { maxItems: 100 })),
  },
  { additionalProperties: false },
);
export const createCloud = defineRoute({
  name: "createCloud",
  method: "POST",
  path: "/clouds",
  summary: "Connect one AWS account: by a role, by a role that a stored key assumes, or by an access key",
  permission: "clouds:write",
  body: cloudForm,
  response: cloud,
  status: 201,
});
export const validateCloud = defineRoute({
  name: "validateCloud",
  method: "POST",
  path: "/clouds/validate",
  summary: "Dry run of the form: every check with its evidence, stores nothing",
  permission: "clouds:write",
  body: cloudForm,
  response: cloudValidation,
});
export const testCloud = defineRoute({
  name: "testCloud",
  method: "POST",
  path: "/clouds/:id/test",
  summary: "Try the stored access of a cloud now",
  permission: "clouds:write",
  params: idParams,
  response: cloudValidation,
});
export const changeCloud = defineRoute({
  name: "changeCloud",
  method: "PATCH",
  path: "/clouds/:id",
  summary:
    "Pause, resume, rename, change strategies or the whole credential block; managed clouds only pause and resume",
  permission: "clouds:write",
  params: idParams,
  body: Type.Object(
    {
      name: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
      paused: Type.Optional(Type.Boolean()),
      ...accessForm,
      strategyIds,
    },
    { additionalProperties: false },
  ),
  response: cloud,
});
