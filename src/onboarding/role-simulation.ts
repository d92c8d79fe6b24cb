// What AWS's policy simulator says of a role when it is asked as most products ask it. It is kept to be shown beside
// our verdict; nothing is decided by it.
import type { RoleSimulation } from "#model/role-inspection.ts";
import type { RoleReader } from "./role-reading.ts";
import { simulateActions } from "./simulate-actions.ts";

export async function simulatedRole(
  { credentials, ...reader }: RoleReader,
  roleArn: string,
  actions: readonly string[],
): Promise<RoleSimulation> {
  const held = async () => ({ ok: true as const, credentials });
  const asked = { ...reader, credentials: held, calls: 0 };
  const answer = await simulateActions(asked, roleArn, actions, false);
  const at = new Date().toISOString();
  if (!answer.ok) {
    const { code, message } = answer.error;
    return { at, asked: actions.length, denied: [], error: { code, message } };
  }
  const denied = [...answer.value.values()].filter(({ decision }) => decision !== "allowed");
  return { at, asked: actions.length, denied, error: null };
}
