// Statements of policy documents in one canonical form, for comparing and for words. Pure.

export interface Statement {
  sid: string | null;
  effect: string;
  actions: string[];
  isNotAction: boolean;
  resources: string[];
  isNotResource: boolean;
  principals: string[];
  /** "Operator key" → values. */
  conditions: Map<string, string[]>;
}

export function statementsOf(document: unknown): Statement[] {
  const { Statement: given } = (document ?? {}) as { Statement?: unknown };
  return list(given).flatMap((one) =>
    typeof one === "object" && one !== null ? [canonical(one as Raw)] : [],
  );
}

type Raw = Record<string, unknown>;

function canonical(raw: Raw): Statement {
  return {
    sid: typeof raw.Sid === "string" && raw.Sid !== "" ? raw.Sid : null,
    effect: String(raw.Effect ?? ""),
    actions: sorted(list(raw.Action ?? raw.NotAction)),
    isNotAction: raw.NotAction !== undefined,
    resources: sorted(list(raw.Resource ?? raw.NotResource)),
    isNotResource: raw.NotResource !== undefined,
    principals: sorted([
      ...principalsOf(raw.Principal),
      ...principalsOf(raw.NotPrincipal).map((p) => `not ${p}`),
    ]),
    conditions: conditionsOf(raw.Condition),
  };
}

/** IAM keeps an account's id and the ARN of its root apart, and means the same. */
function principalsOf(given: unknown): string[] {
  if (given === undefined) return [];
  if (given === "*") return ["*"];
  return Object.entries(given as Raw).flatMap(([kind, names]) =>
    list(names).map((name) => {
      const text = String(name);
      if (kind !== "AWS") return `${kind} ${text}`;
      return /^\d{12}$/.test(text)
        ? `account ${text}`
        : text.replace(/^arn:[a-z-]+:iam::(\d{12}):root$/, "account $1");
    }),
  );
}

function conditionsOf(given: unknown): Map<string, string[]> {
  const all = new Map<string, string[]>();
  for (const [operator, keys] of Object.entries((given ?? {}) as Raw))
    for (const [key, values] of Object.entries(keys as Raw)) {
      const name = /^(aws|sts):/i.test(key) ? lowerPrefix(key) : key;
      all.set(`${operator} ${name}`, sorted(list(values)));
    }
  return new Map([...all].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Names of condition keys are not case-sensitive. */
function lowerPrefix(key: string): string {
  const known = ["aws:PrincipalArn", "sts:ExternalId"];
  return known.find((name) => name.toLowerCase() === key.toLowerCase()) ?? key;
}

function list(value: unknown): unknown[] {
  return value === undefined || value === null ? [] : [value].flat();
}

function sorted(values: unknown[]): string[] {
  return [...new Set(values.map(String))].sort();
}

/** Equal for statements that mean the same, whatever they are called. */
export function identityOf({ sid: _, conditions, ...rest }: Statement): string {
  return JSON.stringify({
    ...rest,
    actions: rest.actions.map((action) => action.toLowerCase()).sort(),
    conditions: [...conditions],
  });
}

export function few(values: readonly string[], most = 4): string {
  return values.length <= most
    ? values.join(", ")
    : `${values.slice(0, most).join(", ")} and ${values.length - most} more`;
}

/** "Allow s3:GetObject on *" */
export function wordsOf(statement: Statement): string {
  const { effect, actions, isNotAction, resources, isNotResource, principals } = statement;
  const what = `${effect} ${isNotAction ? "everything but " : ""}${few(actions)}`;
  const where = resources.length > 0 ? ` on ${isNotResource ? "everything but " : ""}${few(resources)}` : "";
  const whom = principals.length > 0 ? ` to ${few(principals)}` : "";
  return `${what}${where}${whom}${statement.conditions.size > 0 ? " under conditions" : ""}`;
}
