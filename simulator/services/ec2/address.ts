// Elastic IP addresses: allocated, tied to an instance or interface, released.
import type {
  Address,
  AllocateAddressRequest,
  AssociateAddressRequest,
  DescribeAddressesRequest,
  DisassociateAddressRequest,
  NetworkInterface,
  ReleaseAddressRequest,
} from "@aws-sdk/client-ec2";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import type { Stored } from "../../stored.ts";
import { applyFilters, here, kept, tagsFrom } from "./describe.ts";
import { ec2Id, publicAddress } from "./ids.ts";
import type { StoredInstance } from "./instance-parts.ts";

type StoredAddress = Stored<Address>;

const addresses = kept<StoredAddress>({
  kind: "ec2:address",
  noun: "allocation ID",
  notFound: "InvalidAllocationID.NotFound",
});
const interfaces = kept<Stored<NetworkInterface>>({
  kind: "ec2:network-interface",
  noun: "networkInterface ID",
  notFound: "InvalidNetworkInterfaceID.NotFound",
});

const filters = {
  "allocation-id": "AllocationId",
  "association-id": "AssociationId",
  domain: "Domain",
  "instance-id": "InstanceId",
  "network-interface-id": "NetworkInterfaceId",
  "private-ip-address": "PrivateIpAddress",
  "public-ip": "PublicIp",
};

/** The one Describe of EC2 that knows no pages. */
function describeAddresses(call: Call<DescribeAddressesRequest>) {
  const { AllocationIds, PublicIps, Filters } = call.input;
  let found = AllocationIds?.length
    ? AllocationIds.map((id) => addresses.need(call, id))
    : addresses.list(call);
  if (PublicIps?.length)
    found = PublicIps.map((ip) => {
      const address = found.find((each) => each.PublicIp === ip);
      if (!address) throw new AwsFault("InvalidAddress.NotFound", `Address '${ip}' not found.`);
      return address;
    });
  return { Addresses: applyFilters(found, Filters as never, filters) };
}

function allocate(call: Call<AllocateAddressRequest>) {
  const AllocationId = ec2Id("eipalloc");
  const address = addresses.put(call, AllocationId, {
    AllocationId,
    PublicIp: publicAddress(),
    PublicIpv4Pool: "amazon",
    Domain: "vpc",
    NetworkBorderGroup: call.region,
    Tags: tagsFrom(call.input.TagSpecifications, "elastic-ip"),
  });
  const { PublicIp, PublicIpv4Pool, NetworkBorderGroup, Domain } = address;
  return { AllocationId, PublicIp, PublicIpv4Pool, NetworkBorderGroup, Domain };
}

function release(call: Call<ReleaseAddressRequest>) {
  const address = addresses.need(call, call.input.AllocationId);
  if (address.AssociationId)
    throw new AwsFault("InvalidIPAddress.InUse", `Address ${address.PublicIp} is in use.`);
  addresses.delete(call, address.AllocationId);
  return {};
}

const instances = (call: Call) => call.world.collection<StoredInstance>(here(call), "ec2:instance");

function interfaceFor(call: Call<AssociateAddressRequest>): Stored<NetworkInterface> {
  const { InstanceId, NetworkInterfaceId } = call.input;
  if (NetworkInterfaceId) return interfaces.need(call, NetworkInterfaceId);
  const instance = instances(call).get(InstanceId ?? "");
  if (!instance)
    throw new AwsFault("InvalidInstanceID.NotFound", `The instance ID '${InstanceId}' does not exist`);
  return interfaces.need(call, instance.NetworkInterfaces?.[0]?.NetworkInterfaceId);
}

function associate(call: Call<AssociateAddressRequest>) {
  const address = addresses.need(call, call.input.AllocationId);
  if (address.AssociationId && call.input.AllowReassociation === false)
    throw new AwsFault(
      "Resource.AlreadyAssociated",
      `resource ${address.AllocationId} is already associated with associate-id ${address.AssociationId}`,
    );
  const target = interfaceFor(call);
  if (address.AssociationId) free(call, address);
  const AssociationId = ec2Id("eipassoc");
  const InstanceId = target.Attachment?.InstanceId;
  addresses.put(call, address.AllocationId, {
    ...address,
    AssociationId,
    NetworkInterfaceId: target.NetworkInterfaceId,
    NetworkInterfaceOwnerId: call.accountId,
    PrivateIpAddress: target.PrivateIpAddress,
    ...(InstanceId ? { InstanceId } : {}),
  });
  const Association = {
    AllocationId: address.AllocationId,
    AssociationId,
    IpOwnerId: call.accountId,
    PublicIp: address.PublicIp,
  };
  show(call, { ...target, Association });
  return { AssociationId };
}

/** The interface, and the instance's own view of it. */
function show(call: Call, networkInterface: Stored<NetworkInterface>): void {
  interfaces.put(call, networkInterface.NetworkInterfaceId, networkInterface);
  const instance = instances(call).get(networkInterface.Attachment?.InstanceId ?? "");
  if (!instance) return;
  const { PublicIpAddress: _, ...machine } = instance;
  const PublicIp = networkInterface.Association?.PublicIp;
  instances(call).put(instance.InstanceId ?? "", {
    ...machine,
    ...(PublicIp ? { PublicIpAddress: PublicIp } : {}),
    NetworkInterfaces: instance.NetworkInterfaces?.map((each) => {
      if (each.NetworkInterfaceId !== networkInterface.NetworkInterfaceId) return each;
      const { Association: _old, ...bare } = each;
      return networkInterface.Association ? { ...bare, Association: networkInterface.Association } : bare;
    }),
  });
}

function free(call: Call, address: StoredAddress): void {
  const {
    AssociationId: _association,
    NetworkInterfaceId,
    NetworkInterfaceOwnerId: _owner,
    PrivateIpAddress: _private,
    InstanceId: _instance,
    ...left
  } = address;
  addresses.put(call, address.AllocationId, left);
  const target = interfaces.list(call).find((each) => each.NetworkInterfaceId === NetworkInterfaceId);
  if (!target) return;
  const { Association: _, ...bare } = target;
  show(call, bare);
}

function disassociate(call: Call<DisassociateAddressRequest>) {
  const { AssociationId } = call.input;
  const address = addresses.list(call).find((each) => each.AssociationId === AssociationId);
  if (!address || !AssociationId)
    throw new AwsFault(
      "InvalidAssociationID.NotFound",
      `The association ID '${AssociationId}' does not exist`,
    );
  free(call, address);
  return {};
}

export const addressOperations: Record<string, Operation> = {
  DescribeAddresses: describeAddresses,
  AllocateAddress: allocate,
  ReleaseAddress: release,
  AssociateAddress: associate,
  DisassociateAddress: disassociate,
};
