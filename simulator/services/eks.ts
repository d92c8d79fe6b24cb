// EKS: clusters, node groups and add-ons. There is no Kubernetes behind them; changes take effect at once.
import { randomUUID } from "node:crypto";
import type * as aws from "@aws-sdk/client-eks";
import { AwsFault, type Call, type ServiceDefinition } from "../operation.ts";
import type { Stored } from "../stored.ts";
import {
  associateEncryption,
  cluster,
  clusters,
  createCluster,
  missing,
  shown,
  updateConfig,
  updateVersion,
} from "./eks/cluster.ts";
import {
  arnIn,
  pageAs,
  permissionsOn,
  records,
  type Tagged,
  taggedAmong,
  tagMapOf,
  tagOperations,
} from "./records.ts";

/** Value of "eks:nodegroup" under `key`, which is cluster/name. */
export type StoredNodegroup = Omit<Stored<aws.Nodegroup>, "tags"> &
  Tagged & { key: string; nodegroupArn: string };
/** Value of "eks:addon" under `key`. */
export type StoredAddon = Omit<Stored<aws.Addon>, "tags"> & Tagged & { key: string; addonArn: string };

const nodegroups = records<StoredNodegroup>("eks:nodegroup", "key", (key) =>
  missing(`No node group found for name: ${key.split("/")[1]}.`),
);
const addons = records<StoredAddon>("eks:addon", "key", (key) =>
  missing(`No addon: ${key.split("/")[1]} found in cluster: ${key.split("/")[0]}`),
);
const paging = {
  limit: "maxResults",
  token: "nextToken",
  standard: 100,
  most: 100,
  code: "InvalidParameterException",
};
function deleteCluster(call: Call<aws.DeleteClusterRequest>) {
  const old = cluster(call);
  if (old.deletionProtection)
    throw new AwsFault("InvalidRequestException", "Cluster deletion protection is enabled");
  if (nodegroups.list(call).some((each) => each.clusterName === old.name))
    throw new AwsFault("ResourceInUseException", "Cluster has nodegroups attached", 409);
  for (const addon of addons.list(call)) if (addon.clusterName === old.name) addons.remove(call, addon);
  return { cluster: { ...shown(clusters.remove(call, old)), status: "DELETING" } };
}

function createNodegroup(call: Call<aws.CreateNodegroupRequest>) {
  const {
    clusterName,
    nodegroupName,
    subnets,
    nodeRole,
    scalingConfig,
    instanceTypes,
    remoteAccess,
    amiType,
    tags,
  } = call.input;
  const { version } = cluster(call);
  const key = `${clusterName}/${nodegroupName}`;
  if (nodegroups.find(call, key))
    throw new AwsFault(
      "ResourceInUseException",
      `NodeGroup already exists with name ${nodegroupName} and cluster name ${clusterName}`,
      409,
    );
  const made = nodegroups.put(call, {
    key,
    nodegroupName,
    nodegroupArn: arnIn(call, "eks", `nodegroup/${key}/${randomUUID()}`),
    clusterName,
    version,
    createdAt: call.now.toISOString(),
    modifiedAt: call.now.toISOString(),
    status: "ACTIVE",
    capacityType: "ON_DEMAND",
    scalingConfig: scalingConfig ?? { minSize: 1, maxSize: 2, desiredSize: 2 },
    instanceTypes: instanceTypes ?? ["t3.medium"],
    subnets,
    amiType: amiType ?? "AL2023_x86_64_STANDARD",
    nodeRole,
    ...(remoteAccess ? { remoteAccess } : {}),
    diskSize: call.input.diskSize ?? 20,
    health: { issues: [] },
    tagMap: tagMapOf(tags),
  });
  return { nodegroup: { ...shown(made), status: "CREATING" } };
}

type InCluster = Call<{
  clusterName?: string | undefined;
  nodegroupName?: string | undefined;
  addonName?: string | undefined;
}>;
const nodegroup = (call: InCluster) =>
  nodegroups.need(call, `${cluster(call).name}/${call.input.nodegroupName}`);
const addon = (call: InCluster) => addons.need(call, `${cluster(call).name}/${call.input.addonName}`);

function createAddon(call: Call<aws.CreateAddonRequest>) {
  const {
    clusterName,
    addonName,
    addonVersion = "v1.0.0-eksbuild.1",
    serviceAccountRoleArn,
    tags,
  } = call.input;
  const key = `${cluster(call).name}/${addonName}`;
  if (addons.find(call, key)) throw new AwsFault("ResourceInUseException", "Addon already exists.", 409);
  const made = addons.put(call, {
    key,
    addonName,
    clusterName,
    status: "ACTIVE",
    addonVersion,
    addonArn: arnIn(call, "eks", `addon/${key}/${randomUUID()}`),
    createdAt: call.now.toISOString(),
    modifiedAt: call.now.toISOString(),
    ...(serviceAccountRoleArn ? { serviceAccountRoleArn } : {}),
    tagMap: tagMapOf(tags),
  });
  return { addon: { ...shown(made), status: "CREATING" } };
}

const onCluster =
  "DescribeCluster CreateCluster DeleteCluster UpdateClusterConfig UpdateClusterVersion ListNodegroups DescribeNodegroup AssociateEncryptionConfig".split(
    " ",
  );

export const eks: ServiceDefinition = {
  client: "eks",
  operations: {
    ListClusters: (call) =>
      pageAs(
        call,
        "clusters",
        clusters.list(call).map((each) => each.name),
        paging,
      ),
    DescribeCluster: (call: Call<aws.DescribeClusterRequest>) => ({ cluster: shown(cluster(call)) }),
    CreateCluster: createCluster,
    UpdateClusterConfig: updateConfig,
    UpdateClusterVersion: updateVersion,
    AssociateEncryptionConfig: associateEncryption,
    DeleteCluster: deleteCluster,
    ListNodegroups: (call: Call<aws.ListNodegroupsRequest>) => {
      const { name } = cluster(call);
      return pageAs(
        call,
        "nodegroups",
        nodegroups
          .list(call)
          .filter((each) => each.clusterName === name)
          .map((each) => each.nodegroupName),
        paging,
      );
    },
    DescribeNodegroup: (call: Call<aws.DescribeNodegroupRequest>) => ({ nodegroup: shown(nodegroup(call)) }),
    CreateNodegroup: createNodegroup,
    DeleteNodegroup: (call: Call<aws.DeleteNodegroupRequest>) => ({
      nodegroup: { ...shown(nodegroups.remove(call, nodegroup(call))), status: "DELETING" },
    }),
    ListAddons: (call: Call<aws.ListAddonsRequest>) => {
      const { name } = cluster(call);
      return pageAs(
        call,
        "addons",
        addons
          .list(call)
          .filter((each) => each.clusterName === name)
          .map((each) => each.addonName),
        paging,
      );
    },
    DescribeAddon: (call: Call<aws.DescribeAddonRequest>) => ({ addon: shown(addon(call)) }),
    CreateAddon: createAddon,
    DeleteAddon: (call: Call<aws.DeleteAddonRequest>) => ({
      addon: { ...shown(addons.remove(call, addon(call))), status: "DELETING" },
    }),
    ...tagOperations(
      {
        tag: "TagResource",
        untag: "UntagResource",
        list: "ListTagsForResource",
        arn: "resourceArn",
        tags: "tags",
        keys: "tagKeys",
        form: "map",
        invalid: "BadRequestException",
      },
      (call, arn) => {
        const member =
          { nodegroup: "nodegroupArn", addon: "addonArn" }[arn.split(":")[5]?.split("/")[0] ?? ""] ?? "arn";
        const kinds = [clusters as never, nodegroups as never, addons as never];
        return taggedAmong(
          kinds,
          member,
          () => new AwsFault("NotFoundException", `Resource not found: ${arn}`, 404),
        )(call, arn);
      },
    ),
  },
  permissions: permissionsOn("eks", onCluster, (call: Call<{ name?: string; clusterName?: string }>) =>
    arnIn(call, "eks", `cluster/${call.input.clusterName ?? call.input.name}`),
  ),
};
