// What the demo's "Try it" needs of the simulated world. The demo fills it (cli/demo/try-it); nobody else has one.
import type { DemoAct, DemoStep } from "#contract/demo.ts";

export interface StepInWorld {
  id: DemoStep;
  state: "untouched" | "attached" | "fixed" | "created" | "moved" | "closed" | "broken";
  /** What can be done now. */
  acts: DemoAct[];
  /** `name`, `unitId`: where the step is about them. */
  account: { id: string; name: string | null; unitId: string | null } | null;
  policy: { id: string; name: string; document: unknown } | null;
  /** The permission that shows it. */
  shownBy: { action: string; region: string } | null;
  /** Whether a sync of the organization sees an act; and whether a harvest of the account does, after it. */
  isSynced: boolean;
  isHarvested: boolean;
  /** Whether it is about the score. */
  isScored: boolean;
}

export interface ActInput {
  /** Of a fix: the very document that is to be in force. */
  document?: unknown;
}

export interface SimulatedWorld {
  managementAccountId: string;
  /** Members that stand for something else already and are left alone. */
  exceptAccountIds: readonly string[];
  /** `accountIds`: members that may be changed, in an order that does not change. */
  look(accountIds: readonly string[]): Promise<StepInWorld[]>;
  act(step: StepInWorld, act: DemoAct, input: ActInput): Promise<void>;
  /** Aborted when the server ends. */
  stopping: AbortSignal;
}

/** The simulator does not answer, or refuses what was asked of it. */
export class WorldRefused extends Error {
  readonly isAway: boolean;
  constructor(message: string, isAway: boolean, cause: unknown) {
    super(message, { cause });
    this.isAway = isAway;
  }
}
