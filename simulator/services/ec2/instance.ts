// Instances: read as reservations, stopped, started, ended, and their metadata options.
import type {
  Instance,
  InstanceMetadataOptionsResponse,
  ModifyInstanceMetadataOptionsRequest,
  TerminateInstancesRequest,
} from "@aws-sdk/client-ec2";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import type { Stored } from "../../stored.ts";
import { type DescribedKind, type DescribeInput, describe, here, need } from "./describe.ts";
import type { StoredInstance } from "./instance-parts.ts";
import { runInstances } from "./run-instances.ts";
import type { StoredVolume } from "./volume.ts";

const instanceKind: DescribedKind = {
  kind: "ec2:instance",
  ids: "InstanceIds",
  noun: "instance ID",
  notFound: "InvalidInstanceID.NotFound",
  filters: {
    "instance-id": "InstanceId",
    "instance-state-name": "State.Name",
    "instance-state-code": "State.Code",
    "instance-type": "InstanceType",
    "image-id": "ImageId",
    "vpc-id": "VpcId",
    "subnet-id": "SubnetId",
    "availability-zone": "Placement.AvailabilityZone",
    "key-name": "KeyName",
    "ip-address": "PublicIpAddress",
    "private-ip-address": "PrivateIpAddress",
    "private-dns-name": "PrivateDnsName",
    "dns-name": "PublicDnsName",
    "iam-instance-profile.arn": "IamInstanceProfile.Arn",
    "iam-instance-profile.id": "IamInstanceProfile.Id",
    "instance.group-id": "SecurityGroups.GroupId",
    "instance.group-name": "SecurityGroups.GroupName",
    "group-id": "SecurityGroups.GroupId",
    "group-name": "SecurityGroups.GroupName",
    "block-device-mapping.volume-id": "BlockDeviceMappings.Ebs.VolumeId",
    "block-device-mapping.device-name": "BlockDeviceMappings.DeviceName",
    "network-interface.network-interface-id": "NetworkInterfaces.NetworkInterfaceId",
    "metadata-options.http-tokens": "MetadataOptions.HttpTokens",
    "metadata-options.http-endpoint": "MetadataOptions.HttpEndpoint",
    "monitoring-state": "Monitoring.State",
    "reservation-id": "ReservationId",
    "launch-time": "LaunchTime",
    architecture: "Architecture",
    platform: "Platform",
  },
};

const needInstance = (call: Call, id: string | undefined) =>
  need<StoredInstance>(
    call.world,
    here(call),
    instanceKind.kind,
    id,
    instanceKind.notFound,
    instanceKind.noun,
  );

const instances = (call: Call) => call.world.collection<StoredInstance>(here(call), instanceKind.kind);

interface ReservationShown {
  ReservationId: string;
  OwnerId: string;
  Groups: [];
  Instances: Stored<Instance>[];
}

function describeInstances(call: Call<DescribeInput & { InstanceIds?: string[] } & Record<string, unknown>>) {
  if (call.input.InstanceIds?.length && call.input.MaxResults !== undefined)
    throw new AwsFault(
      "InvalidParameterCombination",
      "The parameter instancesSet cannot be used with the parameter maxResults",
    );
  const { items, next } = describe<StoredInstance>(call, instanceKind);
  const reservations = new Map<string, ReservationShown>();
  for (const { ReservationId, ...instance } of items) {
    const reservation = reservations.get(ReservationId);
    if (reservation) reservation.Instances.push(instance);
    else
      reservations.set(ReservationId, {
        ReservationId,
        OwnerId: call.accountId,
        Groups: [],
        Instances: [instance],
      });
  }
  return { Reservations: [...reservations.values()], NextToken: next };
}

const states = { stopped: 80, terminated: 48, running: 16 } as const;
type State = keyof typeof states;

/** Moves each instance into the state; `allowed` are the states it may come from. */
function moveTo(call: Call<TerminateInstancesRequest>, state: State, allowed: string[], reason: string) {
  const found = (call.input.InstanceIds ?? []).map((id) => needInstance(call, id));
  const barred = found.find((each) => !allowed.includes(each.State?.Name ?? ""));
  if (barred)
    throw new AwsFault(
      "IncorrectInstanceState",
      `The instance '${barred.InstanceId}' is not in a state from which it can be ${state}.`,
    );
  return found.map((instance) => {
    const id = instance.InstanceId ?? "";
    const CurrentState = { Code: states[state], Name: state };
    const at = call.now.toISOString().replace("T", " ").slice(0, 19);
    instances(call).put(id, {
      ...instance,
      State: CurrentState,
      StateTransitionReason: reason ? `${reason} (${at} GMT)` : "",
    });
    return { InstanceId: id, CurrentState, PreviousState: instance.State };
  });
}

function terminateInstances(call: Call<TerminateInstancesRequest>) {
  for (const id of call.input.InstanceIds ?? []) {
    const { disableApiTermination } = needInstance(call, id) as { disableApiTermination?: boolean };
    if (disableApiTermination)
      throw new AwsFault(
        "OperationNotPermitted",
        `The instance '${id}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.`,
      );
  }
  const TerminatingInstances = moveTo(
    call,
    "terminated",
    ["running", "stopped", "terminated"],
    "User initiated",
  );
  for (const { InstanceId } of TerminatingInstances) releaseParts(call, needInstance(call, InstanceId));
  return { TerminatingInstances };
}

function releaseParts(call: Call, instance: StoredInstance): void {
  const volumes = call.world.collection<StoredVolume>(here(call), "ec2:volume");
  for (const { Ebs } of instance.BlockDeviceMappings ?? []) {
    const volume = volumes.get(Ebs?.VolumeId ?? "");
    if (!volume) continue;
    if (Ebs?.DeleteOnTermination) volumes.delete(volume.VolumeId ?? "");
    else volumes.put(volume.VolumeId ?? "", { ...volume, State: "available", Attachments: [] });
  }
  const interfaces = call.world.collection(here(call), "ec2:network-interface");
  for (const each of instance.NetworkInterfaces ?? []) interfaces.delete(each.NetworkInterfaceId ?? "");
  const { PublicIpAddress: _, ...left } = instance;
  instances(call).put(instance.InstanceId ?? "", {
    ...left,
    BlockDeviceMappings: [],
    NetworkInterfaces: [],
    SecurityGroups: [],
  });
}

function modifyMetadataOptions(call: Call<ModifyInstanceMetadataOptionsRequest>) {
  const {
    InstanceId,
    HttpTokens,
    HttpPutResponseHopLimit,
    HttpEndpoint,
    HttpProtocolIpv6,
    InstanceMetadataTags,
  } = call.input;
  const instance = needInstance(call, InstanceId);
  if (HttpPutResponseHopLimit !== undefined && (HttpPutResponseHopLimit < 1 || HttpPutResponseHopLimit > 64))
    throw new AwsFault("InvalidParameterValue", "HttpPutResponseHopLimit must be from 1 to 64");
  const given = Object.entries({
    HttpTokens,
    HttpPutResponseHopLimit,
    HttpEndpoint,
    HttpProtocolIpv6,
    InstanceMetadataTags,
  });
  const MetadataOptions: Stored<InstanceMetadataOptionsResponse> = {
    ...instance.MetadataOptions,
    ...Object.fromEntries(given.filter(([, value]) => value !== undefined)),
    State: "applied",
  };
  instances(call).put(InstanceId ?? "", { ...instance, MetadataOptions });
  return { InstanceId, InstanceMetadataOptions: { ...MetadataOptions, State: "pending" } };
}

export const instanceOperations: Record<string, Operation> = {
  DescribeInstances: describeInstances,
  RunInstances: runInstances,
  TerminateInstances: terminateInstances,
  StopInstances: (call) => ({
    StoppingInstances: moveTo(call, "stopped", ["running", "stopped"], "User initiated"),
  }),
  StartInstances: (call) => ({ StartingInstances: moveTo(call, "running", ["stopped", "running"], "") }),
  RebootInstances: (call: Call<TerminateInstancesRequest>) => {
    moveTo(call, "running", ["running"], "");
    return {};
  },
  ModifyInstanceMetadataOptions: modifyMetadataOptions,
};
