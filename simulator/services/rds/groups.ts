// Parameter groups, subnet groups and event subscriptions of RDS.
import type { Subnet } from "@aws-sdk/client-ec2";
import type * as aws from "@aws-sdk/client-rds";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import type { Stored } from "../../stored.ts";
import { given, here, type Records } from "../records.ts";
import { subnetGroup } from "./create-instance.ts";
import {
  clusterParameterGroups,
  clusters,
  instances,
  listing,
  nameOf,
  parameterGroups,
  rdsArn,
  type StoredParameterGroup,
  subnetGroups,
  subscriptions,
} from "./stored.ts";

/** Parameters that posture reads, with the engines' defaults; all others are left out. */
const known: Record<string, Record<string, string>> = {
  postgres: {
    "rds.force_ssl": "1",
    log_connections: "0",
    log_disconnections: "0",
    "rds.log_retention_period": "4320",
    pgaudit: "",
  },
  mysql: { require_secure_transport: "0", general_log: "0", slow_query_log: "0", audit_log: "0" },
};
const parametersFor = (family = "") => known[family.includes("postgres") ? "postgres" : "mysql"] ?? {};

/** The engine's defaults and what was changed. */
function parametersOf(group: StoredParameterGroup) {
  const all = { ...parametersFor(group.DBParameterGroupFamily), ...group.changed };
  return Object.entries(all).map(([ParameterName, ParameterValue]) => ({
    ParameterName,
    ParameterValue,
    Source: group.changed[ParameterName] === undefined ? "system" : "user",
    ApplyType: "dynamic",
    IsModifiable: true,
    ApplyMethod: "immediate",
  }));
}

/** The two kinds of groups differ only in the names of their members. */
function parameterGroup(
  word: "DBParameterGroup" | "DBClusterParameterGroup",
  kept: Records<StoredParameterGroup>,
  isUsed: (call: Call, name: string) => boolean,
): Record<string, Operation> {
  const member = `${word}Name`;
  const type = word === "DBParameterGroup" ? "pg" : "cluster-pg";
  type Input = Call<
    Record<string, never> & { Parameters?: aws.Parameter[]; Tags?: aws.Tag[]; Source?: string }
  >;
  const nameIn = (call: Input) => String(call.input[member] ?? "").toLowerCase();
  const needed = (call: Input) => kept.need(call, nameIn(call));
  const parameters = word === "DBParameterGroup" ? "DBParameters" : "DBClusterParameters";
  return {
    [`Describe${word}s`]: (call: Input) =>
      listing(call, `${word}s`, nameIn(call) ? [needed(call)] : kept.list(call)),
    [`Create${word}`]: (call: Input) => {
      const name = nameOf(nameIn(call), member);
      if (kept.find(call, name))
        throw new AwsFault("DBParameterGroupAlreadyExists", `Parameter group ${name} already exists`);
      const group = kept.put(call, {
        name,
        [member]: name,
        [`${word}Arn`]: rdsArn(call, type, name),
        DBParameterGroupFamily: String(call.input.DBParameterGroupFamily),
        Description: String(call.input.Description),
        changed: {},
        TagList: call.input.Tags ?? [],
      });
      return { [word]: group };
    },
    [`Modify${word}`]: (call: Input) => {
      const group = needed(call);
      const values = (call.input.Parameters ?? []).map(({ ParameterName = "", ParameterValue = "" }) => [
        ParameterName,
        ParameterValue,
      ]);
      const unknown = values.find(
        ([name = ""]) => parametersFor(group.DBParameterGroupFamily)[name] === undefined,
      );
      if (unknown)
        throw new AwsFault("InvalidParameterValue", `Could not find parameter with name: ${unknown[0]}`);
      kept.change(call, group, { changed: { ...group.changed, ...Object.fromEntries(values) } });
      return { [member]: group.name };
    },
    [`Reset${word}`]: (call: Input) => {
      const group = needed(call);
      kept.change(call, group, { changed: {} });
      return { [member]: group.name };
    },
    [`Delete${word}`]: (call: Input) => {
      const group = needed(call);
      if (isUsed(call, group.name))
        throw new AwsFault(
          "InvalidDBParameterGroupState",
          "One or more database instances are still members of this parameter group, so the group cannot be deleted",
        );
      kept.remove(call, group);
      return {};
    },
    [`Describe${parameters}`]: (call: Input) => {
      const group = needed(call);
      const found = parametersOf(group);
      return listing(
        call,
        "Parameters",
        call.input.Source ? found.filter((each) => each.Source === call.input.Source) : found,
      );
    },
  };
}

function createSubnetGroup(call: Call<aws.CreateDBSubnetGroupMessage>) {
  const { SubnetIds = [], DBSubnetGroupDescription, Tags } = call.input;
  const name = nameOf(call.input.DBSubnetGroupName, "DBSubnetGroupName");
  if (subnetGroups.find(call, name))
    throw new AwsFault("DBSubnetGroupAlreadyExists", `The DB subnet group '${name}' already exists.`);
  const all = call.world.collection<Stored<Subnet>>(here(call), "ec2:subnet");
  const subnets = SubnetIds.map((id) => {
    const found = all.get(id);
    if (!found) throw new AwsFault("InvalidSubnet", `Subnet ${id} does not exist`);
    return found;
  });
  if (new Set(subnets.map((each) => each.AvailabilityZone)).size < 2)
    throw new AwsFault(
      "DBSubnetGroupDoesNotCoverEnoughAZs",
      "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Current AZ coverage is less than 2.",
    );
  const DBSubnetGroup = subnetGroups.put(call, {
    ...subnetGroup(name, subnets[0]?.VpcId ?? "", subnets),
    DBSubnetGroupName: name,
    DBSubnetGroupDescription,
    DBSubnetGroupArn: rdsArn(call, "subgrp", name),
    TagList: Tags ?? [],
  });
  return { DBSubnetGroup };
}

function deleteSubnetGroup(call: Call<aws.DeleteDBSubnetGroupMessage>) {
  const group = subnetGroups.need(call, call.input.DBSubnetGroupName?.toLowerCase());
  const isUsed =
    instances.list(call).some((each) => each.DBSubnetGroup?.DBSubnetGroupName === group.DBSubnetGroupName) ||
    clusters.list(call).some((each) => each.DBSubnetGroup === group.DBSubnetGroupName);
  if (isUsed)
    throw new AwsFault(
      "InvalidDBSubnetGroupStateFault",
      `Cannot delete the subnet group '${group.DBSubnetGroupName}' because at least one database instance is still using it.`,
    );
  subnetGroups.remove(call, group);
  return {};
}

function createSubscription(call: Call<aws.CreateEventSubscriptionMessage>) {
  const name = nameOf(call.input.SubscriptionName, "SubscriptionName");
  if (subscriptions.find(call, name))
    throw new AwsFault("SubscriptionAlreadyExist", `Event subscription ${name} already exists.`);
  const { SnsTopicArn, SourceType, EventCategories, SourceIds, Enabled = true, Tags } = call.input;
  const EventSubscription = subscriptions.put(call, {
    CustSubscriptionId: name,
    CustomerAwsId: call.accountId,
    EventSubscriptionArn: rdsArn(call, "es", name),
    SnsTopicArn,
    ...(SourceType ? { SourceType } : {}),
    EventCategoriesList: EventCategories ?? [],
    SourceIdsList: SourceIds ?? [],
    Status: "active",
    Enabled,
    SubscriptionCreationTime: call.now.toISOString(),
    TagList: Tags ?? [],
  });
  return { EventSubscription };
}

function modifySubscription(call: Call<aws.ModifyEventSubscriptionMessage>) {
  const found = subscriptions.need(call, call.input.SubscriptionName?.toLowerCase());
  const { EventCategories } = call.input;
  const EventSubscription = subscriptions.change(call, found, {
    ...given(call.input, "SnsTopicArn", "SourceType", "Enabled"),
    ...(EventCategories ? { EventCategoriesList: EventCategories } : {}),
  });
  return { EventSubscription };
}

export const groupOperations: Record<string, Operation> = {
  ...parameterGroup("DBParameterGroup", parameterGroups, (call, name) =>
    instances
      .list(call)
      .some((each) => each.DBParameterGroups?.some((group) => group.DBParameterGroupName === name)),
  ),
  ...parameterGroup("DBClusterParameterGroup", clusterParameterGroups, (call, name) =>
    clusters.list(call).some((each) => each.DBClusterParameterGroup === name),
  ),
  DescribeDBSubnetGroups: (call: Call<aws.DescribeDBSubnetGroupsMessage>) => {
    const { DBSubnetGroupName } = call.input;
    return listing(
      call,
      "DBSubnetGroups",
      DBSubnetGroupName
        ? [subnetGroups.need(call, DBSubnetGroupName.toLowerCase())]
        : subnetGroups.list(call),
    );
  },
  CreateDBSubnetGroup: createSubnetGroup,
  DeleteDBSubnetGroup: deleteSubnetGroup,
  DescribeEventSubscriptions: (call: Call<aws.DescribeEventSubscriptionsMessage>) => {
    const { SubscriptionName } = call.input;
    return listing(
      call,
      "EventSubscriptionsList",
      SubscriptionName
        ? [subscriptions.need(call, SubscriptionName.toLowerCase())]
        : subscriptions.list(call),
    );
  },
  CreateEventSubscription: createSubscription,
  ModifyEventSubscription: modifySubscription,
  DeleteEventSubscription: (call: Call<aws.DeleteEventSubscriptionMessage>) => ({
    EventSubscription: {
      ...subscriptions.remove(call, subscriptions.need(call, call.input.SubscriptionName?.toLowerCase())),
      Status: "deleting",
    },
  }),
};
