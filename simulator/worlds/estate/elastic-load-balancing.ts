// Classic load balancers of a drawn estate: plain, unlogged, undrained, next to careful ones.
import { type StoredClassic, standardAttributes } from "../../services/elastic-load-balancing/stored.ts";
import type { Place, World } from "../../world.ts";
import { derived, networkOf } from "./draws.ts";

export const deriveClassics = (world: World, place: Place): Iterable<[string, StoredClassic]> =>
  derived(world, place, "elb:load-balancer", 1, (draw) => {
    const { isGood, random } = draw;
    const LoadBalancerName = `${draw.name}-classic`;
    const { vpcId, subnetIds, groupId } = networkOf(draw);
    const isSecure = isGood();
    const balancer: StoredClassic = {
      LoadBalancerName,
      arn: draw.arn("elasticloadbalancing", `loadbalancer/${LoadBalancerName}`),
      DNSName: `${LoadBalancerName}-${random.int(2_000_000_000)}.${place.region}.elb.amazonaws.com`,
      CanonicalHostedZoneNameID: "Z35SXDOTRQ7X7K",
      ListenerDescriptions: [
        {
          Listener: {
            Protocol: isSecure ? "HTTPS" : "HTTP",
            LoadBalancerPort: isSecure ? 443 : 80,
            InstanceProtocol: "HTTP",
            InstancePort: 8080,
            ...(isSecure
              ? {
                  SSLCertificateId: draw.arn(
                    "acm",
                    `certificate/${random.hex(8)}-0000-4000-a000-${random.hex(12)}`,
                  ),
                }
              : {}),
          },
          PolicyNames: isSecure ? ["ELBSecurityPolicy-TLS-1-2-2017-01"] : [],
        },
      ],
      Policies: { AppCookieStickinessPolicies: [], LBCookieStickinessPolicies: [], OtherPolicies: [] },
      BackendServerDescriptions: [],
      AvailabilityZones: isGood() ? [`${place.region}a`, `${place.region}b`] : [`${place.region}a`],
      Subnets: subnetIds,
      VPCId: vpcId,
      Instances: [],
      HealthCheck: {
        Target: "TCP:80",
        Interval: 30,
        Timeout: 5,
        UnhealthyThreshold: 2,
        HealthyThreshold: 10,
      },
      SecurityGroups: [groupId],
      CreatedTime: draw.daysAgo(900, 2500),
      Scheme: "internet-facing",
      attributes: {
        ...standardAttributes,
        CrossZoneLoadBalancing: { Enabled: isGood() },
        ConnectionDraining: { Enabled: isGood(), Timeout: 300 },
        AccessLog: isGood()
          ? { Enabled: true, S3BucketName: `elb-logs-${place.accountId}` }
          : { Enabled: false },
      },
      policies: [],
      tagMap: draw.tagMap,
    };
    return [LoadBalancerName, balancer];
  });
