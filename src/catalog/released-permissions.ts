// Which IAM actions each release needs of a member role to harvest, as what it adds and drops against the one
// before. The last entry is the release in the making; at a release it gets its number and the next one follows.
export interface PermissionRelease {
  /** Version, or "unreleased". */
  release: string;
  adds: readonly string[];
  drops: readonly string[];
}

export const permissionReleases: readonly PermissionRelease[] = [
  {
    release: "unreleased",
    adds: [
      "account:GetAlternateContact",
      "cloudtrail:DescribeTrails",
      "cloudtrail:GetEventSelectors",
      "cloudtrail:GetTrailStatus",
      "ec2:DescribeFlowLogs",
      "ec2:DescribeInstances",
      "ec2:DescribeSecurityGroups",
      "ec2:DescribeSnapshots",
      "ec2:DescribeSubnets",
      "ec2:DescribeVolumes",
      "ec2:DescribeVpcs",
      "ec2:GetEbsEncryptionByDefault",
      "ec2:GetImageBlockPublicAccessState",
      "ec2:GetInstanceMetadataDefaults",
      "ec2:GetSnapshotBlockPublicAccessState",
      "iam:GetAccountAuthorizationDetails",
      "iam:GetAccountPasswordPolicy",
      "iam:GetAccountSummary",
      "iam:GetLoginProfile",
      "iam:ListAccessKeys",
      "iam:ListInstanceProfiles",
      "iam:ListMFADevices",
      "iam:ListPolicyTags",
      "iam:ListVirtualMFADevices",
      "kms:DescribeKey",
      "kms:GetKeyPolicy",
      "kms:GetKeyRotationStatus",
      "kms:ListKeys",
      "kms:ListResourceTags",
      "lambda:GetFunctionUrlConfig",
      "lambda:GetPolicy",
      "lambda:ListFunctions",
      "lambda:ListTags",
      "rds:DescribeDBInstances",
      "s3:GetAccountPublicAccessBlock",
      "s3:GetBucketAcl",
      "s3:GetBucketLocation",
      "s3:GetBucketLogging",
      "s3:GetBucketOwnershipControls",
      "s3:GetBucketPolicy",
      "s3:GetBucketPolicyStatus",
      "s3:GetBucketPublicAccessBlock",
      "s3:GetBucketTagging",
      "s3:GetBucketVersioning",
      "s3:GetEncryptionConfiguration",
      "s3:GetLifecycleConfiguration",
      "s3:ListAllMyBuckets",
    ],
    drops: [],
  },
];
