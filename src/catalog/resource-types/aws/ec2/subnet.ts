import { call, defineResourceType } from "#catalog/define.ts";

export default defineResourceType({
  type: "aws.ec2.subnet",
  title: "Subnet",
  category: "network",
  client: "ec2",
  scope: "regional",
  list: call("DescribeSubnets", { items: "Subnets" }),
  id: "SubnetId",
  arn: "arn:{partition}:ec2:{region}:{account}:subnet/{SubnetId}",
  tags: "Tags",
  // Moves with every instance that starts or stops.
  volatile: ["AvailableIpAddressCount"],
  relations: { vpc: { to: "aws.ec2.vpc", by: "VpcId" } },
  events: {
    CreateSubnet: "responseElements.subnet.subnetId",
    CreateDefaultSubnet: "responseElements.subnet.subnetId",
    DeleteSubnet: "requestParameters.subnetId",
    ModifySubnetAttribute: "requestParameters.subnetId",
    CreateTags: "requestParameters.resourcesSet.items[].resourceId",
    DeleteTags: "requestParameters.resourcesSet.items[].resourceId",
  },
});
