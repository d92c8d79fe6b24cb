// Credentials of the install role as AWS's own services hand them out: to a machine, a container, a pod.
// Knows nothing of the endpoints that serve them.
import type { Simulation } from "../answer.ts";
import { iam, roleArnOf } from "../iam-lookup.ts";
import { issueSession, type TemporaryCredentials } from "../sessions.ts";
import type { IamRole } from "../shapes.ts";
import { installRoleName } from "../worlds/install-role.ts";

export interface ServedCredentials extends TemporaryCredentials {
  issuedAt: Date;
  roleArn: string;
}

/** The service that assumes the role for its caller, and how the session is called. */
export interface Assumer {
  servicePrincipal: string;
  sessionName: string;
}

/** The role of the hosting account, if it is there. */
export function hostRole({ world }: Simulation): IamRole | undefined {
  return iam(world, world.hostingAccountId).roles.get(installRoleName);
}

/** "untrusted": the role's trust policy does not name the service. */
export function issueFor(
  simulation: Simulation,
  { servicePrincipal, sessionName }: Assumer,
): ServedCredentials | "no-role" | "untrusted" {
  const { world, secret, now, settings } = simulation;
  const role = hostRole(simulation);
  if (!role) return "no-role";
  if (!trusts(role, servicePrincipal)) return "untrusted";
  const accountId = world.hostingAccountId;
  const issuedAt = now();
  const lifeMs = settings.metadata.credentialSeconds * 1000;
  const credentials = issueSession(secret, {
    accountId,
    roleName: role.RoleName,
    roleId: role.RoleId,
    sessionName,
    issuedAt: issuedAt.toISOString(),
    expiresAt: new Date(issuedAt.getTime() + lifeMs).toISOString(),
  });
  return { ...credentials, issuedAt, roleArn: roleArnOf(world, accountId, role) };
}

interface TrustStatement {
  Effect: string;
  Principal?: { Service?: string | string[] };
}

function trusts(role: IamRole, servicePrincipal: string): boolean {
  const { Statement } = JSON.parse(role.trustPolicy) as { Statement: TrustStatement | TrustStatement[] };
  return [Statement]
    .flat()
    .some(
      ({ Effect, Principal }) =>
        Effect === "Allow" && [Principal?.Service ?? []].flat().includes(servicePrincipal),
    );
}
