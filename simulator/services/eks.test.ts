import * as aws from "@aws-sdk/client-eks";
import { expect, test } from "vitest";
import { twoSubnets } from "./network-rows.ts";
import { checkCalls, startWire } from "./wire-clients.ts";

const wire = startWire();
const client = () => wire.client(aws.EKSClient, "eu-north-1");
const subnetIds: string[] = [];
const name = "apps";
const roleArn = "arn:aws:iam::111111111111:role/eks";
const create = (cluster: string, subnets = subnetIds) =>
  client().send(
    new aws.CreateClusterCommand({
      name: cluster,
      roleArn,
      version: "1.32",
      resourcesVpcConfig: { subnetIds: subnets },
      tags: { a: "1" },
    }),
  );
const describe = () => client().send(new aws.DescribeClusterCommand({ name }));
const access = (resourcesVpcConfig: aws.VpcConfigRequest) =>
  client().send(new aws.UpdateClusterConfigCommand({ name, resourcesVpcConfig }));
const nodes = { clusterName: name, nodegroupName: "workers" };

checkCalls([
  twoSubnets(wire, subnetIds),
  ["in one zone", () => create(name, subnetIds.slice(0, 1)), "400 InvalidParameterException"],
  ["a cluster", () => create(name), { cluster: { status: "CREATING" } }],
  ["again", () => create(name), "409 ResourceInUseException"],
  [
    "is open and silent",
    describe,
    {
      cluster: {
        status: "ACTIVE",
        resourcesVpcConfig: {
          endpointPublicAccess: true,
          endpointPrivateAccess: false,
          publicAccessCidrs: ["0.0.0.0/0"],
          vpcId: expect.stringMatching(/^vpc-/),
        },
        logging: {
          clusterLogging: [
            { enabled: false, types: ["api", "audit", "authenticator", "controllerManager", "scheduler"] },
          ],
        },
      },
    },
  ],
  ["closed altogether", () => access({ endpointPublicAccess: false }), "400 InvalidParameterException"],
  [
    "closed",
    () => access({ endpointPublicAccess: false, endpointPrivateAccess: true }),
    { update: { status: "InProgress" } },
  ],
  [
    "writes logs",
    () =>
      client().send(
        new aws.UpdateClusterConfigCommand({
          name,
          logging: { clusterLogging: [{ types: ["audit", "api"], enabled: true }] },
        }),
      ),
    { update: { type: "LoggingUpdate" } },
  ],
  [
    "is shown",
    describe,
    {
      cluster: {
        resourcesVpcConfig: { endpointPublicAccess: false },
        logging: { clusterLogging: [{ enabled: true, types: ["api", "audit"] }, { enabled: false }] },
      },
    },
  ],
  [
    "two versions at once",
    () => client().send(new aws.UpdateClusterVersionCommand({ name, version: "1.34" })),
    "400 InvalidParameterException",
  ],
  ["one", () => client().send(new aws.UpdateClusterVersionCommand({ name, version: "1.33" })), {}],
  [
    "workers",
    () => client().send(new aws.CreateNodegroupCommand({ ...nodes, subnets: subnetIds, nodeRole: roleArn })),
    { nodegroup: { status: "CREATING", version: "1.33" } },
  ],
  [
    "hold the cluster",
    () => client().send(new aws.DeleteClusterCommand({ name })),
    "409 ResourceInUseException",
  ],
  ["go", () => client().send(new aws.DeleteNodegroupCommand(nodes)), { nodegroup: { status: "DELETING" } }],
  ["for good", () => client().send(new aws.DescribeNodegroupCommand(nodes)), "404 ResourceNotFoundException"],
  [
    "tags",
    async () => {
      const resourceArn = (await describe()).cluster?.arn;
      await client().send(new aws.TagResourceCommand({ resourceArn, tags: { b: "2" } }));
      return client().send(new aws.ListTagsForResourceCommand({ resourceArn }));
    },
    { tags: { a: "1", b: "2" } },
  ],
  ["deleted", () => client().send(new aws.DeleteClusterCommand({ name })), {}],
  ["for good", describe, "404 ResourceNotFoundException"],
]);

test("pages hold every cluster once", async () => {
  for (let index = 0; index < 3; index++) await create(`page-${index}`);
  const names: string[] = [];
  for await (const page of aws.paginateListClusters({ client: client(), pageSize: 2 }, {}))
    names.push(...(page.clusters ?? []));
  expect(names).toEqual(["page-0", "page-1", "page-2"]);
});
