// The resources that event history finds a record by: what its parameters name.
const kinds: Record<string, string> = {
  bucketName: "AWS::S3::Bucket",
  roleName: "AWS::IAM::Role",
  userName: "AWS::IAM::User",
  groupName: "AWS::IAM::Group",
  policyArn: "AWS::IAM::Policy",
  instanceProfileName: "AWS::IAM::InstanceProfile",
  groupId: "AWS::EC2::SecurityGroup",
  instanceId: "AWS::EC2::Instance",
  vpcId: "AWS::EC2::VPC",
  subnetId: "AWS::EC2::Subnet",
  volumeId: "AWS::EC2::Volume",
  snapshotId: "AWS::EC2::Snapshot",
  functionName: "AWS::Lambda::Function",
  stackName: "AWS::CloudFormation::Stack",
  dBInstanceIdentifier: "AWS::RDS::DBInstance",
  trailARN: "AWS::CloudTrail::Trail",
  topicArn: "AWS::SNS::Topic",
  queueUrl: "AWS::SQS::Queue",
  queueName: "AWS::SQS::Queue",
  keyId: "AWS::KMS::Key",
  tableName: "AWS::DynamoDB::Table",
};

/** Names in these services are not IAM's. */
const iamOnly = new Set(["userName", "groupName", "roleName"]);

export function resourcesNamed(record: {
  eventSource: string;
  requestParameters?: unknown;
  responseElements?: unknown;
}): { ResourceType: string; ResourceName: string }[] {
  const found = new Map<string, { ResourceType: string; ResourceName: string }>();
  const isIam = record.eventSource === "iam.amazonaws.com";
  const look = (value: unknown, depth: number) => {
    if (typeof value !== "object" || value === null || depth > 5 || found.size >= 20) return;
    for (const [key, inner] of Object.entries(value)) {
      const ResourceType = iamOnly.has(key) && !isIam ? undefined : kinds[key];
      if (ResourceType && typeof inner === "string")
        found.set(`${ResourceType}|${inner}`, { ResourceType, ResourceName: inner });
      else look(inner, depth + 1);
    }
  };
  look(record.requestParameters, 0);
  look(record.responseElements, 0);
  return [...found.values()];
}
