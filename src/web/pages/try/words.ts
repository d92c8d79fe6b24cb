// What the steps are called and what they do. Pure.
import type { DemoAct } from "#contract/demo.ts";
import type { DemoStep } from "../../nouns.ts";

interface Text {
  title: string;
  does(step: DemoStep): string;
}

const where = ({ account }: DemoStep) => account?.name ?? "an account";

export const texts: Record<DemoStep["id"], Text> = {
  "named-exception": {
    title: "A policy that exempts Skywarden's role",
    does: (step) =>
      `Attaches a service control policy to ${where(step)} that denies ec2:DescribeVolumes to everybody but Skywarden's role. AWS's policy simulator warns, and is wrong.`,
  },
  "missed-exception": {
    title: "A policy that exempts another role",
    does: (step) =>
      `Attaches a service control policy to ${where(step)} that denies ec2:DescribeInstances to everybody but a role that nobody uses. Skywarden is really shut out, and says by which statement and what mends it.`,
  },
  account: {
    title: "An account that comes, moves and goes",
    does: () =>
      "Creates an account in the organization, moves it to another unit and closes it. The list of clouds follows by the sync. AWS takes no closing back: the next try makes another account.",
  },
  role: {
    title: "A role that breaks",
    does: (step) =>
      `Changes the trust of Skywarden's role in ${where(step)}, so that it cannot be assumed any more. What was known of the account goes stale; the score does not rise for it.`,
  },
};

export const actNames: Record<DemoAct, string> = {
  attach: "Attach the policy",
  fix: "Apply the fix",
  detach: "Detach the policy",
  create: "Create an account",
  move: "Move to another unit",
  "move-back": "Move back",
  close: "Close the account",
  break: "Break the role",
  mend: "Mend the role",
};

export const outcomes: Record<DemoStep["state"], string | null> = {
  untouched: null,
  attached: "Policy attached",
  fixed: "Policy attached, with the fix",
  created: "Account created",
  moved: "Account moved",
  closed: "Account closed",
  broken: "Role broken",
};

export const done: Record<DemoAct, string> = {
  attach: "Policy attached",
  fix: "Fix applied",
  detach: "Policy detached",
  create: "Account created",
  move: "Account moved",
  "move-back": "Account moved back",
  close: "Account closed",
  break: "Role broken",
  mend: "Role mended",
};
