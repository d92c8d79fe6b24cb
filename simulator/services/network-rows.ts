// Rows with which tables of calls begin that need a network: a VPC and subnets, made over the wire.
import { CreateSubnetCommand, CreateVpcCommand, EC2Client } from "@aws-sdk/client-ec2";
import type { Row, Wire } from "./wire-clients.ts";

const region = "eu-north-1";

/** A VPC with a subnet in each of two zones; their ids are added to `subnetIds`. */
export function twoSubnets(wire: Wire, subnetIds: string[]): Row {
  return [
    "subnets",
    async () => {
      const ec2 = wire.client(EC2Client, region);
      const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16" }));
      for (const [at, zone] of ["a", "b"].entries()) {
        const wish = {
          VpcId: Vpc?.VpcId,
          CidrBlock: `10.0.${at}.0/24`,
          AvailabilityZone: `${region}${zone}`,
        };
        subnetIds.push((await ec2.send(new CreateSubnetCommand(wish))).Subnet?.SubnetId ?? "");
      }
      return { count: subnetIds.length };
    },
    { count: 2 },
  ];
}

/** Ids of what earlier rows made, by the name that later rows know them by. */
export interface KnownIds {
  keep(name: string, value: string | undefined): void;
  id(name: string): string;
}

export function openIds(): KnownIds {
  const ids: Record<string, string> = {};
  return {
    keep(name, value) {
      ids[name] = value ?? "";
    },
    id: (name) => ids[name] ?? "",
  };
}

/** "vpc" and "subnet". */
export function vpcWithSubnet(wire: Wire, { keep, id }: KnownIds): Row {
  return [
    "a VPC with a subnet",
    async () => {
      const ec2 = wire.client(EC2Client, region);
      const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: "10.9.0.0/16" }));
      keep("vpc", Vpc?.VpcId);
      const subnet = new CreateSubnetCommand({ VpcId: id("vpc"), CidrBlock: "10.9.1.0/24" });
      const { Subnet } = await ec2.send(subnet);
      keep("subnet", Subnet?.SubnetId);
      return Subnet;
    },
    { CidrBlock: "10.9.1.0/24" },
  ];
}
