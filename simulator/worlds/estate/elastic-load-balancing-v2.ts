// Load balancers of a drawn estate with listeners and target groups: plain and secure, logged or not.
import {
  type StoredBalancer,
  type StoredListener,
  standardAttributes,
} from "../../services/elastic-load-balancing-v2/load-balancer.ts";
import {
  type StoredGroup,
  standardGroupAttributes,
} from "../../services/elastic-load-balancing-v2/target-group.ts";
import type { Place, World } from "../../world.ts";
import { type Draw, derived, drawOf, networkOf } from "./draws.ts";

const kind = "elbv2:load-balancer";

function balancerOf(draw: Draw): StoredBalancer {
  const { random, isGood, place } = draw;
  const id = random.hex(16);
  const { vpcId, subnetIds, groupId } = networkOf(draw);
  const Scheme = random.chance(0.6) ? "internet-facing" : "internal";
  const isLogged = isGood();
  return {
    LoadBalancerArn: draw.arn("elasticloadbalancing", `loadbalancer/app/${draw.name}/${id}`),
    LoadBalancerName: draw.name,
    DNSName: `${Scheme === "internal" ? "internal-" : ""}${draw.name}-${random.int(1_000_000_000)}.${place.region}.elb.amazonaws.com`,
    CanonicalHostedZoneId: "Z35SXDOTRQ7X7K",
    CreatedTime: draw.daysAgo(30, 900),
    Scheme,
    VpcId: vpcId,
    State: { Code: "active" },
    Type: "application",
    AvailabilityZones: subnetIds.map((SubnetId, at) => ({
      ZoneName: `${place.region}${"abc"[at]}`,
      SubnetId,
      LoadBalancerAddresses: [],
    })),
    SecurityGroups: [groupId],
    IpAddressType: "ipv4",
    attributes: {
      ...standardAttributes.application,
      "deletion_protection.enabled": String(isGood()),
      "routing.http.drop_invalid_header_fields.enabled": String(isGood()),
      ...(isLogged
        ? { "access_logs.s3.enabled": "true", "access_logs.s3.bucket": `elb-logs-${place.accountId}` }
        : {}),
    },
    tagMap: draw.tagMap,
  };
}

export const deriveBalancers = (world: World, place: Place): Iterable<[string, StoredBalancer]> =>
  derived(world, place, kind, 2, (draw) => {
    const balancer = balancerOf(draw);
    return [balancer.LoadBalancerArn, balancer];
  });

const count = (world: World, place: Place) => [...derived(world, place, kind, 2, () => ["", {}])].length;

/** One group for each balancer. */
export function* deriveTargetGroups(world: World, place: Place): Iterable<[string, StoredGroup]> {
  for (let index = 0; index < count(world, place); index++) yield groupOf(drawOf(world, place, kind, index));
}

function groupOf(draw: Draw): [string, StoredGroup] {
  const TargetGroupArn = draw.arn("elasticloadbalancing", `targetgroup/${draw.name}/${draw.random.hex(16)}`);
  const group: StoredGroup = {
    TargetGroupArn,
    TargetGroupName: draw.name,
    Protocol: "HTTP",
    Port: 8080,
    VpcId: networkOf(draw).vpcId,
    TargetType: "instance",
    ProtocolVersion: "HTTP1",
    HealthCheckProtocol: "HTTP",
    HealthCheckPort: "traffic-port",
    HealthCheckPath: "/health",
    HealthCheckEnabled: true,
    HealthCheckIntervalSeconds: 30,
    HealthCheckTimeoutSeconds: 5,
    HealthyThresholdCount: 5,
    UnhealthyThresholdCount: 2,
    Matcher: { HttpCode: "200" },
    IpAddressType: "ipv4",
    attributes: standardGroupAttributes,
    targets: [],
    tagMap: draw.tagMap,
  };
  return [TargetGroupArn, group];
}

/** A secure listener, and in careful hands one that redirects to it. */
export function* deriveListeners(world: World, place: Place): Iterable<[string, StoredListener]> {
  for (let index = 0; index < count(world, place); index++) {
    const draw = drawOf(world, place, kind, index);
    const { LoadBalancerArn } = balancerOf(draw);
    const [TargetGroupArn] = groupOf(drawOf(world, place, kind, index));
    const base = LoadBalancerArn.replace(":loadbalancer/", ":listener/");
    const forward = { Type: "forward" as const, TargetGroupArn };
    const isSecure = draw.isGood();
    const redirect = {
      Type: "redirect" as const,
      RedirectConfig: { Protocol: "HTTPS", Port: "443", StatusCode: "HTTP_301" as const },
    };
    const plain: StoredListener = {
      ListenerArn: `${base}/${draw.random.hex(16)}`,
      LoadBalancerArn,
      Port: 80,
      Protocol: "HTTP",
      DefaultActions: [isSecure ? redirect : forward],
      tagMap: {},
    };
    yield [plain.ListenerArn, plain];
    if (!isSecure && draw.random.chance(0.5)) continue;
    const secure: StoredListener = {
      ListenerArn: `${base}/${draw.random.hex(16)}`,
      LoadBalancerArn,
      Port: 443,
      Protocol: "HTTPS",
      SslPolicy: draw.isGood() ? "ELBSecurityPolicy-TLS13-1-2-2021-06" : "ELBSecurityPolicy-2016-08",
      Certificates: [
        {
          CertificateArn: draw.arn(
            "acm",
            `certificate/${draw.random.hex(8)}-0000-4000-a000-${draw.random.hex(12)}`,
          ),
        },
      ],
      DefaultActions: [forward],
      tagMap: {},
    };
    yield [secure.ListenerArn, secure];
  }
}
