// Tags written for other services: each by the service's own operation, with the caller's permission for that too.
import { AwsFault, type Call, type ServiceDefinition } from "../../operation.ts";
import { actionOf } from "../../policy/actions.ts";
import { apiOf } from "../../wire/api.ts";

type TagMap = Record<string, string>;
interface Request {
  operation: string;
  input: Record<string, unknown>;
}
interface Writer {
  client: string;
  tag(arn: string, tags: TagMap): Request;
  untag(arn: string, keys: string[]): Request;
}

const listOf = (tags: TagMap, [key, value] = ["Key", "Value"]) =>
  Object.entries(tags).map(([name, text]) => ({ [key ?? "Key"]: name, [value ?? "Value"]: text }));
const lastOf = (arn: string) => arn.slice(Math.max(arn.lastIndexOf("/"), arn.lastIndexOf(":")) + 1);

interface Style {
  tag?: string;
  untag?: string;
  tags?: string;
  keys?: string;
  form?: "list" | "lower" | "map";
  /** What the service calls the resource; its ARN unless told. */
  name?: (arn: string) => unknown;
  /** Untagging takes tags without values. */
  takesPairs?: boolean;
  more?: object;
}

/** Two operations that take the resource in `member`. */
function by(client: string, member: string, style: Style = {}): Writer {
  const { tag = "TagResource", untag = "UntagResource", form = "list", more, name = (arn) => arn } = style;
  const { tags = "Tags", keys = "TagKeys" } = style;
  const shown = (given: TagMap) =>
    form === "map" ? given : listOf(given, form === "lower" ? ["key", "value"] : undefined);
  return {
    client,
    tag: (arn, given) => ({
      operation: tag,
      input: { [member]: name(arn), [tags]: shown(given), ...more },
    }),
    untag: (arn, gone) => ({
      operation: untag,
      input: {
        [member]: name(arn),
        [keys]: style.takesPairs ? gone.map((Key) => ({ Key })) : gone,
        ...more,
      },
    }),
  };
}

const lowerMap: Style = { tags: "tags", keys: "tagKeys", form: "map" };
const lowerList: Style = { tags: "tags", keys: "tagKeys", form: "lower" };
const addTags: Style = { tag: "AddTags", untag: "RemoveTags" };

/** By the service in the ARN. */
const writers: Record<string, Writer> = {
  ec2: by("ec2", "Resources", {
    tag: "CreateTags",
    untag: "DeleteTags",
    keys: "Tags",
    takesPairs: true,
    name: (arn) => [lastOf(arn)],
  }),
  dynamodb: by("dynamodb", "ResourceArn"),
  ecr: by("ecr", "resourceArn", { tags: "tags", keys: "tagKeys" }),
  secretsmanager: by("secrets-manager", "SecretId"),
  elasticloadbalancing: by("elastic-load-balancing-v2", "ResourceArns", { ...addTags, name: (arn) => [arn] }),
  "access-analyzer": by("accessanalyzer", "resourceArn", lowerMap),
  securityhub: by("securityhub", "ResourceArn", { form: "map" }),
  config: by("config-service", "ResourceArn"),
  ssm: by("ssm", "ResourceId", {
    tag: "AddTagsToResource",
    untag: "RemoveTagsFromResource",
    name: (arn) => arn.slice(arn.indexOf(":parameter") + ":parameter".length).replace(/^\/([^/]*)$/, "$1"),
    more: { ResourceType: "Parameter" },
  }),
  elasticfilesystem: by("efs", "ResourceId", { name: lastOf }),
  sns: by("sns", "ResourceArn"),
  logs: by("cloudwatch-logs", "resourceArn", lowerMap),
  cloudwatch: by("cloudwatch", "ResourceARN"),
  eks: by("eks", "resourceArn", lowerMap),
  ecs: by("ecs", "resourceArn", lowerList),
  es: by("opensearch", "ARN", { ...addTags, tags: "TagList" }),
  elasticache: by("elasticache", "ResourceName", {
    tag: "AddTagsToResource",
    untag: "RemoveTagsFromResource",
  }),
  acm: by("acm", "CertificateArn", {
    tag: "AddTagsToCertificate",
    untag: "RemoveTagsFromCertificate",
    keys: "Tags",
    takesPairs: true,
  }),
  wafv2: by("wafv2", "ResourceARN"),
  backup: by("backup", "ResourceArn", { keys: "TagKeyList", form: "map" }),
  apigateway: by("api-gateway", "resourceArn", lowerMap),
  guardduty: by("guardduty", "ResourceArn", { form: "map" }),
  redshift: by("redshift", "ResourceName", { tag: "CreateTags", untag: "DeleteTags" }),
  lambda: by("lambda", "Resource", { form: "map" }),
  rds: by("rds", "ResourceName", { tag: "AddTagsToResource", untag: "RemoveTagsFromResource" }),
  events: by("eventbridge", "ResourceARN"),
  cloudtrail: {
    client: "cloudtrail",
    tag: (ResourceId, tags) => ({ operation: "AddTags", input: { ResourceId, TagsList: listOf(tags) } }),
    untag: (ResourceId, keys) => ({
      operation: "RemoveTags",
      input: { ResourceId, TagsList: keys.map((Key) => ({ Key })) },
    }),
  },
  kms: {
    client: "kms",
    tag: (KeyId, tags) => ({
      operation: "TagResource",
      input: { KeyId, Tags: listOf(tags, ["TagKey", "TagValue"]) },
    }),
    untag: (KeyId, TagKeys) => ({ operation: "UntagResource", input: { KeyId, TagKeys } }),
  },
  cloudfront: {
    client: "cloudfront",
    tag: (Resource, tags) => ({
      operation: "TagResource",
      input: { Resource, Tags: { Items: listOf(tags) } },
    }),
    untag: (Resource, Items) => ({ operation: "UntagResource", input: { Resource, TagKeys: { Items } } }),
  },
  route53: {
    client: "route-53",
    tag: (arn, tags) => ({
      operation: "ChangeTagsForResource",
      input: { ResourceType: "hostedzone", ResourceId: lastOf(arn), AddTags: listOf(tags) },
    }),
    untag: (arn, RemoveTagKeys) => ({
      operation: "ChangeTagsForResource",
      input: { ResourceType: "hostedzone", ResourceId: lastOf(arn), RemoveTagKeys },
    }),
  },
  sqs: {
    client: "sqs",
    tag: (arn, Tags) => ({ operation: "TagQueue", input: { QueueUrl: queueUrl(arn), Tags } }),
    untag: (arn, TagKeys) => ({ operation: "UntagQueue", input: { QueueUrl: queueUrl(arn), TagKeys } }),
  },
};

function queueUrl(arn: string): string {
  const [, , , region, accountId, name] = arn.split(":");
  return `https://sqs.${region}.amazonaws.com/${accountId}/${name}`;
}

export interface Failure {
  StatusCode: number;
  ErrorCode: string;
  ErrorMessage: string;
}

/** How writing a resource's tags failed; undefined if it did not. */
export async function failureOf(
  call: Call,
  arn: string,
  request: (writer: Writer) => Request,
): Promise<Failure | undefined> {
  const writer = writers[arn.split(":")[2] ?? ""];
  if (!writer) return failed(400, "InvalidParameterException", `Tagging is not supported for ${arn}`);
  try {
    await carryOut(call, writer.client, request(writer));
    return undefined;
  } catch (error) {
    if (!(error instanceof AwsFault)) throw error;
    return failed(error.status, error.code, error.message);
  }
}

const failed = (StatusCode: number, ErrorCode: string, ErrorMessage: string): Failure => ({
  StatusCode,
  ErrorCode,
  ErrorMessage,
});

/** Loaded when first written to; not through services.ts, which loads this file. */
const services: Record<string, () => Promise<ServiceDefinition>> = {
  accessanalyzer: async () => (await import("../accessanalyzer.ts")).accessanalyzer,
  acm: async () => (await import("../acm.ts")).acm,
  "api-gateway": async () => (await import("../api-gateway.ts")).apiGateway,
  backup: async () => (await import("../backup.ts")).backup,
  cloudfront: async () => (await import("../cloudfront.ts")).cloudfront,
  cloudtrail: async () => (await import("../cloudtrail.ts")).cloudtrail,
  cloudwatch: async () => (await import("../cloudwatch.ts")).cloudwatch,
  "cloudwatch-logs": async () => (await import("../cloudwatch-logs.ts")).cloudwatchLogs,
  "config-service": async () => (await import("../config-service.ts")).configService,
  dynamodb: async () => (await import("../dynamodb.ts")).dynamodb,
  ec2: async () => (await import("../ec2.ts")).ec2,
  ecr: async () => (await import("../ecr.ts")).ecr,
  ecs: async () => (await import("../ecs.ts")).ecs,
  efs: async () => (await import("../efs.ts")).efs,
  eks: async () => (await import("../eks.ts")).eks,
  "elastic-load-balancing-v2": async () =>
    (await import("../elastic-load-balancing-v2.ts")).elasticLoadBalancingV2,
  elasticache: async () => (await import("../elasticache.ts")).elasticache,
  eventbridge: async () => (await import("../eventbridge.ts")).eventbridge,
  guardduty: async () => (await import("../guardduty.ts")).guardduty,
  kms: async () => (await import("../kms.ts")).kms,
  lambda: async () => (await import("../lambda.ts")).lambda,
  opensearch: async () => (await import("../opensearch.ts")).opensearch,
  rds: async () => (await import("../rds.ts")).rds,
  redshift: async () => (await import("../redshift.ts")).redshift,
  "route-53": async () => (await import("../route-53.ts")).route53,
  "secrets-manager": async () => (await import("../secrets-manager.ts")).secretsManager,
  securityhub: async () => (await import("../securityhub.ts")).securityhub,
  sns: async () => (await import("../sns.ts")).sns,
  sqs: async () => (await import("../sqs.ts")).sqs,
  ssm: async () => (await import("../ssm.ts")).ssm,
  wafv2: async () => (await import("../wafv2.ts")).wafv2,
};

async function carryOut(call: Call, client: string, { operation: name, input }: Request): Promise<void> {
  const service = await services[client]?.();
  const api = apiOf(client);
  const operation = api?.operations.get(name);
  const run = service?.operations[name];
  if (!api || !operation || !run) throw new Error(`${client} ${name} is not implemented`);
  const acting = { ...call, input };
  const needed = service.permissions?.[name]?.(acting) ?? [
    { action: actionOf(api, operation, service.iamPrefix), resource: "*" },
  ];
  for (const permission of needed) {
    const policy = permission.policy ?? service.resourcePolicy?.(acting, permission);
    call.authorize?.(policy ? { ...permission, policy } : permission);
  }
  await run(acting);
}
