// DHCP options: read, made, given to VPCs, deleted when none has them. Every region begins with Amazon's own.
import type {
  AssociateDhcpOptionsRequest,
  CreateDhcpOptionsRequest,
  DeleteDhcpOptionsRequest,
  DhcpOptions,
  Vpc,
} from "@aws-sdk/client-ec2";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import type { Stored } from "../../stored.ts";
import { amazonOptions } from "./default-network.ts";
import { here, kept, tagsFrom } from "./describe.ts";
import { ec2Id } from "./ids.ts";
import { type Reading, reading } from "./network.ts";

type StoredOptions = Stored<DhcpOptions>;

const optionsReading: Reading = {
  output: "DhcpOptions",
  kind: "ec2:dhcp-options",
  ids: "DhcpOptionsIds",
  noun: "dhcpOption ID",
  notFound: "InvalidDhcpOptionID.NotFound",
  filters: {
    "dhcp-options-id": "DhcpOptionsId",
    key: "DhcpConfigurations.Key",
    value: "DhcpConfigurations.Values.Value",
    "owner-id": "OwnerId",
  },
};
const options = kept<StoredOptions>(optionsReading);

/** The options that AWS hands out itself; made again when somebody deleted them. */
export function optionsForNewVpc(call: Call): string {
  const place = here(call);
  const standard = JSON.stringify(amazonOptions(place, "").DhcpConfigurations);
  const found = options.list(call).find((each) => JSON.stringify(each.DhcpConfigurations) === standard);
  if (found?.DhcpOptionsId) return found.DhcpOptionsId;
  const id = ec2Id("dopt");
  options.put(call, id, amazonOptions(place, id));
  return id;
}

const knownKeys = [
  "domain-name-servers",
  "domain-name",
  "ntp-servers",
  "netbios-name-servers",
  "netbios-node-type",
  "ipv6-address-preferred-lease-time",
];

function create(call: Call<CreateDhcpOptionsRequest>) {
  const asked = call.input.DhcpConfigurations ?? [];
  const unknown = asked.find(({ Key }) => !knownKeys.includes(Key ?? ""));
  if (unknown || asked.length === 0)
    throw new AwsFault(
      "InvalidParameterValue",
      `Value (${unknown?.Key ?? ""}) for parameter name is invalid. Unknown DHCP option`,
    );
  const id = ec2Id("dopt");
  const DhcpOptions = options.put(call, id, {
    DhcpOptionsId: id,
    OwnerId: call.accountId,
    DhcpConfigurations: asked.map(({ Key, Values }) => ({
      Key,
      Values: Values?.map((Value) => ({ Value })),
    })),
    Tags: tagsFrom(call.input.TagSpecifications, "dhcp-options"),
  });
  return { DhcpOptions };
}

const vpcs = kept<Stored<Vpc>>({ kind: "ec2:vpc", noun: "vpc ID", notFound: "InvalidVpcID.NotFound" });

/** "default" takes the options away. */
function associate(call: Call<AssociateDhcpOptionsRequest>) {
  const { DhcpOptionsId, VpcId } = call.input;
  if (DhcpOptionsId !== "default") options.need(call, DhcpOptionsId);
  vpcs.put(call, VpcId, { ...vpcs.need(call, VpcId), DhcpOptionsId });
  return {};
}

function remove(call: Call<DeleteDhcpOptionsRequest>) {
  const { DhcpOptionsId: id } = options.need(call, call.input.DhcpOptionsId);
  if (vpcs.list(call).some((vpc) => vpc.DhcpOptionsId === id))
    throw new AwsFault(
      "DependencyViolation",
      `The dhcpOptions '${id}' has dependencies and cannot be deleted.`,
    );
  options.delete(call, id);
  return {};
}

export const dhcpOperations: Record<string, Operation> = {
  DescribeDhcpOptions: reading(optionsReading),
  CreateDhcpOptions: create,
  AssociateDhcpOptions: associate,
  DeleteDhcpOptions: remove,
};
