// The accounts of the hostile world, each with one thing that stands in a harvester's way, and what a caller who
// assumed the role there finds. Rows 1 to 5 are the acceptance scenario of denials by SCP exceptions.
import {
  enabledOptInRegion,
  harvestRole,
  managementAccountId,
  type Situation,
  silentRegion,
} from "./situation.ts";

const instances = "ec2:DescribeInstances";
const deniedBy = (policyId: string) => ({
  code: "UnauthorizedOperation",
  says: `with an explicit deny in a service control policy: arn:aws:organizations::${managementAccountId}:policy/o-hostile001/service_control_policy/${policyId}`,
});

export const policyIds = {
  guard: "p-guard001",
  network: "p-net00001",
  regions: "p-region01",
  allowList: "p-allow001",
  resources: "p-rcp00001",
} as const;

/** An account into which nobody gets. */
function closed(
  name: string,
  accountId: string,
  is: string,
  more: Pick<Situation, "role" | "state"> = {},
): Situation {
  return { name, accountId, unit: "open", is, isClosed: true, probes: [], role: harvestRole, ...more };
}

export const situations: readonly Situation[] = [
  {
    name: "exception-named",
    accountId: "111122223333",
    unit: "prod",
    is: "An SCP denies guardduty:* and ec2:DescribeInstances to all roles but csp-harvest.",
    role: harvestRole,
    probes: [
      { call: instances, outcome: "allowed" },
      { call: "guardduty:ListDetectors", outcome: "allowed" },
    ],
  },
  {
    name: "exception-missed",
    accountId: "111122223334",
    unit: "prod",
    is: "The same SCP; the role is csp-harvest-v2, which the exception does not name.",
    role: `${harvestRole}-v2`,
    probes: [
      { call: instances, outcome: deniedBy(policyIds.guard) },
      { call: "guardduty:ListDetectors", outcome: { code: "AccessDeniedException" } },
      { call: "ec2:DescribeVpcs", outcome: "allowed" },
    ],
  },
  {
    name: "exception-without-path",
    accountId: "111122223335",
    unit: "prod",
    is: "The same SCP; the role has a path, and aws:PrincipalArn has it too.",
    role: `path/${harvestRole}`,
    probes: [{ call: instances, outcome: deniedBy(policyIds.guard) }],
  },
  {
    name: "other-network",
    accountId: "111122223336",
    unit: "network",
    is: "An SCP denies whoever does not come from 203.0.113.0/24.",
    role: harvestRole,
    probes: [{ call: instances, outcome: deniedBy(policyIds.network) }],
  },
  {
    name: "management",
    accountId: managementAccountId,
    unit: null,
    is: "The management account: SCPs do not apply to it, though the root has one.",
    role: harvestRole,
    probes: [
      { call: instances, outcome: "allowed" },
      { call: "organizations:ListAccounts", outcome: "allowed" },
    ],
  },
  {
    name: "boundary",
    accountId: "222200000001",
    unit: "open",
    is: "A permissions boundary on the role allows only S3 and IAM.",
    role: harvestRole,
    probes: [
      {
        call: instances,
        outcome: {
          code: "UnauthorizedOperation",
          says: "because no permissions boundary allows the ec2:DescribeInstances action",
        },
      },
      { call: "iam:ListRoles", outcome: "allowed" },
    ],
  },
  {
    name: "region-deny",
    accountId: "222200000002",
    unit: "regions",
    is: "An SCP denies all but global services outside eu-central-1.",
    role: harvestRole,
    probes: [
      { call: instances, region: "eu-central-1", outcome: "allowed" },
      { call: instances, region: "us-west-2", outcome: deniedBy(policyIds.regions) },
      { call: "iam:ListRoles", outcome: "allowed" },
    ],
  },
  {
    name: "opt-in-region",
    accountId: "222200000003",
    unit: "open",
    is: "The account has enabled eu-south-1; the others have not.",
    role: harvestRole,
    probes: [
      { call: instances, region: enabledOptInRegion, outcome: "allowed" },
      { call: instances, region: "me-south-1", outcome: { code: "AuthFailure" } },
    ],
  },
  closed("role-missing", "222200000004", "Nobody has made the role here.", { role: undefined }),
  closed("other-external-id", "222200000005", "The role's trust policy asks for another external id."),
  closed("suspended", "222200000006", "The account is suspended.", { state: "SUSPENDED" }),
  closed("closed", "222200000007", "The account is closed and still listed.", { state: "CLOSED" }),
  closed("pending-activation", "222200000008", "The account is being created.", {
    state: "PENDING_ACTIVATION",
    role: undefined,
  }),
  closed("pending-closure", "222200000009", "The account is being closed.", { state: "PENDING_CLOSURE" }),
  {
    name: "delegated-administrator",
    accountId: "222200000010",
    unit: "prod",
    is: "A delegated administrator reads the organization; SCPs bind it all the same.",
    role: `${harvestRole}-v2`,
    probes: [
      { call: "organizations:ListAccounts", outcome: "allowed" },
      { call: instances, outcome: deniedBy(policyIds.guard) },
    ],
  },
  {
    name: "resource-control",
    accountId: "222200000011",
    unit: "resources",
    is: "An RCP denies s3:GetBucketPolicy on the account's buckets to all roles but one.",
    role: harvestRole,
    probes: [
      {
        call: "s3:GetBucketPolicy",
        outcome: { code: "AccessDenied", says: "with an explicit deny in a resource control policy" },
      },
      { call: "s3:GetBucketVersioning", outcome: "allowed" },
    ],
  },
  {
    name: "throttled",
    accountId: "222200000012",
    unit: "open",
    is: "The account's buckets hold a fiftieth: a few calls in a row are too many.",
    role: harvestRole,
    probes: [{ call: instances, outcome: { code: "RequestLimitExceeded" } }],
  },
  {
    name: "silent-region",
    accountId: "222200000013",
    unit: "open",
    is: "ap-south-1 takes this account's requests and never answers.",
    role: harvestRole,
    probes: [
      { call: instances, outcome: "allowed" },
      { call: instances, region: silentRegion, outcome: "no-answer" },
    ],
  },
  {
    name: "allow-list",
    accountId: "222200000014",
    unit: "allow-list",
    is: "FullAWSAccess is detached from the unit; what is attached allows S3, IAM and STS only.",
    role: harvestRole,
    probes: [
      {
        call: instances,
        outcome: {
          code: "UnauthorizedOperation",
          says: "because no service control policy allows the ec2:DescribeInstances action",
        },
      },
      { call: "iam:ListRoles", outcome: "allowed" },
    ],
  },
  closed(
    "trust-broken",
    "222200000015",
    "The role trusted by this one was deleted and made again: its unique id is another.",
  ),
  {
    name: "failing-operation",
    accountId: "222200000016",
    unit: "open",
    is: "ec2:DescribeVolumes answers an internal error, always.",
    role: harvestRole,
    probes: [
      { call: "ec2:DescribeVolumes", outcome: { code: "InternalError" } },
      { call: instances, outcome: "allowed" },
    ],
  },
];

export function situationOf(name: string): Situation {
  const found = situations.find((each) => each.name === name);
  if (!found) throw new Error(`the hostile world has no situation ${name}`);
  return found;
}
