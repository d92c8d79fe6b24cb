// The metadata service of an EC2 instance (IMDSv2): a session token first, then identity and the role's credentials.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html
import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Simulation } from "../answer.ts";
import { iamId } from "../ids.ts";
import { type MetadataAnswer, problem, text } from "./answers.ts";
import { hostRole, issueFor, type ServedCredentials } from "./role-credentials.ts";

const tokenPath = "/latest/api/token";
const ttlHeader = "x-aws-ec2-metadata-token-ttl-seconds";
const longestTtlSeconds = 21_600;
const keptTokens = 10_000;
const region = "us-east-1";

export type InstanceMetadata = (incoming: IncomingMessage, path: string) => MetadataAnswer;

export function openInstanceMetadata(simulation: Simulation): InstanceMetadata {
  const tokens = new Map<string, number>();
  const credentials = rotating(simulation);
  return (incoming, path) => {
    const nowMs = simulation.now().getTime();
    if (path === tokenPath) return newToken(incoming, tokens, nowMs);
    if (incoming.method !== "GET") return problem(405, "Method Not Allowed");
    const given = incoming.headers["x-aws-ec2-metadata-token"];
    const isGiven = typeof given === "string" && (tokens.get(given) ?? 0) > nowMs;
    if (given === undefined ? !simulation.settings.metadata.isV1Allowed : !isGiven)
      return problem(401, "Unauthorized");
    return read(simulation, credentials, path.replace(/^\/latest\//, ""));
  };
}

function newToken(incoming: IncomingMessage, tokens: Map<string, number>, nowMs: number): MetadataAnswer {
  if (incoming.method !== "PUT") return problem(405, "Method Not Allowed");
  // A token must not be fetched through a proxy that forwards for others.
  if (incoming.headers["x-forwarded-for"] !== undefined) return problem(403, "Forbidden");
  const ttl = String(incoming.headers[ttlHeader] ?? "");
  const seconds = Number(ttl);
  if (!/^\d+$/.test(ttl) || seconds < 1 || seconds > longestTtlSeconds) return problem(400, "Bad Request");
  if (tokens.size >= keptTokens) tokens.clear();
  const token = `${randomBytes(41).toString("base64url")}==`.slice(-56);
  tokens.set(token, nowMs + seconds * 1000);
  return { status: 200, headers: { "content-type": "text/plain", [ttlHeader]: ttl }, body: token };
}

type Rotating = () => ServedCredentials | "no-role" | "untrusted";

/** New ones are there at least five minutes before the old ones end; short lives get a quarter. */
function rotating(simulation: Simulation): Rotating {
  const { world } = simulation;
  let served: ServedCredentials | undefined;
  return () => {
    const lifeMs = simulation.settings.metadata.credentialSeconds * 1000;
    const leftMs = (served?.Expiration.getTime() ?? 0) - simulation.now().getTime();
    if (served && leftMs > Math.min(300_000, lifeMs / 4) && leftMs <= lifeMs) return served;
    const issued = issueFor(simulation, {
      servicePrincipal: "ec2.amazonaws.com",
      sessionName: instanceIdOf(world),
    });
    served = typeof issued === "string" ? undefined : issued;
    return issued;
  };
}

function instanceIdOf(world: Simulation["world"]): string {
  return `i-0${world.random("metadata", "instance").hex(16)}`;
}

function read(simulation: Simulation, credentials: Rotating, path: string): MetadataAnswer {
  const { world } = simulation;
  const role = hostRole(simulation);
  const credentialsPath = "meta-data/iam/security-credentials";
  switch (path) {
    case "meta-data":
    case "meta-data/":
      return text(["iam/", "instance-id", "placement/"].slice(role ? 0 : 1).join("\n"));
    case "meta-data/instance-id":
      return text(instanceIdOf(world));
    case "meta-data/placement/region":
      return text(region);
    case "meta-data/placement/availability-zone":
      return text(`${region}a`);
    case "dynamic/instance-identity/document":
      return document(identityDocument(simulation));
    case "meta-data/iam/info":
      return role ? document(profile(simulation, role.RoleName)) : problem(404, "Not Found");
    case credentialsPath:
    case `${credentialsPath}/`:
      return role ? text(role.RoleName) : problem(404, "Not Found");
    case `${credentialsPath}/${role?.RoleName}`:
      return roleDocument(simulation, credentials(), role?.RoleName ?? "");
    default:
      return problem(404, "Not Found");
  }
}

function roleDocument(
  { settings, now }: Simulation,
  served: ServedCredentials | "no-role" | "untrusted",
  roleName: string,
): MetadataAnswer {
  if (served === "no-role") return problem(404, "Not Found");
  if (served === "untrusted") {
    // The text is EC2's own.
    return document({
      Code: "AssumeRoleUnauthorizedAccess",
      Message: `EC2 cannot assume the role ${roleName}. Please see documentation at https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_iam-ec2.html#troubleshoot_iam-ec2_errors-info-doc.`,
      LastUpdated: seconds(now()),
    });
  }
  // Static stability: EC2 serves what it has and the credentials go on working, though their time has passed.
  const Expiration = settings.metadata.isStale ? new Date(now().getTime() - 60_000) : served.Expiration;
  return document({
    Code: "Success",
    LastUpdated: seconds(served.issuedAt),
    Type: "AWS-HMAC",
    AccessKeyId: served.AccessKeyId,
    SecretAccessKey: served.SecretAccessKey,
    Token: served.SessionToken,
    Expiration: seconds(Expiration),
  });
}

function profile({ world, now }: Simulation, roleName: string): object {
  return {
    Code: "Success",
    LastUpdated: seconds(now()),
    InstanceProfileArn: `arn:${world.partition}:iam::${world.hostingAccountId}:instance-profile/${roleName}`,
    InstanceProfileId: iamId("AIPA", world.random("metadata", "profile")),
  };
}

function identityDocument({ world }: Simulation): object {
  return {
    accountId: world.hostingAccountId,
    architecture: "x86_64",
    availabilityZone: `${region}a`,
    instanceId: instanceIdOf(world),
    instanceType: "t3.medium",
    pendingTime: seconds(world.bornAt),
    region,
    version: "2017-09-30",
  };
}

/** IMDS writes instants without milliseconds. */
const seconds = (at: Date) => at.toISOString().replace(/\.\d{3}Z$/, "Z");

function document(value: object): MetadataAnswer {
  // Indented and as plain text, as IMDS sends it.
  return text(JSON.stringify(value, undefined, 2));
}
