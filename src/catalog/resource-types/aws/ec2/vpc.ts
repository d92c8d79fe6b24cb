import { call, defineResourceType } from "#catalog/define.ts";

export default defineResourceType({
  type: "aws.ec2.vpc",
  title: "VPC",
  category: "network",
  client: "ec2",
  scope: "regional",
  list: call("DescribeVpcs", { items: "Vpcs" }),
  id: "VpcId",
  arn: "arn:{partition}:ec2:{region}:{account}:vpc/{VpcId}",
  tags: "Tags",
  events: {
    CreateVpc: "responseElements.vpc.vpcId",
    CreateDefaultVpc: "responseElements.vpc.vpcId",
    DeleteVpc: "requestParameters.vpcId",
    ModifyVpcAttribute: "requestParameters.vpcId",
    AssociateVpcCidrBlock: "requestParameters.AssociateVpcCidrBlockRequest.VpcId",
    CreateTags: "requestParameters.resourcesSet.items[].resourceId",
    DeleteTags: "requestParameters.resourcesSet.items[].resourceId",
  },
});
