// The demo's "Try it": steps that change the simulated world while one watches. There are none outside of the demo.
import Type, { type Static } from "typebox";
import { cloudStates } from "#model/cloud.ts";
import { score } from "./inventory.ts";
import { defineRoute, instant, literals, nullable } from "./route.ts";

export const demoSteps = ["named-exception", "missed-exception", "account", "role"] as const;
export type DemoStep = (typeof demoSteps)[number];

export const demoActs = [
  "attach",
  "fix",
  "detach",
  "create",
  "move",
  "move-back",
  "close",
  "break",
  "mend",
] as const;
export type DemoAct = (typeof demoActs)[number];

const stage = Type.Object({
  state: literals(["waiting", "running", "done", "failed"]),
  done: Type.Integer(),
  total: nullable(Type.Integer()),
  /** What a failed one says. */
  error: nullable(Type.String()),
});

const scores = Type.Object({ estate: score, cloud: score });
export type DemoScores = Static<typeof scores>;

const step = Type.Object({
  id: literals(demoSteps),
  /** As the simulated world is now. */
  state: literals(["untouched", "attached", "fixed", "created", "moved", "closed", "broken"]),
  /** What can be done now; the way back is the last. */
  acts: Type.Array(literals(demoActs)),
  /** The account that it is about; null: none yet. */
  account: nullable(Type.Object({ id: Type.String(), name: Type.String(), unitId: nullable(Type.String()) })),
  /** null: Skywarden does not know the account yet. */
  cloud: nullable(
    Type.Object({
      id: Type.String(),
      name: Type.String(),
      state: literals(cloudStates),
      reason: nullable(Type.String()),
      path: nullable(Type.String()),
    }),
  ),
  /** The service control policy; null: there is none. */
  policy: nullable(Type.Object({ id: Type.String(), name: Type.String(), document: Type.Unknown() })),
  /** The permission that shows it. */
  shownBy: nullable(Type.Object({ action: Type.String(), region: Type.String() })),
  /** null: nothing was done yet. */
  progress: nullable(
    Type.Object({
      act: literals(demoActs),
      at: instant,
      by: Type.String(),
      /** null: no sync sees it. */
      synced: nullable(stage),
      /** null: nothing is harvested for it. */
      harvested: nullable(stage),
    }),
  ),
  /** Score and freshness before it was done, and now; null: the step is not about them. */
  scores: nullable(Type.Object({ before: nullable(scores), now: scores })),
});

export const getDemo = defineRoute({
  name: "getDemo",
  method: "GET",
  path: "/demo",
  summary: "Demo only: the steps of Try it as the simulated world is now",
  permission: "organizations:write",
  response: Type.Object({
    /** null: the simulated organization is not connected yet, and there are no steps. */
    organizationId: nullable(Type.String()),
    steps: Type.Array(step),
  }),
});

export const takeDemoStep = defineRoute({
  name: "takeDemoStep",
  method: "POST",
  path: "/demo/steps/:step",
  summary: "Demo only: change the simulated world, then sync and harvest what it touches",
  permission: "organizations:write",
  params: Type.Object({ step: literals(demoSteps) }, { additionalProperties: false }),
  body: Type.Object(
    {
      act: literals(demoActs),
      /** With "fix": the hash of the document that the shown change is for. */
      hash: Type.Optional(Type.String({ maxLength: 64 })),
    },
    { additionalProperties: false },
  ),
  response: Type.Object({ jobId: Type.String() }),
});
