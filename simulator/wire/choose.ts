// Which API a request is for: the service its signature names, else X-Amz-Target, else Version and Action, else the path.
import type { WireRequest } from "./request.ts";

/** Signing names that are not the client's package name. */
const clients: Record<string, string> = {
  tagging: "resource-groups-tagging-api",
  monitoring: "cloudwatch",
  logs: "cloudwatch-logs",
  events: "eventbridge",
  autoscaling: "auto-scaling",
  config: "config-service",
  "access-analyzer": "accessanalyzer",
  secretsmanager: "secrets-manager",
  route53: "route-53",
  apigateway: "api-gateway",
  elasticfilesystem: "efs",
  es: "opensearch",
};

/** Versions of the query APIs, for requests that nobody signed. */
const versions: Record<string, string> = {
  "2011-06-15": "sts",
  "2010-05-08": "iam",
  "2016-11-15": "ec2",
  "2010-05-15": "cloudformation",
  "2014-10-31": "rds",
};

const targets: [prefix: string, client: string][] = [
  ["AWSOrganizations", "organizations"],
  ["TrentService", "kms"],
  ["CloudTrail", "cloudtrail"],
  ["com.amazonaws.cloudtrail", "cloudtrail"],
  ["ResourceGroupsTagging", "resource-groups-tagging-api"],
];

export function clientFor(request: WireRequest, signingName: string | undefined): string {
  if (signingName === "s3") return request.path.startsWith("/v20180820/") ? "s3-control" : "s3";
  if (signingName === "elasticloadbalancing") {
    return request.form?.get("Version") === "2012-06-01"
      ? "elastic-load-balancing"
      : "elastic-load-balancing-v2";
  }
  if (signingName) return clients[signingName] ?? signingName;
  const target = String(request.headers["x-amz-target"] ?? "");
  const named = targets.find(([prefix]) => target.startsWith(prefix));
  if (target && named) return named[1];
  const version = request.form?.get("Version");
  if (version) return versions[version] ?? "sts";
  if (request.path.startsWith("/2015-03-31/")) return "lambda";
  return request.path.startsWith("/v20180820/") ? "s3-control" : "s3";
}
