// Distributions of a drawn estate, once per account: plain HTTP, old TLS, no logs, no firewall, next to careful ones.
import type { StoredDistribution } from "../../services/cloudfront/distribution.ts";
import type { Place, World } from "../../world.ts";
import { derived } from "./draws.ts";

export function* deriveDistributions(world: World, place: Place): Iterable<[string, StoredDistribution]> {
  if (place.region !== "global") return;
  yield* derived(world, place, "cloudfront:distribution", 2, (draw): [string, StoredDistribution] => {
    const { random, isGood } = draw;
    const Id = `E${random.hex(13).toUpperCase()}`;
    const isOwnName = isGood();
    const isLogged = isGood();
    const distribution: StoredDistribution = {
      Id,
      ARN: draw.arn("cloudfront", `distribution/${Id}`),
      ETag: `E${random.hex(13).toUpperCase()}`,
      DomainName: `d${random.hex(13)}.cloudfront.net`,
      LastModifiedTime: draw.daysAgo(5, 600),
      DistributionConfig: {
        CallerReference: Id,
        Comment: draw.name,
        Enabled: true,
        Aliases: isOwnName ? { Quantity: 1, Items: [`${draw.name}.shop.example`] } : { Quantity: 0 },
        DefaultRootObject: isGood() ? "index.html" : "",
        Origins: {
          Quantity: 1,
          Items: [
            {
              Id: "origin",
              DomainName: `${draw.name}-site.s3.amazonaws.com`,
              OriginAccessControlId: isGood() ? `E${random.hex(13).toUpperCase()}` : "",
              S3OriginConfig: { OriginAccessIdentity: "" },
            },
          ],
        },
        DefaultCacheBehavior: {
          TargetOriginId: "origin",
          ViewerProtocolPolicy: isGood() ? "redirect-to-https" : "allow-all",
          Compress: true,
        },
        CacheBehaviors: { Quantity: 0 },
        CustomErrorResponses: { Quantity: 0 },
        Logging: isLogged
          ? {
              Enabled: true,
              IncludeCookies: false,
              Bucket: `cdn-logs-${place.accountId}.s3.amazonaws.com`,
              Prefix: "",
            }
          : { Enabled: false, IncludeCookies: false, Bucket: "", Prefix: "" },
        PriceClass: "PriceClass_100",
        ViewerCertificate: isOwnName
          ? {
              ACMCertificateArn: `arn:${world.partition}:acm:us-east-1:${place.accountId}:certificate/${random.hex(8)}-0000-4000-a000-${random.hex(12)}`,
              SSLSupportMethod: "sni-only",
              MinimumProtocolVersion: isGood() ? "TLSv1.2_2021" : "TLSv1",
            }
          : { CloudFrontDefaultCertificate: true, MinimumProtocolVersion: "TLSv1" },
        Restrictions: { GeoRestriction: { RestrictionType: "none", Quantity: 0 } },
        WebACLId: isGood()
          ? `arn:${world.partition}:wafv2:us-east-1:${place.accountId}:global/webacl/edge/${random.hex(8)}-0000-4000-a000-${random.hex(12)}`
          : "",
        HttpVersion: "http2",
        IsIPV6Enabled: true,
        Staging: false,
      },
      tagMap: draw.tagMap,
    };
    return [Id, distribution];
  });
}
