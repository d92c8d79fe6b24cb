// Whether CloudTrail may write a trail's logs into its bucket: what it asks before it takes the bucket's name.
import { serviceMay } from "../../events/service-permission.ts";
import { AwsFault, type Call } from "../../operation.ts";
import { organizationOf } from "../../organization.ts";
import { buckets, ownerOf } from "../s3/stored-bucket.ts";

interface Logs {
  bucket: string;
  prefix?: string | undefined;
  trailArn: string;
  isOrganization: boolean;
}

export function checkLogBucket(
  { world, accountId }: Call,
  { bucket, prefix, trailArn, isOrganization }: Logs,
): void {
  const owner = ownerOf(world, bucket);
  const found = owner ? buckets(world, owner).get(bucket) : undefined;
  if (!found) throw new AwsFault("S3BucketDoesNotExistException", `S3 bucket ${bucket} does not exist!`);
  const arn = `arn:${world.partition}:s3:::${bucket}`;
  const folder = `${arn}/${prefix ? `${prefix}/` : ""}AWSLogs`;
  const organization = isOrganization ? organizationOf(world)?.self.Id : undefined;
  const asks: [action: string, resource: string][] = [
    ["s3:GetBucketAcl", arn],
    ["s3:PutObject", `${folder}/${accountId}/CloudTrail/us-east-1/2026/01/01/log.json.gz`],
    ...(organization ? [["s3:PutObject", `${folder}/${organization}/log.json.gz`] as [string, string]] : []),
  ];
  const isAllowed = asks.every(([action, resource]) =>
    serviceMay(world, found.policy, {
      service: "cloudtrail.amazonaws.com",
      action,
      resource,
      sourceArn: trailArn,
      sourceAccount: accountId,
      context: { "s3:x-amz-acl": "bucket-owner-full-control" },
    }),
  );
  if (!isAllowed)
    throw new AwsFault(
      "InsufficientS3BucketPolicyException",
      `Incorrect S3 bucket policy is detected for bucket: ${bucket}`,
    );
}
