// Where instance profiles are kept.
import type { Call } from "../../operation.ts";
import type { IamInstanceProfile } from "../../shapes.ts";

export function profiles(call: Call) {
  return call.world.collection<IamInstanceProfile>(
    { accountId: call.accountId, region: "global" },
    "iam:instance-profile",
  );
}
