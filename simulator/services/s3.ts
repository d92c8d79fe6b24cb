// S3: buckets, their settings, and objects with their versions. IAM knows many of its operations under other names.
import { silentPolicy } from "../events/service-permission.ts";
import type { Call, Operation, ServiceDefinition } from "../operation.ts";
import { accessListOperations } from "./s3/access-list.ts";
import { bucketOperations } from "./s3/bucket.ts";
import { configurationOperations } from "./s3/configuration.ts";
import { moreConfigurationOperations } from "./s3/more-configuration.ts";
import { multipartOperations } from "./s3/multipart.ts";
import { deleteOperations } from "./s3/object-delete.ts";
import { listOperations } from "./s3/object-list.ts";
import { readOperations } from "./s3/object-read.ts";
import { objectSettingOperations } from "./s3/object-settings.ts";
import { objectOperations } from "./s3/objects.ts";
import { permissionsOf } from "./s3/permissions.ts";
import { policyOperations } from "./s3/policy.ts";
import { buckets, ownerOf } from "./s3/stored-bucket.ts";

const operations: Record<string, Operation> = {
  ...accessListOperations,
  ...bucketOperations,
  ...configurationOperations,
  ...policyOperations,
  ...moreConfigurationOperations,
  ...objectOperations,
  ...readOperations,
  ...deleteOperations,
  ...listOperations,
  ...objectSettingOperations,
  ...multipartOperations,
};

export const s3: ServiceDefinition = {
  client: "s3",
  operations,
  permissions: permissionsOf(Object.keys(operations)),
  resourcePolicy: (call: Call, { action, resource }) => {
    // Who asks to make a bucket is told that the name is taken, whoever has it.
    if (action === "s3:CreateBucket") return undefined;
    const name = resource.split(":::")[1]?.split("/")[0] ?? "";
    const accountId = ownerOf(call.world, name);
    if (!accountId) return undefined;
    const text = buckets(call.world, accountId).get(name)?.policy;
    if (text !== undefined) return { accountId, text };
    return accountId === call.accountId ? undefined : { accountId, text: silentPolicy };
  },
};
