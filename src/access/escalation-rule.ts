// What a rule of escalation is, and how its literal is written.

/** What an action is asked on. */
export type NeedOn =
  /** The principal itself. */
  | "self"
  /** A managed policy of the account that hangs on it; a group that it is in. */
  | "own-policy"
  | "own-group"
  /** A group that may do everything. */
  | "administrators-group"
  /** The user or role whose permissions are won. */
  | "target"
  /** What runs as the role: a function, an instance. */
  | "holder"
  /** A user or role that does not exist yet; anything else. */
  | "new-user"
  | "new-role"
  | "anything";

export interface Need {
  action: string;
  on: NeedOn;
}

export interface EscalationRule {
  id: string;
  title: string;
  needs: readonly Need[];
  /** Whose permissions it gives. "administrator": everything in the account. */
  gives: "administrator" | "user" | "role" | "without-boundary";
  /** Only for these principals. */
  of?: "user" | "role";
  /** The role must trust it, and is passed to it. */
  service?: string;
  /** The role must be held by one of these. */
  holder?: "aws.lambda.function" | "aws.ec2.instance";
}

export function rule(
  id: string,
  title: string,
  gives: EscalationRule["gives"],
  needs: [action: string, on: NeedOn][],
  more: Partial<EscalationRule> = {},
): EscalationRule {
  return { id, title, gives, needs: needs.map(([action, on]) => ({ action, on })), ...more };
}

/** The role is handed to something new, which then acts as it. */
export function passed(id: string, title: string, service: string, ...actions: string[]): EscalationRule {
  const needs: [string, NeedOn][] = [
    ["iam:PassRole", "target"],
    ...actions.map((action): [string, NeedOn] => [action, "anything"]),
  ];
  return rule(id, title, "role", needs, { service });
}
