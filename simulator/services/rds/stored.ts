// What RDS keeps beside instances, found by name as its errors go; and how all of its kinds are listed and tagged.
import type * as aws from "@aws-sdk/client-rds";
import { AwsFault, type Call } from "../../operation.ts";
import type { Stored } from "../../stored.ts";
import { arnIn, pageAs, type Records, records } from "../records.ts";

export type Tags = NonNullable<Stored<aws.DBInstance>["TagList"]>;
interface WithTags {
  TagList: Tags;
}
/** Value of "rds:snapshot"; `sharedWith` holds account ids or "all". */
export type StoredSnapshot = Stored<aws.DBSnapshot> &
  WithTags & { DBSnapshotIdentifier: string; sharedWith: string[] };
/** Value of "rds:cluster". */
export type StoredCluster = Stored<aws.DBCluster> & WithTags & { DBClusterIdentifier: string };
/** Value of "rds:cluster-snapshot". */
export type StoredClusterSnapshot = Stored<aws.DBClusterSnapshot> &
  WithTags & { DBClusterSnapshotIdentifier: string; sharedWith: string[] };
/** Value of "rds:parameter-group" and "rds:cluster-parameter-group"; only changed parameters are kept. */
export type StoredParameterGroup = Stored<aws.DBParameterGroup> &
  Stored<aws.DBClusterParameterGroup> &
  WithTags & { name: string; changed: Record<string, string> };
/** Value of "rds:subnet-group". */
export type StoredSubnetGroup = Stored<aws.DBSubnetGroup> & WithTags & { DBSubnetGroupName: string };
/** Value of "rds:event-subscription". */
export type StoredSubscription = Stored<aws.EventSubscription> & WithTags & { CustSubscriptionId: string };
type StoredInstance = Stored<aws.DBInstance> & { DBInstanceIdentifier: string };

const kind = <T extends object>(name: string, id: keyof T, code: string, noun: string) =>
  records<T>(`rds:${name}`, id, (given) => new AwsFault(code, `${noun} ${given} not found.`, 404));

export const instances = kind<StoredInstance>(
  "instance",
  "DBInstanceIdentifier",
  "DBInstanceNotFound",
  "DBInstance",
);
export const snapshots = kind<StoredSnapshot>(
  "snapshot",
  "DBSnapshotIdentifier",
  "DBSnapshotNotFound",
  "DBSnapshot",
);
export const clusters = kind<StoredCluster>(
  "cluster",
  "DBClusterIdentifier",
  "DBClusterNotFoundFault",
  "DBCluster",
);
export const clusterSnapshots = kind<StoredClusterSnapshot>(
  "cluster-snapshot",
  "DBClusterSnapshotIdentifier",
  "DBClusterSnapshotNotFoundFault",
  "DBClusterSnapshot",
);
export const parameterGroups = kind<StoredParameterGroup>(
  "parameter-group",
  "name",
  "DBParameterGroupNotFound",
  "DBParameterGroup",
);
export const clusterParameterGroups = kind<StoredParameterGroup>(
  "cluster-parameter-group",
  "name",
  "DBParameterGroupNotFound",
  "DBClusterParameterGroup",
);
export const subnetGroups = kind<StoredSubnetGroup>(
  "subnet-group",
  "DBSubnetGroupName",
  "DBSubnetGroupNotFoundFault",
  "DB subnet group",
);
export const subscriptions = kind<StoredSubscription>(
  "event-subscription",
  "CustSubscriptionId",
  "SubscriptionNotFound",
  "Subscription",
);

/** By the type in the ARN. */
const kinds: Record<string, Records<never>> = {
  db: instances as never,
  snapshot: snapshots as never,
  cluster: clusters as never,
  "cluster-snapshot": clusterSnapshots as never,
  pg: parameterGroups as never,
  "cluster-pg": clusterParameterGroups as never,
  subgrp: subnetGroups as never,
  es: subscriptions as never,
};

export const rdsArn = (call: Call, type: string, name: string) => arnIn(call, "rds", `${type}:${name}`);

/** What an ARN names, and how its tags are stored. */
export function tagged(call: Call<{ ResourceName?: string | undefined }>): {
  tags: Tags;
  store(tags: Tags): void;
} {
  const given = call.input.ResourceName ?? "";
  const [, , , region, accountId, type = "", ...name] = given.split(":");
  const records = kinds[type] as unknown as Records<WithTags> | undefined;
  if (!records || region !== call.region || accountId !== call.accountId)
    throw new AwsFault("InvalidParameterValue", `Invalid resource name: ${given}`);
  const found = records.need(call, name.join(":").toLowerCase());
  return { tags: found.TagList ?? [], store: (TagList) => void records.change(call, found, { TagList }) };
}

export function listing(call: Call, output: string, items: unknown[]) {
  const most = (call.input as { MaxRecords?: number }).MaxRecords;
  if (most !== undefined && (most < 20 || most > 100))
    throw new AwsFault(
      "InvalidParameterValue",
      `Invalid value ${most} for MaxRecords. Must be between 20 and 100`,
    );
  const paging = {
    limit: "MaxRecords",
    token: "Marker",
    standard: 100,
    most: 100,
    code: "InvalidParameterValue",
  };
  return pageAs(call, output, items, paging);
}

export function nameOf(given: string | undefined, noun: string): string {
  const name = (given ?? "").toLowerCase();
  if (!/^[a-z](?!.*--)[a-z0-9-]{0,254}$/.test(name) || name.endsWith("-"))
    throw new AwsFault(
      "InvalidParameterValue",
      `The parameter ${noun} is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens.`,
    );
  return name;
}
