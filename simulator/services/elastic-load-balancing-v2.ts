// Elastic Load Balancing v2: application and network load balancers, listeners, target groups. No traffic.
import type * as aws from "@aws-sdk/client-elastic-load-balancing-v2";
import { chance, draw } from "../ids.ts";
import { AwsFault, type Call, type ServiceDefinition } from "../operation.ts";
import {
  attributeList,
  balancers,
  changedAttributes,
  createBalancer,
  deleteBalancer,
  listeners,
  type StoredListener,
  setGroups,
  setSubnets,
} from "./elastic-load-balancing-v2/load-balancer.ts";
import { groups, targetGroupOperations } from "./elastic-load-balancing-v2/target-group.ts";
import { given, pageAs, permissionsOn, tagListOf, tagMapOf, tagOperations } from "./records.ts";

const paging = {
  limit: "PageSize",
  token: "Marker",
  standard: 400,
  most: 400,
  next: "NextMarker",
  code: "ValidationError",
};
const needed = (call: Call<{ LoadBalancerArn?: string | undefined }>) =>
  balancers.need(call, call.input.LoadBalancerArn);

function describeBalancers(call: Call<aws.DescribeLoadBalancersInput>) {
  const { LoadBalancerArns, Names } = call.input;
  let found = LoadBalancerArns?.length
    ? LoadBalancerArns.map((arn) => balancers.need(call, arn))
    : balancers.list(call);
  if (Names?.length)
    found = Names.map((name) => {
      const named = found.find((each) => each.LoadBalancerName === name);
      if (!named) throw new AwsFault("LoadBalancerNotFound", `Load balancers '[${name}]' not found`);
      return named;
    });
  return pageAs(call, "LoadBalancers", found, paging);
}

function checkListener(
  call: Call,
  listener: Pick<StoredListener, "Protocol" | "Certificates" | "DefaultActions">,
): void {
  const isSecure = listener.Protocol === "HTTPS" || listener.Protocol === "TLS";
  if (isSecure && !listener.Certificates?.length)
    throw new AwsFault("CertificateNotFound", "A certificate must be specified for HTTPS listeners");
  for (const { TargetGroupArn } of listener.DefaultActions ?? [])
    if (TargetGroupArn) groups.need(call, TargetGroupArn);
}

const policyFor = (protocol: string | undefined, asked: string | undefined) =>
  protocol === "HTTPS" || protocol === "TLS" ? { SslPolicy: asked ?? "ELBSecurityPolicy-2016-08" } : {};

function createListener(call: Call<aws.CreateListenerInput>) {
  const balancer = needed(call);
  const { Port, Protocol, Certificates, DefaultActions, SslPolicy, Tags } = call.input;
  checkListener(call, { Protocol, Certificates, DefaultActions } as StoredListener);
  if (
    listeners
      .list(call)
      .some((each) => each.LoadBalancerArn === balancer.LoadBalancerArn && each.Port === Port)
  )
    throw new AwsFault("DuplicateListener", "A listener already exists on this port for this load balancer");
  const listener = listeners.put(call, {
    ListenerArn: `${balancer.LoadBalancerArn.replace(":loadbalancer/", ":listener/")}/${draw("0123456789abcdef", 16, chance)}`,
    LoadBalancerArn: balancer.LoadBalancerArn,
    ...given({ Port, Protocol, Certificates }, "Port", "Protocol", "Certificates"),
    ...policyFor(Protocol, SslPolicy),
    DefaultActions: (DefaultActions ?? []) as never,
    tagMap: tagMapOf(Tags),
  });
  return { Listeners: [listener] };
}

function modifyListener(call: Call<aws.ModifyListenerInput>) {
  const { SslPolicy, ...old } = listeners.need(call, call.input.ListenerArn);
  const changed = {
    ...old,
    ...given(call.input, "Port", "Protocol", "Certificates", "DefaultActions"),
  } as StoredListener;
  checkListener(call, changed);
  return {
    Listeners: [
      listeners.put(call, { ...changed, ...policyFor(changed.Protocol, call.input.SslPolicy ?? SslPolicy) }),
    ],
  };
}

function describeListeners(call: Call<aws.DescribeListenersInput>) {
  const { ListenerArns, LoadBalancerArn } = call.input;
  if (!ListenerArns?.length && !LoadBalancerArn)
    throw new AwsFault("ValidationError", "You must specify either listener ARNs or a load balancer ARN");
  if (LoadBalancerArn) balancers.need(call, LoadBalancerArn);
  const found = ListenerArns?.length
    ? ListenerArns.map((arn) => listeners.need(call, arn))
    : listeners.list(call).filter((each) => each.LoadBalancerArn === LoadBalancerArn);
  return pageAs(call, "Listeners", found, paging);
}

/** Tags of many resources at once; the ARN's type says which kind. */
function tagged(call: Call, arn: string) {
  const kind = arn.split(":")[5]?.split("/")[0];
  const found =
    kind === "listener"
      ? { value: listeners.need(call, arn), store: listeners.change }
      : kind === "targetgroup"
        ? { value: groups.need(call, arn), store: groups.change }
        : { value: balancers.need(call, arn), store: balancers.change };
  const store = found.store as (call: Call, value: object, changes: object) => object;
  return {
    tags: found.value.tagMap,
    store: (tagMap: Record<string, string>) => void store(call, found.value, { tagMap }),
  };
}

const onEach = (operation: string) => (call: Call<{ ResourceArns?: string[] }>) =>
  (call.input.ResourceArns ?? []).map((resource) => ({
    action: `elasticloadbalancing:${operation}`,
    resource,
  }));
const forEach = (operation: "tag" | "untag") => (call: Call<{ ResourceArns?: string[] }>) => {
  const one = tagOperations({ tag: "tag", untag: "untag", arn: "arn" }, tagged)[operation];
  for (const arn of call.input.ResourceArns ?? []) one?.({ ...call, input: { ...call.input, arn } });
  return {};
};
const onBalancer =
  "DeleteLoadBalancer ModifyLoadBalancerAttributes SetSecurityGroups SetSubnets CreateListener".split(" ");

export const elasticLoadBalancingV2: ServiceDefinition = {
  client: "elastic-load-balancing-v2",
  operations: {
    DescribeLoadBalancers: describeBalancers,
    CreateLoadBalancer: createBalancer,
    DeleteLoadBalancer: deleteBalancer,
    DescribeLoadBalancerAttributes: (call: Call<aws.DescribeLoadBalancerAttributesInput>) => ({
      Attributes: attributeList(needed(call).attributes),
    }),
    ModifyLoadBalancerAttributes: (call: Call<aws.ModifyLoadBalancerAttributesInput>) => {
      const balancer = needed(call);
      const attributes = changedAttributes(balancer.attributes, call.input.Attributes, "Load balancer");
      if (attributes["access_logs.s3.enabled"] === "true" && !attributes["access_logs.s3.bucket"])
        throw new AwsFault(
          "InvalidConfigurationRequest",
          "The value of 'access_logs.s3.bucket' cannot be empty",
        );
      return { Attributes: attributeList(balancers.change(call, balancer, { attributes }).attributes) };
    },
    SetSecurityGroups: setGroups,
    SetSubnets: setSubnets,
    DescribeListeners: describeListeners,
    CreateListener: createListener,
    ModifyListener: modifyListener,
    DeleteListener: (call: Call<aws.DeleteListenerInput>) => {
      listeners.remove(call, listeners.need(call, call.input.ListenerArn));
      return {};
    },
    ...targetGroupOperations,
    DescribeTags: (call: Call<aws.DescribeTagsInput>) => ({
      TagDescriptions: (call.input.ResourceArns ?? []).map((ResourceArn) => ({
        ResourceArn,
        Tags: tagListOf(tagged(call, ResourceArn).tags),
      })),
    }),
    AddTags: forEach("tag"),
    RemoveTags: forEach("untag"),
  },
  permissions: {
    ...permissionsOn(
      "elasticloadbalancing",
      onBalancer,
      (call: Call<{ LoadBalancerArn: string }>) => call.input.LoadBalancerArn,
    ),
    ...permissionsOn(
      "elasticloadbalancing",
      ["ModifyListener", "DeleteListener"],
      (call: Call<{ ListenerArn: string }>) => call.input.ListenerArn,
    ),
    ...permissionsOn(
      "elasticloadbalancing",
      ["ModifyTargetGroup", "DeleteTargetGroup", "ModifyTargetGroupAttributes", "RegisterTargets"],
      (call: Call<{ TargetGroupArn: string }>) => call.input.TargetGroupArn,
    ),
    AddTags: onEach("AddTags"),
    RemoveTags: onEach("RemoveTags"),
    DescribeTags: () => [{ action: "elasticloadbalancing:DescribeTags", resource: "*" }],
  },
};
