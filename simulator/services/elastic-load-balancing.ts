import type * as aws from "@aws-sdk/client-elastic-load-balancing";
import { AwsFault, type Call, type ServiceDefinition } from "../operation.ts";
import { balancers, create, listenersOf, needed } from "./elastic-load-balancing/stored.ts";
import { arnIn, pageAs, permissionsOn, type Tagged, tagListOf, tagMapOf } from "./records.ts";

const port = (each: { Listener?: { LoadBalancerPort?: number | undefined } | undefined }) =>
  each.Listener?.LoadBalancerPort;

function createListeners(call: Call<aws.CreateLoadBalancerListenerInput>) {
  const balancer = needed(call);
  const added = listenersOf(call.input.Listeners);
  const old = balancer.ListenerDescriptions ?? [];
  if (added.some((each) => old.some((one) => port(one) === port(each))))
    throw new AwsFault(
      "DuplicateListener",
      `A listener already exists for ${call.input.LoadBalancerName} with LoadBalancerPort ${added[0]?.Listener.LoadBalancerPort}, but with a different InstancePort, Protocol, or SSLCertificateId`,
    );
  balancers.change(call, balancer, { ListenerDescriptions: [...old, ...added] });
  return {};
}

function modifyAttributes(call: Call<aws.ModifyLoadBalancerAttributesInput>) {
  const balancer = needed(call);
  const wish = call.input.LoadBalancerAttributes ?? {};
  if (wish.AccessLog?.Enabled && !wish.AccessLog.S3BucketName)
    throw new AwsFault(
      "InvalidConfigurationRequest",
      "S3BucketName is required when the access log is enabled",
    );
  const attributes = { ...balancer.attributes, ...wish };
  balancers.change(call, balancer, { attributes });
  return { LoadBalancerName: balancer.LoadBalancerName, LoadBalancerAttributes: wish };
}

function setPolicies(call: Call<aws.SetLoadBalancerPoliciesOfListenerInput>) {
  const balancer = needed(call);
  const names = call.input.PolicyNames ?? [];
  const unknown = names.find(
    (name) =>
      !balancer.policies.some((each) => each.PolicyName === name) && !name.startsWith("ELBSecurityPolicy-"),
  );
  if (unknown)
    throw new AwsFault(
      "PolicyNotFound",
      `There is no policy with name ${unknown} for load balancer ${balancer.LoadBalancerName}`,
    );
  if (!balancer.ListenerDescriptions?.some((each) => port(each) === call.input.LoadBalancerPort))
    throw new AwsFault(
      "ListenerNotFound",
      "The load balancer does not have a listener configured at the specified port.",
    );
  const ListenerDescriptions = balancer.ListenerDescriptions.map((each) =>
    port(each) === call.input.LoadBalancerPort ? { ...each, PolicyNames: names } : each,
  );
  balancers.change(call, balancer, { ListenerDescriptions });
  return {};
}

function createPolicy(call: Call<aws.CreateLoadBalancerPolicyInput>) {
  const balancer = needed(call);
  const { PolicyName, PolicyTypeName, PolicyAttributes = [] } = call.input;
  if (balancer.policies.some((each) => each.PolicyName === PolicyName))
    throw new AwsFault("DuplicatePolicyName", `Policy name ${PolicyName} already exists`);
  const made = { PolicyName, PolicyTypeName, PolicyAttributeDescriptions: PolicyAttributes };
  balancers.change(call, balancer, {
    policies: [...balancer.policies, made],
    Policies: {
      ...balancer.Policies,
      OtherPolicies: [...(balancer.Policies?.OtherPolicies ?? []), PolicyName ?? ""],
    },
  });
  return {};
}

const changeTags =
  (
    change: (
      tags: Tagged["tagMap"],
      input: { Tags?: { Key?: string; Value?: string }[] },
    ) => Tagged["tagMap"],
  ) =>
  (call: Call<{ LoadBalancerNames?: string[]; Tags?: { Key?: string; Value?: string }[] }>) => {
    for (const name of call.input.LoadBalancerNames ?? []) {
      const balancer = balancers.need(call, name);
      balancers.change(call, balancer, { tagMap: change(balancer.tagMap, call.input) });
    }
    return {};
  };

const onBalancer =
  "CreateLoadBalancer DeleteLoadBalancer ModifyLoadBalancerAttributes DescribeLoadBalancerAttributes CreateLoadBalancerListeners DeleteLoadBalancerListeners SetLoadBalancerPoliciesOfListener CreateLoadBalancerPolicy".split(
    " ",
  );

export const elasticLoadBalancing: ServiceDefinition = {
  client: "elastic-load-balancing",
  operations: {
    DescribeLoadBalancers: (call: Call<aws.DescribeAccessPointsInput>) => {
      const { LoadBalancerNames: names } = call.input;
      const found = names?.length ? names.map((name) => balancers.need(call, name)) : balancers.list(call);
      return pageAs(call, "LoadBalancerDescriptions", found, {
        limit: "PageSize",
        token: "Marker",
        standard: 400,
        most: 400,
        next: "NextMarker",
        code: "ValidationError",
      });
    },
    CreateLoadBalancer: create,
    // Deleting one that is not there succeeds, as in AWS.
    DeleteLoadBalancer: (call: Call<aws.DeleteAccessPointInput>) => {
      const found = balancers.find(call, call.input.LoadBalancerName);
      if (found) balancers.remove(call, found);
      return {};
    },
    CreateLoadBalancerListeners: createListeners,
    DeleteLoadBalancerListeners: (call: Call<aws.DeleteLoadBalancerListenerInput>) => {
      const balancer = needed(call);
      const left = balancer.ListenerDescriptions?.filter(
        (each) => !call.input.LoadBalancerPorts?.includes(port(each) ?? 0),
      );
      balancers.change(call, balancer, { ListenerDescriptions: left });
      return {};
    },
    DescribeLoadBalancerAttributes: (call: Call<aws.DescribeLoadBalancerAttributesInput>) => ({
      LoadBalancerAttributes: needed(call).attributes,
    }),
    ModifyLoadBalancerAttributes: modifyAttributes,
    DescribeLoadBalancerPolicies: (call: Call<aws.DescribeLoadBalancerPoliciesInput>) => {
      const { LoadBalancerName, PolicyNames } = call.input;
      const all = LoadBalancerName ? balancers.need(call, LoadBalancerName).policies : [];
      return {
        PolicyDescriptions: all.filter(
          (each) => !PolicyNames?.length || PolicyNames.includes(each.PolicyName ?? ""),
        ),
      };
    },
    CreateLoadBalancerPolicy: createPolicy,
    SetLoadBalancerPoliciesOfListener: setPolicies,
    ApplySecurityGroupsToLoadBalancer: (call: Call<aws.ApplySecurityGroupsToLoadBalancerInput>) => {
      const { SecurityGroups = [] } = call.input;
      balancers.change(call, needed(call), { SecurityGroups });
      return { SecurityGroups };
    },
    DescribeTags: (call: Call<aws.DescribeTagsInput>) => ({
      TagDescriptions: (call.input.LoadBalancerNames ?? []).map((LoadBalancerName) => ({
        LoadBalancerName,
        Tags: tagListOf(balancers.need(call, LoadBalancerName).tagMap),
      })),
    }),
    AddTags: changeTags((tags, { Tags }) => ({ ...tags, ...tagMapOf(Tags) })),
    RemoveTags: changeTags((tags, { Tags }) =>
      Object.fromEntries(Object.entries(tags).filter(([key]) => !Tags?.some((tag) => tag.Key === key))),
    ),
  },
  permissions: permissionsOn("elasticloadbalancing", onBalancer, (call: Call<{ LoadBalancerName: string }>) =>
    arnIn(call, "elasticloadbalancing", `loadbalancer/${call.input.LoadBalancerName}`),
  ),
};
