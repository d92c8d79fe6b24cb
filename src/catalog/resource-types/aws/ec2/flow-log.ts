import { call, defineResourceType } from "#catalog/define.ts";

export default defineResourceType({
  type: "aws.ec2.flow-log",
  title: "Flow log",
  category: "network log",
  client: "ec2",
  scope: "regional",
  list: call("DescribeFlowLogs", { items: "FlowLogs" }),
  id: "FlowLogId",
  arn: "arn:{partition}:ec2:{region}:{account}:vpc-flow-log/{FlowLogId}",
  createdAt: "CreationTime",
  tags: "Tags",
  relations: {
    recordsVpc: { to: "aws.ec2.vpc", by: "ResourceId", fits: "vpc-*" },
    recordsSubnet: { to: "aws.ec2.subnet", by: "ResourceId", fits: "subnet-*" },
    deliversAs: { to: "aws.iam.role", by: "DeliverLogsPermissionArn" },
    // A bucket may be followed by a folder ("arn:aws:s3:::logs/flow/"); the bucket's template ends at "/".
    deliversTo: { to: "aws.s3.bucket", by: "LogDestination", fits: "arn:*:s3:::*", anywhere: true },
  },
  events: {
    CreateFlowLogs: "responseElements.CreateFlowLogsResponse.flowLogIdSet.item[]",
    DeleteFlowLogs: "requestParameters.DeleteFlowLogsRequest.FlowLogId[].content",
    CreateTags: "requestParameters.resourcesSet.items[].resourceId",
    DeleteTags: "requestParameters.resourcesSet.items[].resourceId",
  },
});
