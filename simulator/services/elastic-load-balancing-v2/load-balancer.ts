// Load balancers of the second generation: made, changed, deleted. Their attributes are a map of AWS's names to text.
import type { Subnet } from "@aws-sdk/client-ec2";
import type * as aws from "@aws-sdk/client-elastic-load-balancing-v2";
import { chance, draw } from "../../ids.ts";
import { AwsFault, type Call } from "../../operation.ts";
import type { Stored } from "../../stored.ts";
import { arnIn, here, records, type Tagged, tagMapOf } from "../records.ts";

/** Value of "elbv2:load-balancer" under its ARN. */
export interface StoredBalancer extends Tagged, Stored<aws.LoadBalancer> {
  LoadBalancerArn: string;
  LoadBalancerName: string;
  attributes: Record<string, string>;
}

/** Value of "elbv2:listener" under its ARN. */
export interface StoredListener extends Tagged, Stored<aws.Listener> {
  ListenerArn: string;
  LoadBalancerArn: string;
}

export const balancers = records<StoredBalancer>(
  "elbv2:load-balancer",
  "LoadBalancerArn",
  (arn) => new AwsFault("LoadBalancerNotFound", `Load balancer '${arn}' not found`),
);
export const listeners = records<StoredListener>(
  "elbv2:listener",
  "ListenerArn",
  (arn) => new AwsFault("ListenerNotFound", `Listener '${arn}' not found`),
);

const shared = {
  "deletion_protection.enabled": "false",
  "access_logs.s3.enabled": "false",
  "access_logs.s3.bucket": "",
  "access_logs.s3.prefix": "",
  "ipv6.deny_all_igw_traffic": "false",
};

/** AWS's defaults per type (User Guide, "Load balancer attributes"). */
export const standardAttributes: Record<string, Record<string, string>> = {
  application: {
    ...shared,
    "connection_logs.s3.enabled": "false",
    "connection_logs.s3.bucket": "",
    "connection_logs.s3.prefix": "",
    "idle_timeout.timeout_seconds": "60",
    "client_keep_alive.seconds": "3600",
    "load_balancing.cross_zone.enabled": "true",
    "routing.http.desync_mitigation_mode": "defensive",
    "routing.http.drop_invalid_header_fields.enabled": "false",
    "routing.http.preserve_host_header.enabled": "false",
    "routing.http.x_amzn_tls_version_and_cipher_suite.enabled": "false",
    "routing.http.xff_client_port.enabled": "false",
    "routing.http.xff_header_processing.mode": "append",
    "routing.http2.enabled": "true",
    "waf.fail_open.enabled": "false",
    "zonal_shift.config.enabled": "false",
  },
  network: {
    ...shared,
    "load_balancing.cross_zone.enabled": "false",
    "dns_record.client_routing_policy": "any_availability_zone",
    "zonal_shift.config.enabled": "false",
  },
  gateway: { "deletion_protection.enabled": "false", "load_balancing.cross_zone.enabled": "false" },
};

function subnetsOf(call: Call, ids: string[]): Stored<Subnet>[] {
  const all = call.world.collection<Stored<Subnet>>(here(call), "ec2:subnet");
  return ids.map((id) => {
    const found = all.get(id);
    if (!found) throw new AwsFault("SubnetNotFound", `The subnet ID '${id}' is not valid`);
    return found;
  });
}

function checkGroups(call: Call, ids: string[]): void {
  const unknown = ids.find((id) => !call.world.collection(here(call), "ec2:security-group").get(id));
  if (unknown) throw new AwsFault("InvalidSecurityGroup", `Security group '${unknown}' does not exist`);
}

const zonesOf = (subnets: Stored<Subnet>[]) =>
  subnets.map(({ AvailabilityZone, SubnetId }) => ({
    ZoneName: AvailabilityZone,
    SubnetId,
    LoadBalancerAddresses: [],
  }));

const letters: Record<string, string> = { application: "app", network: "net", gateway: "gwy" };

/** The asked subnets' ids. */
function checkNew(call: Call<aws.CreateLoadBalancerInput>): string[] {
  const { Name = "", Type = "application" } = call.input;
  if (!/^(?!internal-)[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,30}[a-zA-Z0-9])?$/.test(Name))
    throw new AwsFault("ValidationError", `The load balancer name '${Name}' is not valid`);
  const subnetIds =
    call.input.Subnets ?? (call.input.SubnetMappings ?? []).map((each) => each.SubnetId ?? "");
  if (subnetIds.length === 0) throw new AwsFault("ValidationError", "At least one subnet must be specified");
  if (Type === "application" && subnetIds.length < 2)
    throw new AwsFault(
      "ValidationError",
      "At least two subnets in two different Availability Zones must be specified",
    );
  if (balancers.list(call).some((each) => each.LoadBalancerName === Name))
    throw new AwsFault(
      "DuplicateLoadBalancerName",
      `A load balancer with the same name '${Name}' exists, but with different settings`,
    );
  return subnetIds;
}

export function createBalancer(call: Call<aws.CreateLoadBalancerInput>) {
  const { Name = "", Type = "application", Scheme = "internet-facing", SecurityGroups, Tags } = call.input;
  const subnets = subnetsOf(call, checkNew(call));
  const VpcId = subnets[0]?.VpcId;
  checkGroups(call, SecurityGroups ?? []);
  const standard = call.world
    .collection<{ VpcId?: string; GroupName?: string; GroupId?: string }>(here(call), "ec2:security-group")
    .list()
    .filter((each) => each.VpcId === VpcId && each.GroupName === "default")
    .map((each) => each.GroupId ?? "");
  const id = draw("0123456789abcdef", 16, chance);
  const suffix = Type === "network" ? `elb.${call.region}.amazonaws.com` : `${call.region}.elb.amazonaws.com`;
  const balancer = balancers.put(call, {
    LoadBalancerArn: arnIn(call, "elasticloadbalancing", `loadbalancer/${letters[Type]}/${Name}/${id}`),
    LoadBalancerName: Name,
    DNSName: `${Scheme === "internal" ? "internal-" : ""}${Name}-${draw("0123456789", 10, chance)}.${suffix}`,
    CanonicalHostedZoneId: "Z35SXDOTRQ7X7K",
    CreatedTime: call.now.toISOString(),
    Scheme,
    VpcId,
    State: { Code: "active" },
    Type,
    AvailabilityZones: zonesOf(subnets),
    ...(Type === "application"
      ? { SecurityGroups: SecurityGroups ?? standard }
      : SecurityGroups
        ? { SecurityGroups }
        : {}),
    IpAddressType: call.input.IpAddressType ?? "ipv4",
    attributes: standardAttributes[Type] ?? {},
    tagMap: tagMapOf(Tags),
  });
  return { LoadBalancers: [{ ...balancer, State: { Code: "provisioning" } }] };
}

/** Deleting one that is not there succeeds, as in AWS. Its listeners go with it. */
export function deleteBalancer(call: Call<aws.DeleteLoadBalancerInput>) {
  const balancer = balancers.find(call, call.input.LoadBalancerArn);
  if (!balancer) return {};
  if (balancer.attributes["deletion_protection.enabled"] === "true")
    throw new AwsFault(
      "OperationNotPermitted",
      `Load balancer '${balancer.LoadBalancerArn}' cannot be deleted because deletion protection is enabled`,
    );
  for (const listener of listeners.list(call))
    if (listener.LoadBalancerArn === balancer.LoadBalancerArn) listeners.remove(call, listener);
  balancers.remove(call, balancer);
  return {};
}

export function setGroups(call: Call<aws.SetSecurityGroupsInput>) {
  const SecurityGroups = call.input.SecurityGroups ?? [];
  const balancer = balancers.need(call, call.input.LoadBalancerArn);
  checkGroups(call, SecurityGroups);
  balancers.change(call, balancer, { SecurityGroups });
  return { SecurityGroupIds: SecurityGroups };
}

export function setSubnets(call: Call<aws.SetSubnetsInput>) {
  const balancer = balancers.need(call, call.input.LoadBalancerArn);
  const AvailabilityZones = zonesOf(subnetsOf(call, call.input.Subnets ?? []));
  balancers.change(call, balancer, { AvailabilityZones });
  return { AvailabilityZones };
}

export const attributeList = (attributes: Record<string, string>) =>
  Object.entries(attributes).map(([Key, Value]) => ({ Key, Value }));

/** The attributes with the changes; a name that this kind does not have is refused. */
export function changedAttributes(
  old: Record<string, string>,
  changes: { Key?: string | undefined; Value?: string | undefined }[] | undefined,
  what: string,
): Record<string, string> {
  const unknown = changes?.find(({ Key = "" }) => old[Key] === undefined);
  if (unknown)
    throw new AwsFault("ValidationError", `${what} attribute key '${unknown.Key}' is not recognized`);
  return { ...old, ...Object.fromEntries((changes ?? []).map(({ Key, Value }) => [Key, Value])) };
}
