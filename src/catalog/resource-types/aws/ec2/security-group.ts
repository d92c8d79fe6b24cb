import { call, defineResourceType } from "#catalog/define.ts";

export default defineResourceType({
  type: "aws.ec2.security-group",
  title: "Security group",
  category: "access list",
  client: "ec2",
  scope: "regional",
  list: call("DescribeSecurityGroups", { items: "SecurityGroups" }),
  id: "GroupId",
  name: "GroupName",
  arn: "arn:{partition}:ec2:{region}:{account}:security-group/{GroupId}",
  tags: "Tags",
  relations: {
    vpc: { to: "aws.ec2.vpc", by: "VpcId" },
    allowsFrom: { to: "aws.ec2.security-group", by: "IpPermissions[].UserIdGroupPairs[].GroupId" },
  },
  events: {
    CreateSecurityGroup: "responseElements.groupId",
    DeleteSecurityGroup: "requestParameters.groupId",
    AuthorizeSecurityGroupIngress: "requestParameters.groupId",
    AuthorizeSecurityGroupEgress: "requestParameters.groupId",
    RevokeSecurityGroupIngress: "requestParameters.groupId",
    RevokeSecurityGroupEgress: "requestParameters.groupId",
    ModifySecurityGroupRules: "requestParameters.ModifySecurityGroupRulesRequest.GroupId",
    CreateTags: "requestParameters.resourcesSet.items[].resourceId",
    DeleteTags: "requestParameters.resourcesSet.items[].resourceId",
  },
});
