// Distributions as the simulator keeps them: configuration checked, made, changed under their ETag, deleted.
import type * as aws from "@aws-sdk/client-cloudfront";
import { chance, draw } from "../../ids.ts";
import { AwsFault, type Call } from "../../operation.ts";
import type { Stored } from "../../stored.ts";
import { everywhere, records, type Tagged, tagMapOf } from "../records.ts";

/** Value of "cloudfront:distribution" under its id. */
export interface StoredDistribution extends Tagged {
  Id: string;
  ARN: string;
  ETag: string;
  DomainName: string;
  LastModifiedTime: string;
  DistributionConfig: Stored<aws.DistributionConfig>;
}
/** Value of "cloudfront:origin-access-control" under its id. */
export interface StoredControl {
  Id: string;
  ETag: string;
  OriginAccessControlConfig: Stored<aws.OriginAccessControlConfig>;
}

export const distributions = records<StoredDistribution>(
  "cloudfront:distribution",
  "Id",
  () => new AwsFault("NoSuchDistribution", "The specified distribution does not exist.", 404),
  everywhere,
);
export const controls = records<StoredControl>(
  "cloudfront:origin-access-control",
  "Id",
  () => new AwsFault("NoSuchOriginAccessControl", "The specified origin access control does not exist.", 404),
  everywhere,
);
export const needed = (call: Call<{ Id?: string | undefined }>) => distributions.need(call, call.input.Id);
export const newId = () => `E${draw("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 13, chance)}`;
export const distributionArn = (call: Call, id: string) =>
  `arn:${call.world.partition}:cloudfront::${call.accountId}:distribution/${id}`;

export const distribution = ({ tagMap: _, ETag: _tag, ...each }: StoredDistribution) => ({
  ...each,
  Status: "Deployed",
  InProgressInvalidationBatches: 0,
  ActiveTrustedSigners: { Enabled: false, Quantity: 0 },
});
export const summary = ({ DistributionConfig, ...each }: StoredDistribution) => ({
  ...DistributionConfig,
  ...distribution({ ...each, DistributionConfig }),
});

export function checked(
  call: Call,
  config: aws.DistributionConfig | undefined,
): Stored<aws.DistributionConfig> {
  const { Origins, DefaultCacheBehavior: behavior, ViewerCertificate: certificate, Aliases } = config ?? {};
  const origins = Origins?.Items ?? [];
  if (origins.length === 0 || Origins?.Quantity !== origins.length)
    throw new AwsFault("InconsistentQuantities", "The value of Quantity and the size of Items don't match.");
  if (!origins.some((each) => each.Id === behavior?.TargetOriginId))
    throw new AwsFault("NoSuchOrigin", "One or more of your origins or origin groups do not exist.", 404);
  if (Aliases?.Quantity && !certificate?.ACMCertificateArn && !certificate?.IAMCertificateId)
    throw new AwsFault(
      "InvalidViewerCertificate",
      "To add an alternate domain name (CNAME) to a CloudFront distribution, you must attach a trusted certificate that validates your authorization to use the domain name.",
    );
  for (const { OriginAccessControlId: id } of origins) if (id) controls.need(call, id);
  return {
    Aliases: { Quantity: 0 },
    DefaultRootObject: "",
    CacheBehaviors: { Quantity: 0 },
    CustomErrorResponses: { Quantity: 0 },
    Logging: { Enabled: false, IncludeCookies: false, Bucket: "", Prefix: "" },
    PriceClass: "PriceClass_All",
    Restrictions: { GeoRestriction: { RestrictionType: "none", Quantity: 0 } },
    WebACLId: "",
    HttpVersion: "http2",
    IsIPV6Enabled: false,
    Staging: false,
    ...config,
    ViewerCertificate: certificate ?? {
      CloudFrontDefaultCertificate: true,
      MinimumProtocolVersion: "TLSv1",
      SSLSupportMethod: "vip",
      CertificateSource: "cloudfront",
    },
  } as Stored<aws.DistributionConfig>;
}

export function create(call: Call, config: aws.DistributionConfig | undefined, tags: aws.Tag[] | undefined) {
  const DistributionConfig = checked(call, config);
  const same = distributions
    .list(call)
    .find((each) => each.DistributionConfig.CallerReference === DistributionConfig.CallerReference);
  if (same)
    throw new AwsFault(
      "DistributionAlreadyExists",
      "The caller reference that you are using to create a distribution is associated with another distribution. Already exists: ".concat(
        same.Id,
      ),
      409,
    );
  const Id = newId();
  const made = distributions.put(call, {
    Id,
    ARN: distributionArn(call, Id),
    ETag: newId(),
    DomainName: `d${draw("abcdefghijklmnopqrstuvwxyz0123456789", 13, chance)}.cloudfront.net`,
    LastModifiedTime: call.now.toISOString(),
    DistributionConfig,
    tagMap: tagMapOf(tags),
  });
  return {
    Distribution: { ...distribution(made), Status: "InProgress" },
    Location: `https://cloudfront.amazonaws.com/2020-05-31/distribution/${Id}`,
    ETag: made.ETag,
  };
}

export function matching<T extends { ETag: string }>(found: T, ifMatch: string | undefined): T {
  if (!ifMatch)
    throw new AwsFault(
      "InvalidIfMatchVersion",
      "The If-Match version is missing or not valid for the resource.",
    );
  if (ifMatch !== found.ETag)
    throw new AwsFault(
      "PreconditionFailed",
      "The request failed because it didn't meet the preconditions in one or more request-header fields.",
      412,
    );
  return found;
}

export function update(call: Call<aws.UpdateDistributionRequest>) {
  const old = matching(needed(call), call.input.IfMatch);
  const config = call.input.DistributionConfig;
  if (config?.CallerReference !== old.DistributionConfig.CallerReference)
    throw new AwsFault("IllegalUpdate", "The update contains modifications that are not allowed.");
  const changed = distributions.change(call, old, {
    DistributionConfig: checked(call, config),
    ETag: newId(),
    LastModifiedTime: call.now.toISOString(),
  });
  return { Distribution: { ...distribution(changed), Status: "InProgress" }, ETag: changed.ETag };
}

export function remove(call: Call<aws.DeleteDistributionRequest>) {
  const old = matching(needed(call), call.input.IfMatch);
  if (old.DistributionConfig.Enabled)
    throw new AwsFault(
      "DistributionNotDisabled",
      "The distribution you are trying to delete has not been disabled.",
      409,
    );
  distributions.remove(call, old);
  return {};
}
