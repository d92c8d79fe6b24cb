import { call, defineResourceType } from "#catalog/define.ts";

export default defineResourceType({
  type: "aws.rds.instance",
  title: "RDS instance",
  category: "database instance",
  client: "rds",
  scope: "regional",
  list: call("DescribeDBInstances", { items: "DBInstances" }),
  id: "DBInstanceIdentifier",
  name: "DBInstanceIdentifier",
  arn: "arn:{partition}:rds:{region}:{account}:db:{DBInstanceIdentifier}",
  createdAt: "InstanceCreateTime",
  tags: "TagList",
  // Moves every five minutes with the log backups.
  volatile: ["LatestRestorableTime", "PercentProgress", "StorageOperationPercentProgress"],
  sensitive: ["PendingModifiedValues.MasterUserPassword"],
  relations: {
    vpc: { to: "aws.ec2.vpc", by: "DBSubnetGroup.VpcId" },
    subnet: { to: "aws.ec2.subnet", by: "DBSubnetGroup.Subnets[].SubnetIdentifier" },
    securityGroup: { to: "aws.ec2.security-group", by: "VpcSecurityGroups[].VpcSecurityGroupId" },
    encryptedBy: { to: "aws.kms.key", by: "KmsKeyId" },
    monitoringRole: { to: "aws.iam.role", by: "MonitoringRoleArn" },
    role: { to: "aws.iam.role", by: "AssociatedRoles[].RoleArn" },
  },
  events: {
    CreateDBInstance: "responseElements.dBInstanceIdentifier",
    CreateDBInstanceReadReplica: "responseElements.dBInstanceIdentifier",
    RestoreDBInstanceFromDBSnapshot: "responseElements.dBInstanceIdentifier",
    RestoreDBInstanceToPointInTime: "responseElements.dBInstanceIdentifier",
    ModifyDBInstance: "requestParameters.dBInstanceIdentifier",
    PromoteReadReplica: "requestParameters.dBInstanceIdentifier",
    StartDBInstance: "requestParameters.dBInstanceIdentifier",
    StopDBInstance: "requestParameters.dBInstanceIdentifier",
    DeleteDBInstance: "requestParameters.dBInstanceIdentifier",
    AddTagsToResource: "requestParameters.resourceName",
    RemoveTagsFromResource: "requestParameters.resourceName",
  },
});
