// Databases and warehouses stopped, started and told to rest, and what undoes it: each is read back.
import * as rds from "@aws-sdk/client-rds";
import * as redshift from "@aws-sdk/client-redshift";
import { describe } from "vitest";
import { type ClientClass, startSmall } from "../small-clients.ts";
import { checkCalls, type Row } from "./wire-clients.ts";

const wire = startSmall();
const open = <T>(Class: ClientClass<T>) => wire.client(Class, undefined, "eu-west-1");

describe("databases and warehouses stopped and started", () => {
  const DBInstanceIdentifier = "db";
  const password = { MasterUsername: "admin", MasterUserPassword: "Password1" };
  const client = () => open(rds.RDSClient);
  const warehouse = () => open(redshift.RedshiftClient);
  const ClusterIdentifier = "house";
  const status = () =>
    client()
      .send(new rds.DescribeDBInstancesCommand({ DBInstanceIdentifier }))
      .then((answer) => ({ status: answer.DBInstances?.[0]?.DBInstanceStatus }));
  const house = () =>
    warehouse()
      .send(new redshift.DescribeClustersCommand({ ClusterIdentifier }))
      .then((answer) => ({ status: answer.Clusters?.[0]?.ClusterStatus }));
  const rows: Row[] = [
    [
      "a database",
      () =>
        client().send(
          new rds.CreateDBInstanceCommand({
            DBInstanceIdentifier,
            DBInstanceClass: "db.t3.micro",
            Engine: "postgres",
            AllocatedStorage: 20,
            ...password,
          }),
        ),
      {},
    ],
    [
      "cannot start",
      () => client().send(new rds.StartDBInstanceCommand({ DBInstanceIdentifier })),
      "400 InvalidDBInstanceStateFault",
    ],
    [
      "stops",
      () => client().send(new rds.StopDBInstanceCommand({ DBInstanceIdentifier })),
      { DBInstance: { DBInstanceStatus: "stopping" } },
    ],
    ["has stopped", status, { status: "stopped" }],
    [
      "cannot reboot",
      () => client().send(new rds.RebootDBInstanceCommand({ DBInstanceIdentifier })),
      "400 InvalidDBInstanceStateFault",
    ],
    ["starts", () => client().send(new rds.StartDBInstanceCommand({ DBInstanceIdentifier })), {}],
    ["is there again", status, { status: "available" }],
    [
      "a cluster stops",
      async () => {
        const DBClusterIdentifier = "aurora";
        await client().send(
          new rds.CreateDBClusterCommand({ DBClusterIdentifier, Engine: "aurora-postgresql", ...password }),
        );
        await client().send(new rds.StopDBClusterCommand({ DBClusterIdentifier }));
        return client().send(new rds.DescribeDBClustersCommand({ DBClusterIdentifier }));
      },
      { DBClusters: [{ Status: "stopped" }] },
    ],
    [
      "and starts",
      () => client().send(new rds.StartDBClusterCommand({ DBClusterIdentifier: "aurora" })),
      { DBCluster: { Status: "starting" } },
    ],
    [
      "a warehouse pauses",
      async () => {
        await warehouse().send(
          new redshift.CreateClusterCommand({ ClusterIdentifier, NodeType: "ra3.large", ...password }),
        );
        return warehouse().send(new redshift.PauseClusterCommand({ ClusterIdentifier }));
      },
      { Cluster: { ClusterStatus: "pausing" } },
    ],
    ["is paused", house, { status: "paused" }],
    [
      "cannot pause again",
      () => warehouse().send(new redshift.PauseClusterCommand({ ClusterIdentifier })),
      "400 InvalidClusterStateFault",
    ],
    ["resumes", () => warehouse().send(new redshift.ResumeClusterCommand({ ClusterIdentifier })), {}],
    ["is there again", house, { status: "available" }],
  ];
  checkCalls(rows);
});
