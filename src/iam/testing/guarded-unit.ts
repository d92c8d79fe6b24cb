// The organization of the minimal scenario (reference/iam.md §3.2): a unit whose SCP spares one role.
import type { Request } from "#iam/request.ts";
import {
  accountId,
  attached,
  document,
  everything,
  type Keys,
  level,
  type RawStatement,
  requestOf,
  roleSession,
} from "#iam/testing/cases.ts";

export const guard = {
  Sid: "DenyUnlessHarvest",
  Effect: "Deny",
  Action: ["guardduty:*", "ec2:DescribeInstances"],
  Condition: { ArnNotLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/csp-harvest" } },
};
export const audit = attached(document({ Sid: "BaseSecurityAuditStatement", Action: ["ec2:Describe*"] }), {
  name: "SecurityAudit",
  arn: "arn:aws:iam::aws:policy/SecurityAudit",
});
export const scpArn = "arn:aws:organizations::999999999999:policy/o-ours/service_control_policy/p-guard01";

export function scps(...statements: RawStatement[]) {
  return [
    level("root", "r-ab12", everything),
    level(
      "unit",
      "ou-ab12-prod",
      everything,
      attached(document(...statements), { name: "p-guard01", arn: scpArn }),
    ),
    level("account", accountId, everything),
  ];
}

export function by(name: string, keys: Keys = {}): Request {
  const arn = `arn:aws:iam::${accountId}:role/${name}`;
  return requestOf({ principal: roleSession(arn), keys: { "aws:PrincipalArn": arn, ...keys } });
}
