// The services that keep state, loaded when first called. A service is one file under services/.
import { withLists } from "./lists.ts";
import type { ServiceDefinition } from "./operation.ts";

const modules: Record<string, () => Promise<object>> = {
  account: () => import("./services/account.ts"),
  cloudformation: () => import("./services/cloudformation.ts"),
  cloudtrail: () => import("./services/cloudtrail.ts"),
  cloudwatch: () => import("./services/cloudwatch.ts"),
  "cloudwatch-logs": () => import("./services/cloudwatch-logs.ts"),
  ec2: () => import("./services/ec2.ts"),
  eventbridge: () => import("./services/eventbridge.ts"),
  iam: () => import("./services/iam.ts"),
  kms: () => import("./services/kms.ts"),
  lambda: () => import("./services/lambda.ts"),
  organizations: () => import("./services/organizations.ts"),
  rds: () => import("./services/rds.ts"),
  "resource-groups-tagging-api": () => import("./services/tagging.ts"),
  s3: () => import("./services/s3.ts"),
  "s3-control": () => import("./services/s3-control.ts"),
  sns: () => import("./services/sns.ts"),
  sqs: () => import("./services/sqs.ts"),
  sts: () => import("./services/sts.ts"),
  "secrets-manager": () => import("./services/secrets-manager.ts"),
  dynamodb: () => import("./services/dynamodb.ts"),
  ecr: () => import("./services/ecr.ts"),
  "elastic-load-balancing-v2": () => import("./services/elastic-load-balancing-v2.ts"),
  guardduty: () => import("./services/guardduty.ts"),
  securityhub: () => import("./services/securityhub.ts"),
  accessanalyzer: () => import("./services/accessanalyzer.ts"),
  "config-service": () => import("./services/config-service.ts"),
  ssm: () => import("./services/ssm.ts"),
  efs: () => import("./services/efs.ts"),
  eks: () => import("./services/eks.ts"),
  ecs: () => import("./services/ecs.ts"),
  opensearch: () => import("./services/opensearch.ts"),
  elasticache: () => import("./services/elasticache.ts"),
  redshift: () => import("./services/redshift.ts"),
  acm: () => import("./services/acm.ts"),
  cloudfront: () => import("./services/cloudfront.ts"),
  "route-53": () => import("./services/route-53.ts"),
  wafv2: () => import("./services/wafv2.ts"),
  "api-gateway": () => import("./services/api-gateway.ts"),
  backup: () => import("./services/backup.ts"),
  "auto-scaling": () => import("./services/auto-scaling.ts"),
  "elastic-load-balancing": () => import("./services/elastic-load-balancing.ts"),
};

const loaded = new Map<string, ServiceDefinition | undefined>();

export function loadedService(client: string): ServiceDefinition | undefined | "not-loaded" {
  if (loaded.has(client)) return loaded.get(client);
  return modules[client] ? "not-loaded" : undefined;
}

export async function loadService(client: string): Promise<ServiceDefinition | undefined> {
  const module = await modules[client]?.();
  const definition = Object.values(module ?? {}).find(isDefinition);
  if (module && !definition) throw new Error(`services/${client} exports no service definition`);
  const service = definition && withLists(definition);
  loaded.set(client, service);
  return service;
}

function isDefinition(value: unknown): value is ServiceDefinition {
  return typeof value === "object" && value !== null && "client" in value && "operations" in value;
}
