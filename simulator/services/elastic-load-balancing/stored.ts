// Classic load balancers as the simulator keeps them, and how one is made.
import type { Subnet } from "@aws-sdk/client-ec2";
import type * as aws from "@aws-sdk/client-elastic-load-balancing";
import { chance } from "../../ids.ts";
import { AwsFault, type Call } from "../../operation.ts";
import type { Stored } from "../../stored.ts";
import { arnIn, here, records, type Tagged, tagMapOf } from "../records.ts";

/** Value of "elb:load-balancer" under its name. */
export interface StoredClassic extends Tagged, Stored<aws.LoadBalancerDescription> {
  LoadBalancerName: string;
  arn: string;
  attributes: Stored<aws.LoadBalancerAttributes>;
  policies: Stored<aws.PolicyDescription>[];
}

export const balancers = records<StoredClassic>(
  "elb:load-balancer",
  "LoadBalancerName",
  (name) => new AwsFault("LoadBalancerNotFound", `There is no ACTIVE Load Balancer named '${name}'`),
);
export const needed = (call: Call<{ LoadBalancerName?: string | undefined }>) =>
  balancers.need(call, call.input.LoadBalancerName);

/** Developer Guide of classic load balancers: what a new one does. */
export const standardAttributes: Stored<aws.LoadBalancerAttributes> = {
  CrossZoneLoadBalancing: { Enabled: false },
  AccessLog: { Enabled: false },
  ConnectionDraining: { Enabled: false, Timeout: 300 },
  ConnectionSettings: { IdleTimeout: 60 },
  AdditionalAttributes: [{ Key: "elb.http.desyncmitigationmode", Value: "defensive" }],
};

export function listenersOf(
  wish: aws.Listener[] | undefined,
): { Listener: Stored<aws.Listener>; PolicyNames: string[] }[] {
  return (wish ?? []).map((each) => {
    const protocol = each.Protocol?.toUpperCase() ?? "";
    if (!["HTTP", "HTTPS", "TCP", "SSL"].includes(protocol))
      throw new AwsFault("UnsupportedProtocol", `Invalid protocol: ${each.Protocol}`);
    if ((protocol === "HTTPS" || protocol === "SSL") && !each.SSLCertificateId)
      throw new AwsFault(
        "InvalidConfigurationRequest",
        "Secure Listeners need to specify a SSLCertificateId",
      );
    const Listener = {
      ...each,
      Protocol: protocol,
      InstanceProtocol:
        each.InstanceProtocol?.toUpperCase() ??
        (protocol === "HTTPS" ? "HTTP" : protocol === "SSL" ? "TCP" : protocol),
    };
    return { Listener, PolicyNames: [] };
  });
}

export function create(call: Call<aws.CreateAccessPointInput>) {
  const { input } = call;
  const name = input.LoadBalancerName ?? "";
  if (!/^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,30}[a-zA-Z0-9])?$/.test(name))
    throw new AwsFault(
      "ValidationError",
      "LoadBalancer name cannot be longer than 32 characters and must contain only letters, digits and hyphens",
    );
  if (balancers.find(call, name))
    throw new AwsFault(
      "DuplicateLoadBalancerName",
      `Load Balancer named '${name}' already exists and it is configured with different parameters.`,
    );
  const all = call.world.collection<Stored<Subnet>>(here(call), "ec2:subnet");
  const subnets = (input.Subnets ?? []).map((id) => {
    const found = all.get(id);
    if (!found) throw new AwsFault("SubnetNotFound", `The requested subnet '${id}' does not exist`);
    return found;
  });
  if (subnets.length === 0 && !input.AvailabilityZones?.length)
    throw new AwsFault("ValidationError", "Either AvailabilityZones or SubnetIds must be specified");
  const Scheme = input.Scheme ?? "internet-facing";
  const made = balancers.put(call, {
    LoadBalancerName: name,
    arn: arnIn(call, "elasticloadbalancing", `loadbalancer/${name}`),
    DNSName: `${Scheme === "internal" ? "internal-" : ""}${name}-${chance.int(2_000_000_000)}.${call.region}.elb.amazonaws.com`,
    CanonicalHostedZoneNameID: "Z35SXDOTRQ7X7K",
    ListenerDescriptions: listenersOf(input.Listeners),
    Policies: { AppCookieStickinessPolicies: [], LBCookieStickinessPolicies: [], OtherPolicies: [] },
    BackendServerDescriptions: [],
    AvailabilityZones: input.AvailabilityZones ?? [
      ...new Set(subnets.map((each) => each.AvailabilityZone ?? "")),
    ],
    Subnets: input.Subnets ?? [],
    VPCId: subnets[0]?.VpcId,
    Instances: [],
    HealthCheck: { Target: "TCP:80", Interval: 30, Timeout: 5, UnhealthyThreshold: 2, HealthyThreshold: 10 },
    SecurityGroups: input.SecurityGroups ?? [],
    CreatedTime: call.now.toISOString(),
    Scheme,
    attributes: standardAttributes,
    policies: [],
    tagMap: tagMapOf(input.Tags),
  });
  return { DNSName: made.DNSName };
}
