// The kinds of resources whose access can be told: where their policy lies, and the actions that say most about who
// holds them. One literal each; levels and names are held against AWS's reference by a test.
import { type KeyState, single } from "#iam/context.ts";
import { unknownText } from "#iam/glob.ts";
import type { KeptDocument } from "#store/identity-documents.ts";

export const accessLevels = ["list", "read", "write", "permissions"] as const;
export type AccessLevel = (typeof accessLevels)[number];

export interface TargetAction {
  /** In AWS's spelling. */
  action: string;
  level: AccessLevel;
  /** What follows the resource's ARN; null: the resource itself. */
  part?: string;
  /** Judged by the resource's own policy; false where that policy has no say. */
  isInPolicy?: false;
  /** The policy of the resource cannot give it to another account (SQS's guide, S3's and KMS's API references). */
  isOwnOnly?: true;
  /** AWS answers it without a signature. */
  isUnsigned?: true;
  /** Only a caller who comes from an identity provider. */
  isFederated?: true;
  /** Keys that the request is known to have; null: nobody can ask, as of a URL that is not there. */
  keys?: (properties: Record<string, unknown>) => ReadonlyMap<string, KeyState> | null;
}

export interface AccessTarget {
  type: string;
  /** Property with the policy of the resource; absent = there is none. */
  policyAt: string;
  /** There always is one; absent = nobody read it, as of a key that AWS manages. */
  alwaysHasPolicy?: true;
  policyName: string;
  /** Whether conditions on aws:ResourceTag see the resource's tags. */
  hasTagConditions: boolean;
  actions: readonly TargetAction[];
}

const objects = `/${unknownText}`;

function listed(level: AccessLevel, actions: string[], more: Partial<TargetAction> = {}): TargetAction[] {
  return actions.map((action) => ({ action, level, ...more }));
}

const functionUrl = (properties: Record<string, unknown>) => {
  const url = properties.FunctionUrlConfig as { AuthType?: string } | undefined;
  return url?.AuthType === undefined ? null : new Map([["lambda:functionurlauthtype", single(url.AuthType)]]);
};

export const accessTargets: readonly AccessTarget[] = [
  {
    type: "aws.s3.bucket",
    policyAt: "Policy",
    policyName: "bucket policy",
    // Only in buckets that switched it on, which is not read.
    hasTagConditions: false,
    actions: [
      ...listed("list", ["s3:ListBucket"], { isUnsigned: true }),
      ...listed("read", ["s3:GetObject"], { part: objects, isUnsigned: true }),
      ...listed("read", ["s3:GetBucketPolicy"], { isOwnOnly: true }),
      ...listed("read", ["s3:GetBucketAcl"], { isUnsigned: true }),
      ...listed("write", ["s3:PutObject", "s3:DeleteObject"], { part: objects, isUnsigned: true }),
      ...listed("write", [
        "s3:DeleteBucket",
        "s3:PutLifecycleConfiguration",
        "s3:PutReplicationConfiguration",
      ]),
      ...listed("permissions", ["s3:PutBucketPolicy"], { isOwnOnly: true }),
      ...listed("permissions", ["s3:PutBucketAcl", "s3:PutBucketPublicAccessBlock"], { isUnsigned: true }),
      ...listed("permissions", ["s3:PutObjectAcl"], { part: objects, isUnsigned: true }),
    ],
  },
  {
    type: "aws.kms.key",
    policyAt: "Policy",
    policyName: "key policy",
    alwaysHasPolicy: true,
    hasTagConditions: true,
    actions: [
      ...listed("read", ["kms:DescribeKey"]),
      ...listed("read", ["kms:GetKeyPolicy"], { isOwnOnly: true }),
      ...listed("write", ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:Sign"]),
      ...listed("write", ["kms:DisableKey", "kms:ScheduleKeyDeletion"], { isOwnOnly: true }),
      ...listed("permissions", ["kms:CreateGrant"]),
      ...listed("permissions", ["kms:PutKeyPolicy"], { isOwnOnly: true }),
    ],
  },
  {
    type: "aws.sqs.queue",
    policyAt: "Attributes.Policy",
    policyName: "queue policy",
    hasTagConditions: true,
    actions: [
      ...listed("read", ["sqs:ReceiveMessage", "sqs:GetQueueAttributes"], { isUnsigned: true }),
      ...listed("write", ["sqs:SendMessage", "sqs:DeleteMessage", "sqs:PurgeQueue"], { isUnsigned: true }),
      ...listed("write", ["sqs:DeleteQueue"], { isOwnOnly: true }),
      ...listed("permissions", ["sqs:SetQueueAttributes", "sqs:AddPermission"], { isOwnOnly: true }),
    ],
  },
  {
    type: "aws.sns.topic",
    policyAt: "Attributes.Policy",
    policyName: "topic policy",
    hasTagConditions: true,
    actions: [
      ...listed("read", ["sns:GetTopicAttributes"], { isUnsigned: true }),
      ...listed("write", ["sns:Publish", "sns:Subscribe"], { isUnsigned: true }),
      ...listed("write", ["sns:DeleteTopic"]),
      ...listed("permissions", ["sns:SetTopicAttributes", "sns:AddPermission"]),
    ],
  },
  {
    type: "aws.lambda.function",
    policyAt: "Policy",
    policyName: "function policy",
    hasTagConditions: true,
    actions: [
      ...listed("read", ["lambda:GetFunction"]),
      ...listed("write", ["lambda:InvokeFunction"]),
      ...listed("write", ["lambda:InvokeFunctionUrl"], { isUnsigned: true, keys: functionUrl }),
      ...listed("write", ["lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration"]),
      ...listed("write", ["lambda:DeleteFunction"]),
      ...listed("permissions", ["lambda:AddPermission"]),
    ],
  },
  {
    type: "aws.secretsmanager.secret",
    policyAt: "ResourcePolicy",
    policyName: "secret's policy",
    hasTagConditions: true,
    actions: [
      ...listed("read", ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"]),
      ...listed("write", ["secretsmanager:PutSecretValue", "secretsmanager:DeleteSecret"]),
      ...listed("permissions", ["secretsmanager:PutResourcePolicy"]),
    ],
  },
  {
    type: "aws.ecr.repository",
    policyAt: "policyText",
    policyName: "repository policy",
    hasTagConditions: true,
    actions: [
      ...listed("list", ["ecr:ListImages"]),
      ...listed("read", ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]),
      ...listed("write", ["ecr:PutImage", "ecr:BatchDeleteImage", "ecr:DeleteRepository"]),
      ...listed("permissions", ["ecr:SetRepositoryPolicy"]),
    ],
  },
  {
    type: "aws.iam.role",
    policyAt: "AssumeRolePolicyDocument",
    policyName: "trust policy",
    alwaysHasPolicy: true,
    hasTagConditions: true,
    actions: [
      ...listed("write", ["sts:AssumeRole"]),
      ...listed("write", ["sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML"], { isFederated: true }),
      ...listed("write", ["iam:PassRole"], { isInPolicy: false }),
      ...listed("permissions", ["iam:UpdateAssumeRolePolicy", "iam:AttachRolePolicy"], { isInPolicy: false }),
      ...listed("permissions", ["iam:PutRolePolicy", "iam:DeleteRolePermissionsBoundary"], {
        isInPolicy: false,
      }),
    ],
  },
];

export function targetOf(type: string): AccessTarget | undefined {
  return accessTargets.find((target) => target.type === type);
}

/** Undefined: AWS's ARN of the resource was not read. */
export function arnOf(resource: KeptDocument, { part }: TargetAction): string | undefined {
  return resource.arn === null ? undefined : `${resource.arn}${part ?? ""}`;
}
