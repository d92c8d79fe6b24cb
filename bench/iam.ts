// How fast permissions are evaluated: evaluations per second of this process's CPU for 300 actions in 1,000 accounts
// with SecurityAudit, four levels of an organization and four service control policies at each; and what it keeps.
import { readFileSync } from "node:fs";
import type { Context } from "#iam/context.ts";
import { evaluate } from "#iam/evaluate.ts";
import type { AttachedPolicy, Layers, OrganizationLevel } from "#iam/layers.ts";
import { readPolicy } from "#iam/read-policy.ts";
import type { Request } from "#iam/request.ts";
import { roleContext } from "#iam/role-context.ts";
import type { BenchmarkOptions, Figure } from "./figure.ts";

const actionCount = 300;
const regions = ["eu-west-1", "us-east-1"];

export default async function run({ accounts = "1000" }: BenchmarkOptions): Promise<Figure[]> {
  const audit = securityAudit();
  const actions = actionsOf(audit).slice(0, actionCount);
  const before = heapMb();
  const estate = Array.from({ length: Number(accounts) }, (_, index) => accountOf(index, audit));
  for (const account of estate.slice(0, 20)) evaluateAll(account, actions);
  const started = process.cpuUsage();
  const counts = { allowed: 0, denied: 0, conditional: 0, unknown: 0 };
  for (const account of estate)
    for (const [verdict, count] of Object.entries(evaluateAll(account, actions)))
      counts[verdict as keyof typeof counts] += count;
  const { user, system } = process.cpuUsage(started);
  const evaluations = estate.length * actions.length * regions.length;
  return [
    {
      name: "iam.evaluations_per_cpu_second",
      measured: Math.round(evaluations / ((user + system) / 1e6)),
      atLeast: 100_000,
      unit: "evaluations/CPU-s",
      note: `${evaluations} evaluations: ${JSON.stringify(counts)}`,
    },
    {
      name: "iam.allowed_share",
      measured: Math.round((100 * counts.allowed) / evaluations),
      atLeast: 10,
      unit: "%",
    },
    {
      name: "iam.heap",
      measured: Math.round(heapMb() - before),
      atMost: 200,
      unit: "MB",
      note: `layers and contexts of ${estate.length} accounts and all compiled documents`,
    },
  ];
}

interface Account {
  layers: Layers;
  contexts: Context[];
  base: Omit<Request, "action" | "context">;
}

function accountOf(index: number, audit: AttachedPolicy): Account {
  const accountId = String(100_000_000_000 + index);
  const roleArn = `arn:aws:iam::${accountId}:role/Skywarden-Harvest-Member-Role`;
  const session = {
    roleArn,
    roleId: null,
    sessionName: "Skywarden",
    accountId,
    tags: [],
    sourceIps: ["203.0.113.7"],
  };
  const at = new Date("2026-11-22T10:00:00Z");
  const organization = { organizationId: "o-ours", path: "o-ours/r-ab12/ou-ab12-prod/ou-ab12-pay/" };
  return {
    layers: {
      identity: [audit],
      boundary: null,
      session: null,
      scp: ["r-ab12", "ou-ab12-prod", "ou-ab12-pay", accountId].map(level),
      rcp: "exempt",
      resource: null,
      endpoint: null,
      publicAccess: null,
    },
    contexts: regions.map((region) => roleContext({ ...session, organization, region, at })),
    base: {
      resource: "*",
      resourceAccountId: null,
      principal: {
        kind: "role-session",
        partition: "aws",
        accountId,
        roleArn,
        sessionName: "Skywarden",
        uniqueId: null,
      },
    },
  };
}

function evaluateAll({ layers, contexts, base }: Account, actions: readonly string[]) {
  const counts = { allowed: 0, denied: 0, conditional: 0, unknown: 0 };
  for (const context of contexts)
    for (const action of actions) counts[evaluate({ ...base, action, context }, layers).verdict]++;
  return counts;
}

/** Full access and three denies: by region, of what nobody may, unless a role of ours. */
function level(id: string, depth: number): OrganizationLevel {
  const attachedTo = { kind: "unit" as const, id, path: null };
  const scps = [
    { Effect: "Allow", Action: "*", Resource: "*" },
    {
      Sid: "DenyOtherRegions",
      Effect: "Deny",
      NotAction: [
        "iam:*",
        "organizations:*",
        "route53:*",
        "cloudfront:*",
        "sts:*",
        "support:*",
        `s3:List${depth}*`,
      ],
      Resource: "*",
      Condition: {
        StringNotEquals: { "aws:RequestedRegion": ["eu-west-1", "eu-central-1"] },
        ArnNotLike: { "aws:PrincipalArn": ["arn:aws:iam::*:role/breakglass"] },
      },
    },
    {
      Sid: "ProtectSecurity",
      Effect: "Deny",
      Action: [
        "guardduty:Delete*",
        "guardduty:Get*",
        "config:Delete*",
        "cloudtrail:StopLogging",
        `ec2:Describe${depth}*`,
      ],
      Resource: "*",
      Condition: { ArnNotLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/Skywarden-Harvest-*" } },
    },
    {
      Sid: "OnlyFromOurNetwork",
      Effect: "Deny",
      Action: ["s3:*", "kms:*", `sqs:Get${depth}*`],
      Resource: "*",
      Condition: { NotIpAddressIfExists: { "aws:SourceIp": ["203.0.113.0/24", "2001:db8::/32"] } },
    },
  ];
  return {
    attachedTo,
    policies: scps.map((statement, index) => attached(`scp-${index}`, statement, attachedTo)),
  };
}

function attached(
  name: string,
  statement: object,
  attachedTo: OrganizationLevel["attachedTo"],
): AttachedPolicy {
  return {
    name,
    arn: null,
    attachedTo,
    readAt: null,
    ...readPolicy({ Version: "2012-10-17", Statement: [statement] }),
  };
}

function securityAudit(): AttachedPolicy {
  const facts = new URL("../facts/managed-policies.json", import.meta.url);
  const { policies } = JSON.parse(readFileSync(facts, "utf8")) as {
    policies: { SecurityAudit: { arn: string; document: unknown } };
  };
  const { arn, document } = policies.SecurityAudit;
  const attachedTo = { kind: "principal" as const, id: "role", path: null };
  return { name: "SecurityAudit", arn, attachedTo, readAt: null, ...readPolicy(document) };
}

/** Every third that it lists without a wildcard. */
function actionsOf({ policy }: AttachedPolicy): string[] {
  if ("problems" in policy) throw new Error("SecurityAudit cannot be read");
  const all = policy.statements
    .flatMap(({ actions }) => actions.values)
    .filter((action) => !action.includes("*"));
  return all.filter((_, index) => index % 3 === 0).concat(all.filter((_, index) => index % 3 === 1));
}

function heapMb(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 1e6;
}
