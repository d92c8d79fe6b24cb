// The lowest free private address of a subnet: AWS keeps the first four and the last.
import type { NetworkInterface, Subnet } from "@aws-sdk/client-ec2";
import { AwsFault, type Call } from "../../operation.ts";
import type { Stored } from "../../stored.ts";
import { addressAt, type Block } from "./cidr.ts";
import { here } from "./describe.ts";

export function freeAddress(call: Call, subnet: Stored<Subnet>, block: Block): string {
  const taken = new Set(
    call.world
      .collection<Stored<NetworkInterface>>(here(call), "ec2:network-interface")
      .list()
      .map((each) => each.SubnetId === subnet.SubnetId && each.PrivateIpAddress),
  );
  for (let offset = 4; offset < block.size - 1; offset++) {
    const address = addressAt(block, offset);
    if (!taken.has(address)) return address;
  }
  throw new AwsFault(
    "InsufficientFreeAddressesInSubnet",
    `The subnet '${subnet.SubnetId}' has no free addresses`,
  );
}
