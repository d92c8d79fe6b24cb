// What of other services the tagging API lists, by type: ARNs and tags. A resource that never had a tag is left out
// later; accounts are listed in the management account in us-east-1 only.
import type { Call } from "../../operation.ts";
import { organizationOf } from "../../organization.ts";
import { arnIn } from "../records.ts";

export interface Mapping {
  ResourceARN: string;
  Tags: { Key: string; Value: string }[];
}

export type Lister = (call: Call) => Mapping[];

const listOf = (record: Record<string, string>) =>
  Object.entries(record).map(([Key, Value]) => ({ Key, Value }));

function accounts(call: Call): Mapping[] {
  const view = organizationOf(call.world);
  if (!view || call.accountId !== call.world.managementAccountId || call.region !== "us-east-1") return [];
  const { partition } = call.world;
  return view.accounts.list().map(({ Id, tags }) => ({
    ResourceARN: `arn:${partition}:organizations::${call.accountId}:account/${view.self.Id}/${Id}`,
    Tags: listOf(tags),
  }));
}

interface Ec2Tagged {
  Tags?: Mapping["Tags"];
}

const ec2 =
  (type: string, idMember: string, kind = type): Lister =>
  ({ world, accountId, region }) =>
    world
      .collection<Ec2Tagged & Record<string, unknown>>({ accountId, region }, `ec2:${kind}`)
      .list()
      .map((each) => ({
        ResourceARN: `arn:${world.partition}:ec2:${region}:${accountId}:${type}/${String(each[idMember])}`,
        Tags: each.Tags ?? [],
      }));

const rds =
  (kind: string, arn: string): Lister =>
  ({ world, accountId, region }) =>
    world
      .collection<{ TagList?: Mapping["Tags"] } & Record<string, unknown>>(
        { accountId, region },
        `rds:${kind}`,
      )
      .list()
      .map((each) => ({ ResourceARN: String(each[arn]), Tags: each.TagList ?? [] }));

type Kept = { tagMap: Record<string, string> } & Record<string, unknown>;

/** Services that keep tags beside the record in `tagMap`. Global ones are listed in us-east-1. */
const kept =
  (kind: string, arn: string | ((record: Kept, call: Call) => string), isGlobal = false): Lister =>
  (call) => {
    const { world, accountId, region } = call;
    if (isGlobal && region !== "us-east-1") return [];
    return world
      .collection<Kept>({ accountId, region: isGlobal ? "global" : region }, kind)
      .list()
      .map((each) => ({
        ResourceARN: typeof arn === "string" ? String(each[arn]) : arn(each, call),
        Tags: listOf(each.tagMap),
      }));
  };

export const listers: Record<string, Lister> = {
  "organizations:account": accounts,
  "ec2:elastic-ip": ec2("elastic-ip", "AllocationId", "address"),
  "ec2:image": ec2("image", "ImageId"),
  "ec2:instance": ec2("instance", "InstanceId"),
  "ec2:internet-gateway": ec2("internet-gateway", "InternetGatewayId"),
  "ec2:key-pair": ec2("key-pair", "KeyPairId"),
  "ec2:launch-template": ec2("launch-template", "LaunchTemplateId"),
  "ec2:natgateway": ec2("natgateway", "NatGatewayId", "nat-gateway"),
  "ec2:network-acl": ec2("network-acl", "NetworkAclId"),
  "ec2:route-table": ec2("route-table", "RouteTableId"),
  "ec2:security-group": ec2("security-group", "GroupId"),
  "ec2:snapshot": ec2("snapshot", "SnapshotId"),
  "ec2:subnet": ec2("subnet", "SubnetId"),
  "ec2:volume": ec2("volume", "VolumeId"),
  "ec2:vpc": ec2("vpc", "VpcId"),
  "ec2:vpc-endpoint": ec2("vpc-endpoint", "VpcEndpointId"),
  "ec2:vpc-flow-log": ec2("vpc-flow-log", "FlowLogId", "flow-log"),
  "dynamodb:table": kept("dynamodb:table", "TableArn"),
  "ecr:repository": kept("ecr:repository", "repositoryArn"),
  "secretsmanager:secret": kept("secrets-manager:secret", "ARN"),
  "elasticloadbalancing:loadbalancer": (call) => [
    ...kept("elbv2:load-balancer", "LoadBalancerArn")(call),
    ...kept("elb:load-balancer", "arn")(call),
  ],
  "elasticloadbalancing:targetgroup": kept("elbv2:target-group", "TargetGroupArn"),
  "elasticloadbalancing:listener": kept("elbv2:listener", "ListenerArn"),
  "access-analyzer:analyzer": kept("accessanalyzer:analyzer", "arn"),
  "securityhub:hub": kept("securityhub:hub", "HubArn"),
  "config:config-rule": kept("config:rule", "ConfigRuleArn"),
  "ssm:parameter": kept("ssm:parameter", "ARN"),
  "elasticfilesystem:file-system": kept("efs:file-system", "FileSystemArn"),
  "elasticfilesystem:access-point": kept("efs:access-point", "AccessPointArn"),
  "sqs:queue": ({ world, accountId, region }) =>
    world
      .collection<{ name: string; tags: Record<string, string> }>({ accountId, region }, "sqs:queue")
      .list()
      .map(({ name, tags }) => ({
        ResourceARN: `arn:${world.partition}:sqs:${region}:${accountId}:${name}`,
        Tags: listOf(tags),
      })),
  "sns:topic": ({ world, accountId, region }) =>
    world
      .collection<{ name: string; tags: Mapping["Tags"] }>({ accountId, region }, "sns:topic")
      .list()
      .map(({ name, tags }) => ({
        ResourceARN: `arn:${world.partition}:sns:${region}:${accountId}:${name}`,
        Tags: tags,
      })),
  "logs:log-group": ({ world, accountId, region }) =>
    world
      .collection<{ name: string; tags: Record<string, string> }>({ accountId, region }, "logs:group")
      .list()
      .map(({ name, tags }) => ({
        ResourceARN: `arn:${world.partition}:logs:${region}:${accountId}:log-group:${name}`,
        Tags: listOf(tags),
      })),
  "cloudwatch:alarm": ({ world, accountId, region }) =>
    world
      .collection<{ alarm: { AlarmArn?: string }; tags: Mapping["Tags"] }>(
        { accountId, region },
        "cloudwatch:alarm",
      )
      .list()
      .map(({ alarm, tags }) => ({ ResourceARN: alarm.AlarmArn ?? "", Tags: tags })),
  "eks:cluster": kept("eks:cluster", "arn"),
  "ecs:cluster": kept("ecs:cluster", "clusterArn"),
  "ecs:service": kept("ecs:service", "serviceArn"),
  "ecs:task-definition": kept("ecs:task-definition", "taskDefinitionArn"),
  "es:domain": kept("opensearch:domain", "ARN"),
  "elasticache:replicationgroup": kept("elasticache:replication-group", "ARN"),
  "elasticache:cluster": kept("elasticache:cluster", "ARN"),
  "acm:certificate": kept("acm:certificate", "CertificateArn"),
  "cloudfront:distribution": kept("cloudfront:distribution", "ARN", true),
  "wafv2:regional": kept("wafv2:web-acl", "ARN"),
  "backup:backup-vault": kept("backup:vault", "BackupVaultArn"),
  "backup:backup-plan": kept("backup:plan", "BackupPlanArn"),
  "apigateway:restapis": kept(
    "apigateway:rest-api",
    ({ id }, call) => `arn:${call.world.partition}:apigateway:${call.region}::/restapis/${id}`,
  ),
  "guardduty:detector": kept("guardduty:detector", ({ DetectorId }, call) =>
    arnIn(call, "guardduty", `detector/${DetectorId}`),
  ),
  "redshift:cluster": kept("redshift:cluster", ({ ClusterIdentifier }, call) =>
    arnIn(call, "redshift", `cluster:${ClusterIdentifier}`),
  ),
  "route53:hostedzone": kept(
    "route53:hosted-zone",
    ({ Id }, call) => `arn:${call.world.partition}:route53:::hostedzone/${Id}`,
    true,
  ),
  "lambda:function": ({ world, accountId, region }) =>
    world
      .collection<{ configuration: { FunctionArn?: string }; tags: Record<string, string> }>(
        { accountId, region },
        "lambda:function",
      )
      .list()
      .map((each) => ({ ResourceARN: each.configuration.FunctionArn ?? "", Tags: listOf(each.tags) })),
  "kms:key": ({ world, accountId, region }) =>
    world
      .collection<{ metadata: { Arn?: string }; tags: { TagKey: string; TagValue: string }[] }>(
        { accountId, region },
        "kms:key",
      )
      .list()
      .map(({ metadata, tags }) => ({
        ResourceARN: metadata.Arn ?? "",
        Tags: tags.map(({ TagKey, TagValue }) => ({ Key: TagKey, Value: TagValue })),
      })),
  "cloudtrail:trail": ({ world, accountId, region }) =>
    world
      .collection<{ trail: { TrailARN?: string; HomeRegion?: string }; tags: Mapping["Tags"] }>(
        { accountId, region: "global" },
        "cloudtrail:trail",
      )
      .list()
      .filter(({ trail }) => trail.HomeRegion === region)
      .map(({ trail, tags }) => ({ ResourceARN: trail.TrailARN ?? "", Tags: tags })),
  s3: ({ world, accountId, region }) =>
    world
      .collection<{ Name: string; region: string; tags: Partial<Mapping["Tags"][number]>[] }>(
        { accountId, region: "global" },
        "s3:bucket",
      )
      .list()
      .filter((bucket) => bucket.region === region)
      .map(({ Name, tags }) => ({
        ResourceARN: `arn:${world.partition}:s3:::${Name}`,
        Tags: tags.map(({ Key = "", Value = "" }) => ({ Key, Value })),
      })),
  "rds:db": rds("instance", "DBInstanceArn"),
  "rds:cluster": rds("cluster", "DBClusterArn"),
  "rds:snapshot": rds("snapshot", "DBSnapshotArn"),
  "rds:cluster-snapshot": rds("cluster-snapshot", "DBClusterSnapshotArn"),
  "rds:pg": rds("parameter-group", "DBParameterGroupArn"),
  "rds:subgrp": rds("subnet-group", "DBSubnetGroupArn"),
};
