// Clusters of ECS and the account's settings that new ones take.
import type * as aws from "@aws-sdk/client-ecs";
import { AwsFault, type Call } from "../../operation.ts";
import type { Stored } from "../../stored.ts";
import { arnIn, given, here, records, type Tagged, tagListOf, tagMapOf } from "../records.ts";

/** Value of "ecs:cluster" under its name. */
export type StoredCluster = Omit<Stored<aws.Cluster>, "tags"> &
  Tagged & { clusterName: string; clusterArn: string };
export const pair = ["key", "value"] as const;
export const clusters = records<StoredCluster>(
  "ecs:cluster",
  "clusterName",
  () => new AwsFault("ClusterNotFoundException", "Cluster not found."),
);
export const nameFrom = (given = "default") => given.split("/").at(-1) ?? given;
export const needed = (call: Call<{ cluster?: string | undefined }>) =>
  clusters.need(call, nameFrom(call.input.cluster));
export const failure = (arn: string) => ({ arn, reason: "MISSING" });

/** Settings, statistics and tags are shown only when asked for. */
export function shown(
  { tagMap, settings, configuration, ...cluster }: StoredCluster,
  include: string[] = [],
) {
  return {
    ...cluster,
    ...(include.includes("SETTINGS") ? { settings } : {}),
    ...(include.includes("CONFIGURATIONS") && configuration ? { configuration } : {}),
    ...(include.includes("TAGS") ? { tags: tagListOf(tagMap, pair) } : {}),
  };
}

export function createCluster(call: Call<aws.CreateClusterRequest>) {
  const { clusterName = "default", settings, configuration, capacityProviders, tags } = call.input;
  if (!/^[\w-]{1,255}$/.test(clusterName))
    throw new AwsFault(
      "InvalidParameterException",
      "Identifier is of incorrect length or has invalid characters.",
    );
  const old = clusters.find(call, clusterName);
  if (old) return { cluster: shown(old, ["SETTINGS", "TAGS"]) };
  const insights = settingsOf(call).get("containerInsights")?.value ?? "disabled";
  const cluster = clusters.put(call, {
    clusterName,
    clusterArn: arnIn(call, "ecs", `cluster/${clusterName}`),
    status: "ACTIVE",
    registeredContainerInstancesCount: 0,
    runningTasksCount: 0,
    pendingTasksCount: 0,
    activeServicesCount: 0,
    statistics: [],
    settings: settings ?? [{ name: "containerInsights", value: insights }],
    ...(configuration ? { configuration } : {}),
    capacityProviders: capacityProviders ?? [],
    defaultCapacityProviderStrategy: [],
    tagMap: tagMapOf(tags, pair),
  });
  return { cluster: shown(cluster, ["SETTINGS", "TAGS"]) };
}

export function updateCluster(call: Call<aws.UpdateClusterRequest>) {
  const cluster = clusters.change(call, needed(call), given(call.input, "settings", "configuration"));
  return { cluster: shown(cluster, ["SETTINGS", "CONFIGURATIONS", "TAGS"]) };
}

export interface StoredSetting {
  name: string;
  value: string;
}
export const settingsOf = (call: Call) => call.world.collection<StoredSetting>(here(call), "ecs:setting");
export const standardSettings: Record<string, string> = {
  containerInsights: "disabled",
  awsvpcTrunking: "disabled",
  serviceLongArnFormat: "enabled",
  taskLongArnFormat: "enabled",
  containerInstanceLongArnFormat: "enabled",
  guardDutyActivate: "on",
  fargateFIPSMode: "disabled",
  tagResourceAuthorization: "off",
};

export function putSetting(call: Call<aws.PutAccountSettingDefaultRequest>) {
  const { name = "", value = "" } = call.input;
  if (standardSettings[name] === undefined)
    throw new AwsFault("InvalidParameterException", `Invalid setting name: ${name}`);
  settingsOf(call).put(name, { name, value });
  return {
    setting: { name, value, principalArn: `arn:${call.world.partition}:iam::${call.accountId}:root` },
  };
}
