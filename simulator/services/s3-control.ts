// S3 Control: the block of public access that holds for a whole account.
import type { PublicAccessBlockConfiguration, PutPublicAccessBlockRequest } from "@aws-sdk/client-s3-control";
import { AwsFault, type Call, type NeededPermission, type ServiceDefinition } from "../operation.ts";
import { completeBlock } from "./s3/policy.ts";
import { accessPointOperations } from "./s3-control/access-points.ts";

const blocks = (call: Call<{ AccountId?: string }>) => {
  const { AccountId } = call.input;
  if (AccountId !== call.accountId) throw new AwsFault("AccessDenied", "Access Denied", 403);
  return call.world.collection<PublicAccessBlockConfiguration>(
    { accountId: call.accountId, region: "global" },
    "s3-control:public-access-block",
  );
};

function getPublicAccessBlock(call: Call<{ AccountId?: string }>) {
  const found = blocks(call).get("account");
  if (!found)
    throw new AwsFault(
      "NoSuchPublicAccessBlockConfiguration",
      "The public access block configuration was not found",
      404,
    );
  return { PublicAccessBlockConfiguration: found };
}

function putPublicAccessBlock(call: Call<PutPublicAccessBlockRequest>) {
  blocks(call as Call<{ AccountId?: string }>).put(
    "account",
    completeBlock(call.input.PublicAccessBlockConfiguration ?? {}),
  );
  return {};
}

const onPoint =
  (operation: string) =>
  ({ world, region, accountId, input }: Call<{ Name?: string }>): NeededPermission[] => {
    const resource = input.Name
      ? `arn:${world.partition}:s3:${region}:${accountId}:accesspoint/${input.Name}`
      : "*";
    return [{ action: `s3:${operation}`, resource }];
  };

const permission = (action: string) => () => [{ action, resource: "*" }];

export const s3Control: ServiceDefinition = {
  client: "s3-control",
  iamPrefix: "s3",
  operations: {
    ...accessPointOperations,
    GetPublicAccessBlock: getPublicAccessBlock,
    PutPublicAccessBlock: putPublicAccessBlock,
    DeletePublicAccessBlock: (call: Call<{ AccountId?: string }>) => {
      blocks(call).delete("account");
      return {};
    },
  },
  permissions: {
    ...Object.fromEntries(Object.keys(accessPointOperations).map((name) => [name, onPoint(name)])),
    GetPublicAccessBlock: permission("s3:GetAccountPublicAccessBlock"),
    PutPublicAccessBlock: permission("s3:PutAccountPublicAccessBlock"),
    DeletePublicAccessBlock: permission("s3:PutAccountPublicAccessBlock"),
  },
};
