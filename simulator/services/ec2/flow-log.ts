// Flow logs: made for VPCs, subnets and interfaces, and deleted. Nothing is ever written to them.
import type { CreateFlowLogsRequest, DeleteFlowLogsRequest, FlowLog } from "@aws-sdk/client-ec2";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import type { Stored } from "../../stored.ts";
import { here, kept, tagsFrom } from "./describe.ts";
import { ec2Id } from "./ids.ts";

const flowLogs = kept<Stored<FlowLog>>({
  kind: "ec2:flow-log",
  noun: "flow log ID",
  notFound: "InvalidFlowLogId.NotFound",
});

const kinds: Record<string, [kind: string, notFound: string]> = {
  VPC: ["ec2:vpc", "InvalidVpcId.NotFound"],
  Subnet: ["ec2:subnet", "InvalidSubnetId.NotFound"],
  NetworkInterface: ["ec2:network-interface", "InvalidNetworkInterfaceID.NotFound"],
};

function fault(ResourceId: string, Code: string, Message: string) {
  return { ResourceId, Error: { Code, Message } };
}

/** Answers per resource: one that fails does not stop the others. */
function create(call: Call<CreateFlowLogsRequest>) {
  const { input } = call;
  const [kind, notFound] = kinds[input.ResourceType ?? ""] ?? [];
  if (!kind || !notFound)
    throw new AwsFault("InvalidParameterValue", `Invalid resource type: ${input.ResourceType}`);
  const LogDestinationType = input.LogDestinationType ?? "cloud-watch-logs";
  if (LogDestinationType === "cloud-watch-logs" && !input.DeliverLogsPermissionArn)
    throw new AwsFault(
      "InvalidParameter",
      "DeliverLogsPermissionArn can't be empty if LogDestinationType is cloud-watch-logs.",
    );
  const FlowLogIds: string[] = [];
  const Unsuccessful = [];
  for (const ResourceId of input.ResourceIds ?? []) {
    if (!call.world.collection(here(call), kind).get(ResourceId)) {
      Unsuccessful.push(fault(ResourceId, notFound, `The ID '${ResourceId}' does not exist`));
      continue;
    }
    const id = createOne(call, ResourceId, LogDestinationType);
    if (id) {
      FlowLogIds.push(id);
      continue;
    }
    const message = "There is an existing Flow Log with the same configuration and log destination.";
    Unsuccessful.push(fault(ResourceId, "FlowLogAlreadyExists", message));
  }
  return { ClientToken: input.ClientToken, FlowLogIds, Unsuccessful };
}

/** Its id; undefined where there is one like it. */
function createOne(
  call: Call<CreateFlowLogsRequest>,
  ResourceId: string,
  LogDestinationType: NonNullable<FlowLog["LogDestinationType"]>,
): string | undefined {
  const { input } = call;
  const LogGroupName = input.LogGroupName ?? input.LogDestination?.split(":log-group:")[1];
  const isTaken = flowLogs
    .list(call)
    .some(
      (each) =>
        each.ResourceId === ResourceId &&
        each.LogDestinationType === LogDestinationType &&
        (each.LogDestination ?? each.LogGroupName) === (input.LogDestination ?? LogGroupName),
    );
  if (isTaken) return undefined;
  const id = ec2Id("fl");
  flowLogs.put(call, id, {
    FlowLogId: id,
    FlowLogStatus: "ACTIVE",
    ResourceId,
    TrafficType: input.TrafficType ?? "ALL",
    LogDestinationType,
    ...(input.LogDestination ? { LogDestination: input.LogDestination } : {}),
    ...(LogDestinationType === "cloud-watch-logs" && LogGroupName ? { LogGroupName } : {}),
    ...(input.DeliverLogsPermissionArn ? { DeliverLogsPermissionArn: input.DeliverLogsPermissionArn } : {}),
    ...(input.LogFormat ? { LogFormat: input.LogFormat } : {}),
    DeliverLogsStatus: "SUCCESS",
    CreationTime: call.now.toISOString(),
    MaxAggregationInterval: input.MaxAggregationInterval ?? 600,
    Tags: tagsFrom(input.TagSpecifications, "vpc-flow-log"),
  });
  return id;
}

function remove(call: Call<DeleteFlowLogsRequest>) {
  for (const id of call.input.FlowLogIds ?? []) flowLogs.need(call, id);
  for (const id of call.input.FlowLogIds ?? []) flowLogs.delete(call, id);
  return { Unsuccessful: [] };
}

export const flowLogOperations: Record<string, Operation> = {
  CreateFlowLogs: create,
  DeleteFlowLogs: remove,
};
