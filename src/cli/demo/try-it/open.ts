// "Try it" of the demo: what its steps look like in the simulated world, and the acts that change it, as the
// administrator of the simulated organization. Only for a server that the demo has started on a simulator.
import { type ActInput, type SimulatedWorld, type StepInWorld, WorldRefused } from "#api/simulated-world.ts";
import { isLoopback } from "#aws/endpoint.ts";
import type { DemoAct } from "#contract/demo.ts";
import { StartRefused } from "#model/problem.ts";
import { CallRefused, openAdministrator, type SimulatedOrganization } from "../administrator-access.ts";
import { changeAccount, creations, isOurs, lookAtAccount } from "./account-step.ts";
import { attachPolicy, changePolicy, detachPolicy, lookAtPolicies } from "./policy-steps.ts";
import { changeTrust, lookAtRole } from "./role-step.ts";

export const administratorVariable = "SKYWARDEN_DEMO_ADMINISTRATOR";

interface Told extends SimulatedOrganization {
  /** Members that stand for something else already and are left alone. */
  exceptAccountIds: string[];
}

/** What the demo hands to its server. */
export function administratorText(
  world: SimulatedOrganization & { scpDeniedAccountId: string; forgottenAccountId: string },
): string {
  const { endpoint, managementAccountId, accessKeyId, secretAccessKey } = world;
  const exceptAccountIds = [world.scpDeniedAccountId, world.forgottenAccountId];
  const told: Told = { endpoint, managementAccountId, accessKeyId, secretAccessKey, exceptAccountIds };
  return JSON.stringify(told);
}

/** null: nobody has handed anything over. Throws StartRefused where it is not for a simulator on loopback. */
export function openTryIt(
  /** The variable's. */
  text: string | undefined,
  { isSimulated, stopping }: { isSimulated: boolean; stopping: AbortSignal },
): (SimulatedWorld & { close(): Promise<void> }) | null {
  if (!text) return null;
  const told = toldBy(text);
  if (!isSimulated || told === null || !isOnLoopback(told.endpoint))
    throw new StartRefused(
      `${administratorVariable} is the demo's own, for a simulator on this machine; take it out of the environment.`,
    );
  const { managementAccountId, exceptAccountIds } = told;
  const administrator = openAdministrator(told);
  return {
    managementAccountId,
    exceptAccountIds,
    stopping,
    look: (accountIds) =>
      worldAnswers(async () => {
        const made = await creations(administrator, managementAccountId);
        // Apart from each other where there are enough of them, and the same each time.
        const there = accountIds.filter((id) => made.every(({ AccountId }) => AccountId !== id));
        const at = (share: number) => there[Math.floor(there.length * share)] ?? null;
        const [policies, account, role] = await Promise.all([
          lookAtPolicies(administrator, managementAccountId, [at(0.25), at(0.5)]),
          lookAtAccount(administrator, managementAccountId, made.filter(isOurs)),
          lookAtRole(administrator, at(0.75)),
        ]);
        return [...policies, account, role];
      }),
    act: (step, act, input) => worldAnswers(() => change(step, act, input)),
    close: administrator.close,
  };

  async function change(step: StepInWorld, act: DemoAct, { document }: ActInput): Promise<void> {
    const { policy, account } = step;
    if (step.id === "account") return changeAccount(administrator, managementAccountId, step, act);
    if (act === "attach") return attachPolicy(administrator, managementAccountId, step);
    if (act === "fix" && policy) return changePolicy(administrator, managementAccountId, policy.id, document);
    if (act === "detach" && policy) return detachPolicy(administrator, managementAccountId, policy.id);
    if ((act === "break" || act === "mend") && account) return changeTrust(administrator, account.id, act);
    throw new Error(`${step.id} has no act ${act}`);
  }
}

async function worldAnswers<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof CallRefused)
      throw new WorldRefused(cause.message, cause.error.reason === "unavailable", cause);
    throw cause;
  }
}

function toldBy(text: string): Told | null {
  try {
    return JSON.parse(text) as Told;
  } catch (cause) {
    if (cause instanceof SyntaxError) return null;
    throw cause;
  }
}

function isOnLoopback(endpoint: string): boolean {
  const host = URL.parse(endpoint)?.hostname;
  return host !== undefined && isLoopback(host);
}
