// Templates in the operator's own buckets, from where CloudFormation takes them by their Amazon S3 URL.
import Type from "typebox";
import { platformPartitions } from "#model/partition.ts";
import { defineRoute, instant, literals, nullable, queryOf } from "./route.ts";
import { roleTypes, templateNames } from "./template.ts";
import { deploymentRegion, organizationalUnitIds, roleParameters } from "./template-parameters.ts";

const hash = Type.String({ pattern: "^[0-9a-f]{12}$" });
const copies = Type.Object({
  /** SKYWARDEN_TEMPLATE_BUCKET; empty if none is set. */
  buckets: Type.Array(Type.Object({ partition: literals(platformPartitions), bucket: Type.String() })),
  /** As this release publishes them. */
  templates: Type.Array(
    Type.Object({ name: literals(templateNames), hash: Type.String(), key: Type.String() }),
  ),
  copies: Type.Array(
    Type.Object({
      partition: Type.String(),
      name: Type.String(),
      bucket: Type.String(),
      region: Type.String(),
      url: Type.String(),
      hash: Type.String(),
      /** False: another release or another bucket; it is not offered. */
      isCurrent: Type.Boolean(),
      publishedAt: instant,
    }),
  ),
});
export const listTemplateCopies = defineRoute({
  name: "listTemplateCopies",
  method: "GET",
  path: "/template-copies",
  summary: "What is published, and what this release would publish",
  permission: "estate:read",
  response: copies,
});

const partition = literals(platformPartitions);
export const recordTemplateCopies = defineRoute({
  name: "recordTemplateCopies",
  method: "PUT",
  path: "/template-copies/:partition",
  summary: "Tell that templates were put into the partition's bucket; `skywarden template publish` does both",
  permission: "platform:write",
  params: Type.Object({ partition }, { additionalProperties: false }),
  body: Type.Object(
    {
      region: Type.String({ pattern: "^[a-z]{2}(-[a-z]+)+-[0-9]$" }),
      templates: Type.Array(
        Type.Object({ name: literals(templateNames), hash }, { additionalProperties: false }),
        { minItems: 1, maxItems: 20 },
      ),
    },
    { additionalProperties: false },
  ),
  response: copies,
});

export const getTemplateLinks = defineRoute({
  name: "getTemplateLinks",
  method: "GET",
  path: "/template-copies/:partition/:name",
  summary: "The Amazon S3 URL of a published template and a link that opens the console with it",
  permission: "estate:read",
  params: Type.Object({ partition, name: literals(templateNames) }, { additionalProperties: false }),
  query: queryOf({
    ...roleParameters,
    roleType: Type.Optional(literals(roleTypes)),
    organizationalUnitId: organizationalUnitIds,
    deploymentRegion,
  }),
  response: Type.Object({
    /** null: not published, or not as this release has it. */
    s3Url: nullable(Type.String()),
    /** Every parameter is filled in but the external id, which the console does not take from links. */
    quickCreateUrl: nullable(Type.String()),
  }),
});
