// The credentials endpoint of ECS tasks and of EKS Pod Identity: one GET with the token in the Authorization header.
import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Simulation } from "../answer.ts";
import { json, type MetadataAnswer } from "./answers.ts";
import { type Assumer, issueFor } from "./role-credentials.ts";
import { verifyWebIdentity } from "./web-identity.ts";

export const podAudience = "pods.eks.amazonaws.com";
export const containerPath = "/v1/credentials";

const task: Assumer = { servicePrincipal: "ecs-tasks.amazonaws.com", sessionName: "container" };
const pod: Assumer = { servicePrincipal: podAudience, sessionName: "pod" };

export function containerCredentials(
  simulation: Simulation,
  authorizationToken: string,
  incoming: IncomingMessage,
): MetadataAnswer {
  if (incoming.method !== "GET") return refusal(405, "MethodNotAllowed", "Only GET is served here.");
  const given = incoming.headers.authorization ?? "";
  const assumer = isSame(given, authorizationToken) ? task : isPod(simulation, given) ? pod : undefined;
  if (!assumer) return refusal(401, "AccessDeniedException", "The Authorization token is not valid.");
  const issued = issueFor(simulation, assumer);
  if (typeof issued === "string") {
    const reason = issued === "no-role" ? "is not there" : `does not trust ${assumer.servicePrincipal}`;
    return refusal(404, "ResourceNotFoundException", `The install role of the hosting account ${reason}.`);
  }
  return json({
    AccessKeyId: issued.AccessKeyId,
    SecretAccessKey: issued.SecretAccessKey,
    Token: issued.SessionToken,
    Expiration: issued.Expiration.toISOString(),
    RoleArn: issued.roleArn,
  });
}

/** A pod shows its service account's token for this audience. */
function isPod({ secret, now }: Simulation, token: string): boolean {
  const verified = verifyWebIdentity(secret, token, now());
  return !("problem" in verified) && [verified.claims.aud].flat().includes(podAudience);
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function refusal(status: number, code: string, message: string): MetadataAnswer {
  return json({ code, message }, status);
}
