// Target groups: made, filled, deleted when no listener sends to them.
import type * as aws from "@aws-sdk/client-elastic-load-balancing-v2";
import { chance, draw } from "../../ids.ts";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import type { Stored } from "../../stored.ts";
import { arnIn, given, pageAs, records, type Tagged, tagMapOf } from "../records.ts";
import { attributeList, changedAttributes, listeners } from "./load-balancer.ts";

/** Value of "elbv2:target-group" under its ARN. */
export interface StoredGroup extends Tagged, Stored<aws.TargetGroup> {
  TargetGroupArn: string;
  TargetGroupName: string;
  attributes: Record<string, string>;
  targets: Stored<aws.TargetDescription>[];
}

export const groups = records<StoredGroup>(
  "elbv2:target-group",
  "TargetGroupArn",
  (arn) => new AwsFault("TargetGroupNotFound", `Target group '${arn}' not found`),
);

export const standardGroupAttributes: Record<string, string> = {
  "deregistration_delay.timeout_seconds": "300",
  "stickiness.enabled": "false",
  "stickiness.type": "lb_cookie",
  "load_balancing.algorithm.type": "round_robin",
  "load_balancing.cross_zone.enabled": "use_load_balancer_configuration",
  "slow_start.duration_seconds": "0",
};

const balancersOf = (call: Call, arn: string) => [
  ...new Set(
    listeners
      .list(call)
      .filter((each) => JSON.stringify(each.DefaultActions ?? []).includes(`"${arn}"`))
      .map((each) => each.LoadBalancerArn),
  ),
];
const shown = (call: Call, group: StoredGroup) => ({
  ...group,
  LoadBalancerArns: balancersOf(call, group.TargetGroupArn),
});
const needed = (call: Call<{ TargetGroupArn?: string | undefined }>) =>
  groups.need(call, call.input.TargetGroupArn);

function create(call: Call<aws.CreateTargetGroupInput>) {
  const { input } = call;
  const name = input.Name ?? "";
  if (!/^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,30}[a-zA-Z0-9])?$/.test(name))
    throw new AwsFault("ValidationError", `Target group name '${name}' is not valid`);
  const old = groups.list(call).find((each) => each.TargetGroupName === name);
  if (old)
    throw new AwsFault(
      "DuplicateTargetGroupName",
      `A target group with the same name '${name}' exists, but with different settings`,
    );
  const TargetType = input.TargetType ?? "instance";
  if (TargetType !== "lambda" && (!input.Protocol || !input.Port || !input.VpcId))
    throw new AwsFault("ValidationError", "A protocol, a port and a VPC must be specified");
  const isHttp = input.Protocol === "HTTP" || input.Protocol === "HTTPS";
  const group = groups.put(call, {
    TargetGroupArn: arnIn(
      call,
      "elasticloadbalancing",
      `targetgroup/${name}/${draw("0123456789abcdef", 16, chance)}`,
    ),
    TargetGroupName: name,
    ...given(input, "Protocol", "Port", "VpcId"),
    TargetType,
    ...(isHttp
      ? {
          ProtocolVersion: input.ProtocolVersion ?? "HTTP1",
          HealthCheckPath: input.HealthCheckPath ?? "/",
          Matcher: input.Matcher ?? { HttpCode: "200" },
        }
      : {}),
    HealthCheckProtocol: input.HealthCheckProtocol ?? (isHttp ? "HTTP" : "TCP"),
    HealthCheckPort: input.HealthCheckPort ?? "traffic-port",
    HealthCheckEnabled: input.HealthCheckEnabled ?? true,
    HealthCheckIntervalSeconds: input.HealthCheckIntervalSeconds ?? 30,
    HealthCheckTimeoutSeconds: input.HealthCheckTimeoutSeconds ?? (isHttp ? 5 : 10),
    HealthyThresholdCount: input.HealthyThresholdCount ?? 5,
    UnhealthyThresholdCount: input.UnhealthyThresholdCount ?? 2,
    IpAddressType: input.IpAddressType ?? "ipv4",
    attributes: standardGroupAttributes,
    targets: [],
    tagMap: tagMapOf(input.Tags),
  });
  return { TargetGroups: [shown(call, group)] };
}

function remove(call: Call<aws.DeleteTargetGroupInput>) {
  const group = groups.find(call, call.input.TargetGroupArn);
  if (!group) return {};
  if (balancersOf(call, group.TargetGroupArn).length > 0)
    throw new AwsFault(
      "ResourceInUse",
      `Target group '${group.TargetGroupArn}' is currently in use by a listener or a rule`,
    );
  groups.remove(call, group);
  return {};
}

function describe(call: Call<aws.DescribeTargetGroupsInput>) {
  const { TargetGroupArns, Names, LoadBalancerArn } = call.input;
  let found = TargetGroupArns?.length
    ? TargetGroupArns.map((arn) => groups.need(call, arn))
    : groups.list(call);
  if (Names?.length)
    found = Names.map((name) => {
      const named = found.find((each) => each.TargetGroupName === name);
      if (!named) throw new AwsFault("TargetGroupNotFound", "One or more target groups not found");
      return named;
    });
  const all = found.map((group) => shown(call, group));
  return pageAs(
    call,
    "TargetGroups",
    LoadBalancerArn ? all.filter((each) => each.LoadBalancerArns.includes(LoadBalancerArn)) : all,
    {
      limit: "PageSize",
      token: "Marker",
      standard: 400,
      most: 400,
      next: "NextMarker",
      code: "ValidationError",
    },
  );
}

function modify(call: Call<aws.ModifyTargetGroupInput>) {
  const changes = given(
    call.input,
    "HealthCheckProtocol",
    "HealthCheckPort",
    "HealthCheckPath",
    "HealthCheckEnabled",
    "HealthCheckIntervalSeconds",
    "HealthCheckTimeoutSeconds",
    "HealthyThresholdCount",
    "UnhealthyThresholdCount",
    "Matcher",
  );
  return { TargetGroups: [shown(call, groups.change(call, needed(call), changes))] };
}

const same = (one: { Id?: string | undefined; Port?: number | undefined }, other: typeof one) =>
  one.Id === other.Id && (other.Port === undefined || one.Port === other.Port);

export const targetGroupOperations: Record<string, Operation> = {
  DescribeTargetGroups: describe,
  CreateTargetGroup: create,
  ModifyTargetGroup: modify,
  DeleteTargetGroup: remove,
  DescribeTargetGroupAttributes: (call: Call<aws.DescribeTargetGroupAttributesInput>) => ({
    Attributes: attributeList(needed(call).attributes),
  }),
  ModifyTargetGroupAttributes: (call: Call<aws.ModifyTargetGroupAttributesInput>) => {
    const group = needed(call);
    const attributes = changedAttributes(group.attributes, call.input.Attributes, "Target group");
    return { Attributes: attributeList(groups.change(call, group, { attributes }).attributes) };
  },
  RegisterTargets: (call: Call<aws.RegisterTargetsInput>) => {
    const group = needed(call);
    const added = (call.input.Targets ?? []).map((each) => ({ Port: group.Port, ...each }));
    const kept = group.targets.filter((each) => !added.some((other) => same(each, other)));
    groups.change(call, group, { targets: [...kept, ...added] });
    return {};
  },
  DeregisterTargets: (call: Call<aws.DeregisterTargetsInput>) => {
    const group = needed(call);
    const targets = group.targets.filter((each) => !call.input.Targets?.some((gone) => same(each, gone)));
    groups.change(call, group, { targets });
    return {};
  },
  DescribeTargetHealth: (call: Call<aws.DescribeTargetHealthInput>) => ({
    TargetHealthDescriptions: needed(call).targets.map((Target) => ({
      Target,
      HealthCheckPort: String(Target.Port ?? 80),
      TargetHealth: { State: "healthy" },
    })),
  }),
};
