// The installation's identity in each partition; what is changed of it is audited without its secret.
import type * as contract from "#contract/platform.ts";
import { roleMay } from "#model/permission.ts";
import { accepted, audit, inTenant, type RouteFunction } from "../context.ts";

export const getPlatformIdentity: RouteFunction<typeof contract.getPlatformIdentity> = async ({
  parts,
  caller,
}) => {
  const { partitions } = await parts.onboarding.platformIdentity();
  // Names of hosts are for who runs them; that they differ stands in the note.
  const isShown = roleMay(caller.role, "platform:write");
  return { partitions: isShown ? partitions : partitions.map((shown) => ({ ...shown, hosts: [] })) };
};

export const putPlatformKey: RouteFunction<typeof contract.putPlatformKey> = async (context) => {
  const { parts, caller, params, body } = context;
  const identity = accepted(await parts.onboarding.storePlatformKey(params.partition, body, caller.actor));
  const { accessKeyId, roleArn } = identity;
  await inTenant(context, (tx) =>
    audit(context, tx, "platform-key.stored", params.partition, { accessKeyId, roleArn }),
  );
  return identity;
};

export const removePlatformKey: RouteFunction<typeof contract.removePlatformKey> = async (context) => {
  const { parts, params, query } = context;
  const preview = query.preview ?? false;
  const removal = accepted(await parts.onboarding.removePlatformKey(params.partition, preview));
  if (!preview) await inTenant(context, (tx) => audit(context, tx, "platform-key.removed", params.partition));
  return removal;
};
