// Who a fresh world belongs to: a user of the management account with AdministratorAccess and one key.
import { iam } from "./iam-lookup.ts";
import { chance, iamId, accessKeyId as newAccessKeyId, secretAccessKey as newSecret } from "./ids.ts";
import type { IamUser } from "./shapes.ts";
import type { World } from "./world.ts";

const administratorName = "administrator";

/** Made at the first start and kept like any change. */
export function administratorOf(world: World): { accessKeyId: string; secretAccessKey: string } {
  const accountId = world.managementAccountId;
  const { users } = iam(world, accountId);
  const known = users.get(administratorName)?.accessKeys.find((key) => key.secretAccessKey);
  if (known?.secretAccessKey)
    return { accessKeyId: known.AccessKeyId, secretAccessKey: known.secretAccessKey };
  const CreateDate = world.bornAt.toISOString();
  const secretAccessKey = newSecret();
  const accessKeyId = newAccessKeyId("AKIA", accountId, chance);
  const user: IamUser = {
    UserName: administratorName,
    UserId: iamId("AIDA", world.random(accountId, administratorName)),
    Path: "/",
    CreateDate,
    inlinePolicies: {},
    attachedPolicies: [`arn:${world.partition}:iam::aws:policy/AdministratorAccess`],
    Tags: [],
    groups: [],
    accessKeys: [{ AccessKeyId: accessKeyId, Status: "Active", CreateDate, secretAccessKey }],
    mfaDevices: [],
  };
  users.put(administratorName, user);
  return { accessKeyId, secretAccessKey };
}
