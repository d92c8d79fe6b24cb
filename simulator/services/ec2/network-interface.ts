// Network interfaces made by API, beside those that instances bring along: groups changed, attached, deleted.
import type {
  AttachNetworkInterfaceRequest,
  CreateNetworkInterfaceRequest,
  DeleteNetworkInterfaceRequest,
  DetachNetworkInterfaceRequest,
  ModifyNetworkInterfaceAttributeRequest,
  NetworkInterface,
} from "@aws-sdk/client-ec2";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import type { Stored } from "../../stored.ts";
import { blockOf } from "./cidr.ts";
import { here, kept, tagsFrom } from "./describe.ts";
import { freeAddress } from "./free-address.ts";
import { ec2Id, macAddress } from "./ids.ts";
import type { StoredInstance } from "./instance-parts.ts";
import { needGroup } from "./security-group.ts";
import { needSubnet } from "./subnet.ts";

type StoredInterface = Stored<NetworkInterface>;

const interfaces = kept<StoredInterface>({
  kind: "ec2:network-interface",
  noun: "networkInterface ID",
  notFound: "InvalidNetworkInterfaceID.NotFound",
});

const instances = kept<StoredInstance>({
  kind: "ec2:instance",
  noun: "instance ID",
  notFound: "InvalidInstanceID.NotFound",
});

/** The groups by id; all must be of the interface's VPC. */
function groupsOf(call: Call, ids: string[] | undefined, vpcId: string | undefined) {
  const groups = ids?.length
    ? ids.map((id) => needGroup(call, id))
    : call.world
        .collection<ReturnType<typeof needGroup>>(here(call), "ec2:security-group")
        .list()
        .filter((each) => each.VpcId === vpcId && each.GroupName === "default");
  const foreign = groups.find((group) => group.VpcId !== vpcId);
  if (foreign)
    throw new AwsFault(
      "InvalidGroup.NotFound",
      `The security group '${foreign.GroupId}' does not exist in VPC '${vpcId}'`,
    );
  return groups.map(({ GroupId, GroupName }) => ({ GroupId, GroupName }));
}

function create(call: Call<CreateNetworkInterfaceRequest>) {
  const { input } = call;
  const subnet = needSubnet(call, input.SubnetId);
  const block = blockOf(subnet.CidrBlock ?? "");
  const address = input.PrivateIpAddress ?? (block ? freeAddress(call, subnet, block) : "");
  const id = ec2Id("eni");
  const made = interfaces.put(call, id, {
    NetworkInterfaceId: id,
    OwnerId: call.accountId,
    RequesterId: call.principal.userId,
    VpcId: subnet.VpcId,
    SubnetId: subnet.SubnetId,
    AvailabilityZone: subnet.AvailabilityZone,
    Description: input.Description ?? "",
    InterfaceType: "interface",
    Status: "available",
    MacAddress: macAddress(),
    Groups: groupsOf(call, input.Groups, subnet.VpcId),
    PrivateIpAddress: address,
    PrivateIpAddresses: [{ Primary: true, PrivateIpAddress: address }],
    Ipv6Addresses: [],
    RequesterManaged: false,
    SourceDestCheck: true,
    TagSet: tagsFrom(input.TagSpecifications, "network-interface"),
  });
  return { NetworkInterface: { ...made, Status: "pending" } };
}

function remove(call: Call<DeleteNetworkInterfaceRequest>) {
  const {
    NetworkInterfaceId: id,
    Status,
    RequesterManaged,
  } = interfaces.need(call, call.input.NetworkInterfaceId);
  if (RequesterManaged) throw new AwsFault("OperationNotPermitted", `You are not allowed to manage '${id}'.`);
  if (Status === "in-use")
    throw new AwsFault("InvalidParameterValue", `Network interface '${id}' is currently in use.`);
  interfaces.delete(call, id);
  return {};
}

function modify(call: Call<ModifyNetworkInterfaceAttributeRequest>) {
  const { Description, Groups, SourceDestCheck, Attachment } = call.input;
  const found = interfaces.need(call, call.input.NetworkInterfaceId);
  const changed: StoredInterface = {
    ...found,
    ...(Description ? { Description: Description.Value } : {}),
    ...(Groups ? { Groups: groupsOf(call, Groups, found.VpcId) } : {}),
    ...(SourceDestCheck ? { SourceDestCheck: SourceDestCheck.Value } : {}),
    ...(Attachment && found.Attachment
      ? {
          Attachment: { ...found.Attachment, DeleteOnTermination: Attachment.DeleteOnTermination },
        }
      : {}),
  };
  interfaces.put(call, found.NetworkInterfaceId, changed);
  if (Groups) showOnInstance(call, changed);
  return {};
}

/** An instance shows the groups of its first interface as its own. */
export function showOnInstance(
  call: Call,
  { NetworkInterfaceId, Groups, Attachment }: StoredInterface,
): void {
  const instance = instances.list(call).find((each) => each.InstanceId === Attachment?.InstanceId);
  if (!instance) return;
  const isFirst = instance.NetworkInterfaces?.[0]?.NetworkInterfaceId === NetworkInterfaceId;
  instances.put(call, instance.InstanceId, {
    ...instance,
    ...(isFirst ? { SecurityGroups: Groups } : {}),
    NetworkInterfaces: instance.NetworkInterfaces?.map((each) =>
      each.NetworkInterfaceId === NetworkInterfaceId ? { ...each, Groups } : each,
    ),
  });
}

/** Groups of an instance are those of its first interface. */
export function changeGroups(call: Call, instance: StoredInstance, ids: string[]): void {
  const Groups = groupsOf(call, ids, instance.VpcId);
  const found = interfaces.need(call, instance.NetworkInterfaces?.[0]?.NetworkInterfaceId);
  showOnInstance(call, interfaces.put(call, found.NetworkInterfaceId, { ...found, Groups }));
}

function attach(call: Call<AttachNetworkInterfaceRequest>) {
  const found = interfaces.need(call, call.input.NetworkInterfaceId);
  const instance = instances.need(call, call.input.InstanceId);
  if (found.Status !== "available")
    throw new AwsFault("InvalidNetworkInterface.InUse", `Interface: [${found.NetworkInterfaceId}] in use.`);
  const AttachmentId = ec2Id("eni-attach");
  interfaces.put(call, found.NetworkInterfaceId, {
    ...found,
    Status: "in-use",
    Attachment: {
      AttachmentId,
      AttachTime: call.now.toISOString(),
      DeleteOnTermination: false,
      DeviceIndex: call.input.DeviceIndex,
      NetworkCardIndex: 0,
      InstanceId: instance.InstanceId,
      InstanceOwnerId: call.accountId,
      Status: "attached",
    },
  });
  instances.put(call, instance.InstanceId, {
    ...instance,
    NetworkInterfaces: [
      ...(instance.NetworkInterfaces ?? []),
      { NetworkInterfaceId: found.NetworkInterfaceId, Groups: found.Groups, Status: "in-use" },
    ],
  });
  return { AttachmentId, NetworkCardIndex: 0 };
}

function detach(call: Call<DetachNetworkInterfaceRequest>) {
  const { AttachmentId } = call.input;
  const found = interfaces.list(call).find((each) => each.Attachment?.AttachmentId === AttachmentId);
  if (!found?.Attachment)
    throw new AwsFault("InvalidAttachmentID.NotFound", `The attachment '${AttachmentId}' does not exist`);
  const { Attachment, ...left } = found;
  if (Attachment.DeviceIndex === 0)
    throw new AwsFault(
      "OperationNotPermitted",
      "The network interface at device index 0 cannot be detached.",
    );
  interfaces.put(call, found.NetworkInterfaceId, { ...left, Status: "available" });
  const instance = instances.need(call, Attachment.InstanceId);
  instances.put(call, instance.InstanceId, {
    ...instance,
    NetworkInterfaces: instance.NetworkInterfaces?.filter(
      (each) => each.NetworkInterfaceId !== found.NetworkInterfaceId,
    ),
  });
  return {};
}

export const networkInterfaceOperations: Record<string, Operation> = {
  CreateNetworkInterface: create,
  DeleteNetworkInterface: remove,
  ModifyNetworkInterfaceAttribute: modify,
  AttachNetworkInterface: attach,
  DetachNetworkInterface: detach,
};
