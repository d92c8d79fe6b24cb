// Clusters of EKS: made, changed, deleted; control-plane logs and encryption.
import { randomUUID } from "node:crypto";
import type { Subnet } from "@aws-sdk/client-ec2";
import type * as aws from "@aws-sdk/client-eks";
import { AwsFault, type Call } from "../../operation.ts";
import type { Stored } from "../../stored.ts";
import { arnIn, given, here, records, type Tagged, tagMapOf } from "../records.ts";

/** Value of "eks:cluster" under its name. */
export type StoredCluster = Omit<Stored<aws.Cluster>, "tags"> & Tagged & { name: string; arn: string };
export const missing = (message: string) => new AwsFault("ResourceNotFoundException", message, 404);
export const clusters = records<StoredCluster>("eks:cluster", "name", (name) =>
  missing(`No cluster found for name: ${name}.`),
);
export const shown = <T extends Tagged>({ tagMap, ...each }: T) => ({ ...each, tags: tagMap });
/** What the control plane of a new cluster writes: nothing. */
export const logTypes = ["api", "audit", "authenticator", "controllerManager", "scheduler"] as const;
export const noLogs = { clusterLogging: [{ types: [...logTypes], enabled: false }] };

export function mergedLogs(
  old: Stored<aws.Logging> | undefined,
  changes: aws.Logging | undefined,
): Stored<aws.Logging> {
  const on = new Set(
    (old?.clusterLogging ?? []).filter((each) => each.enabled).flatMap((each) => each.types ?? []),
  );
  for (const { types = [], enabled } of changes?.clusterLogging ?? [])
    for (const type of types) enabled ? on.add(type) : on.delete(type);
  const off = logTypes.filter((type) => !on.has(type));
  const parts = [
    { types: logTypes.filter((type) => on.has(type)), enabled: true },
    { types: off, enabled: false },
  ];
  return { clusterLogging: parts.filter((each) => each.types.length > 0) };
}

export function vpcOf(call: Call, subnetIds: string[] | undefined): string | undefined {
  const all = call.world.collection<Stored<Subnet>>(here(call), "ec2:subnet");
  const found = (subnetIds ?? []).map((id) => {
    const subnet = all.get(id);
    if (!subnet) throw new AwsFault("InvalidParameterException", `The subnet ID '${id}' does not exist`);
    return subnet;
  });
  if (new Set(found.map((each) => each.AvailabilityZone)).size < 2)
    throw new AwsFault(
      "InvalidParameterException",
      "Subnets specified must be in at least two different AZs",
    );
  return found[0]?.VpcId;
}

export function createCluster(call: Call<aws.CreateClusterRequest>) {
  const {
    name = "",
    version = "1.33",
    roleArn,
    resourcesVpcConfig: vpc,
    encryptionConfig,
    logging,
    tags,
  } = call.input;
  if (!/^[0-9A-Za-z][\w-]{0,99}$/.test(name))
    throw new AwsFault("InvalidParameterException", `The cluster name ${name} is not valid`);
  if (clusters.find(call, name))
    throw new AwsFault("ResourceInUseException", `Cluster already exists with name: ${name}`, 409);
  const vpcId = vpcOf(call, vpc?.subnetIds);
  const made = clusters.put(call, {
    name,
    arn: arnIn(call, "eks", `cluster/${name}`),
    createdAt: call.now.toISOString(),
    version,
    endpoint: `https://${randomUUID().replaceAll("-", "").toUpperCase()}.gr7.${call.region}.eks.amazonaws.com`,
    roleArn,
    resourcesVpcConfig: {
      subnetIds: vpc?.subnetIds,
      securityGroupIds: vpc?.securityGroupIds ?? [],
      vpcId,
      endpointPublicAccess: vpc?.endpointPublicAccess ?? true,
      endpointPrivateAccess: vpc?.endpointPrivateAccess ?? false,
      publicAccessCidrs: vpc?.publicAccessCidrs ?? ["0.0.0.0/0"],
    },
    logging: logging ? mergedLogs(undefined, logging) : noLogs,
    status: "ACTIVE",
    platformVersion: "eks.1",
    ...(encryptionConfig ? { encryptionConfig: encryptionConfig as never } : {}),
    accessConfig: { authenticationMode: call.input.accessConfig?.authenticationMode ?? "CONFIG_MAP" },
    deletionProtection: call.input.deletionProtection ?? false,
    tagMap: tagMapOf(tags),
  });
  return { cluster: { ...shown(made), status: "CREATING" } };
}

export const update = (call: Call, type: string) => ({
  update: {
    id: randomUUID(),
    status: "InProgress",
    type,
    createdAt: call.now.toISOString(),
    params: [],
    errors: [],
  },
});

export function updateConfig(call: Call<aws.UpdateClusterConfigRequest>) {
  const old = cluster(call);
  const { resourcesVpcConfig, logging, accessConfig, deletionProtection } = call.input;
  if (!resourcesVpcConfig && !logging && !accessConfig && deletionProtection === undefined)
    throw new AwsFault("InvalidParameterException", "No changes needed for the cluster");
  if (
    resourcesVpcConfig?.endpointPublicAccess === false &&
    !(resourcesVpcConfig.endpointPrivateAccess ?? old.resourcesVpcConfig?.endpointPrivateAccess)
  )
    throw new AwsFault("InvalidParameterException", "Private and public endpoint access cannot be false");
  clusters.change(call, old, {
    ...(resourcesVpcConfig
      ? {
          resourcesVpcConfig: {
            ...old.resourcesVpcConfig,
            ...given(
              resourcesVpcConfig,
              "endpointPublicAccess",
              "endpointPrivateAccess",
              "publicAccessCidrs",
            ),
          },
        }
      : {}),
    ...(logging ? { logging: mergedLogs(old.logging, logging) } : {}),
    ...(accessConfig?.authenticationMode
      ? { accessConfig: { ...old.accessConfig, authenticationMode: accessConfig.authenticationMode } }
      : {}),
    ...(deletionProtection === undefined ? {} : { deletionProtection }),
  });
  return update(call, logging ? "LoggingUpdate" : "EndpointAccessUpdate");
}

export function updateVersion(call: Call<aws.UpdateClusterVersionRequest>) {
  const old = cluster(call);
  const { version = "" } = call.input;
  const [, was, wanted] = [0, Number(old.version?.split(".")[1]), Number(version.split(".")[1])];
  if (wanted !== was + 1)
    throw new AwsFault(
      "InvalidParameterException",
      `Unsupported Kubernetes minor version update from ${old.version} to ${version}`,
    );
  clusters.change(call, old, { version });
  return update(call, "VersionUpdate");
}

export function associateEncryption(call: Call<aws.AssociateEncryptionConfigRequest>) {
  const old = cluster(call);
  if (old.encryptionConfig?.length)
    throw new AwsFault("ResourceInUseException", "Encryption is already enabled for the cluster", 409);
  clusters.change(call, old, { encryptionConfig: call.input.encryptionConfig as never });
  return update(call, "AssociateEncryptionConfig");
}
export const cluster = (call: Call<{ name?: string | undefined; clusterName?: string | undefined }>) =>
  clusters.need(call, call.input.clusterName ?? call.input.name);
