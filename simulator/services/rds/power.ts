// Databases stopped, started and rebooted. What AWS takes minutes for is done at once; answers say that it has begun.
import type * as aws from "@aws-sdk/client-rds";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import { clusterShown, membersOf } from "./cluster.ts";
import { clusters, instances } from "./stored.ts";

function moveInstance(call: Call<aws.StopDBInstanceMessage>, from: string, to: string, begun: string) {
  const instance = instances.need(call, call.input.DBInstanceIdentifier?.toLowerCase());
  if (instance.DBInstanceStatus !== from)
    throw new AwsFault(
      "InvalidDBInstanceState",
      `Instance ${instance.DBInstanceIdentifier} is not in ${from} state.`,
    );
  const moved = instances.change(call, instance, { DBInstanceStatus: to });
  return { DBInstance: { ...moved, DBInstanceStatus: begun } };
}

/** An Aurora cluster takes its instances with it. */
function moveCluster(call: Call<aws.StopDBClusterMessage>, from: string, to: string, begun: string) {
  const cluster = clusters.need(call, call.input.DBClusterIdentifier?.toLowerCase());
  if (cluster.Status !== from)
    throw new AwsFault(
      "InvalidDBClusterStateFault",
      `DbCluster ${cluster.DBClusterIdentifier} is in ${cluster.Status} state but expected in ${from} state.`,
    );
  for (const member of membersOf(call, cluster.DBClusterIdentifier))
    instances.change(call, member, { DBInstanceStatus: to });
  return {
    DBCluster: { ...clusterShown(call, clusters.change(call, cluster, { Status: to })), Status: begun },
  };
}

export const powerOperations: Record<string, Operation> = {
  StopDBInstance: (call: Call<aws.StopDBInstanceMessage>) =>
    moveInstance(call, "available", "stopped", "stopping"),
  StartDBInstance: (call: Call<aws.StartDBInstanceMessage>) =>
    moveInstance(call, "stopped", "available", "starting"),
  RebootDBInstance: (call: Call<aws.RebootDBInstanceMessage>) =>
    moveInstance(call, "available", "available", "rebooting"),
  StopDBCluster: (call: Call<aws.StopDBClusterMessage>) =>
    moveCluster(call, "available", "stopped", "stopping"),
  StartDBCluster: (call: Call<aws.StartDBClusterMessage>) =>
    moveCluster(call, "stopped", "available", "starting"),
};
