import { call, defineResourceType } from "#catalog/define.ts";

export default defineResourceType({
  type: "aws.ec2.instance",
  title: "EC2 instance",
  category: "instance",
  client: "ec2",
  scope: "regional",
  list: call("DescribeInstances", { items: "Reservations[].Instances[]" }),
  id: "InstanceId",
  arn: "arn:{partition}:ec2:{region}:{account}:instance/{InstanceId}",
  createdAt: "LaunchTime",
  tags: "Tags",
  relations: {
    vpc: { to: "aws.ec2.vpc", by: "VpcId" },
    subnet: { to: "aws.ec2.subnet", by: "SubnetId" },
    securityGroup: { to: "aws.ec2.security-group", by: "SecurityGroups[].GroupId" },
    volume: { to: "aws.ec2.volume", by: "BlockDeviceMappings[].Ebs.VolumeId" },
    instanceProfile: { to: "aws.iam.instance-profile", by: "IamInstanceProfile.Arn" },
  },
  events: {
    RunInstances: "responseElements.instancesSet.items[].instanceId",
    StartInstances: "requestParameters.instancesSet.items[].instanceId",
    StopInstances: "requestParameters.instancesSet.items[].instanceId",
    TerminateInstances: "requestParameters.instancesSet.items[].instanceId",
    ModifyInstanceAttribute: "requestParameters.instanceId",
    ModifyInstanceMetadataOptions: "requestParameters.ModifyInstanceMetadataOptionsRequest.InstanceId",
    AssociateIamInstanceProfile: "requestParameters.AssociateIamInstanceProfileRequest.InstanceId",
    CreateTags: "requestParameters.resourcesSet.items[].resourceId",
    DeleteTags: "requestParameters.resourcesSet.items[].resourceId",
  },
});
