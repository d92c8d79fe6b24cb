// What a rule's target is sent: the event, a part of it, a constant, or a template filled from it.

export interface TargetInput {
  Input?: string | undefined;
  InputPath?: string | undefined;
  InputTransformer?:
    | { InputPathsMap?: Record<string, string> | undefined; InputTemplate?: string | undefined }
    | undefined;
}

export interface RuleNames {
  arn: string;
  name: string;
  ingestedAt: string;
}

export function inputFor(target: TargetInput, event: unknown, rule: RuleNames): string {
  if (target.Input !== undefined) return target.Input;
  if (target.InputPath !== undefined) {
    const found = valueAt(event, target.InputPath);
    return found === undefined ? "" : JSON.stringify(found);
  }
  const { InputTemplate, InputPathsMap = {} } = target.InputTransformer ?? {};
  return InputTemplate === undefined
    ? JSON.stringify(event)
    : fill(InputTemplate, InputPathsMap, event, rule);
}

/** `$`, `$.detail.state`, `$.resources[0]`, `$.detail['a b']`; undefined where there is nothing. */
export function valueAt(event: unknown, path: string): unknown {
  let value = event;
  for (const [, name, quoted, index] of path.matchAll(/\.([^.[\]]+)|\['([^']+)'\]|\[(\d+|\*)\]/g)) {
    if (typeof value !== "object" || value === null) return undefined;
    if (index === "*") return Array.isArray(value) ? value : undefined;
    value = (value as Record<string, unknown>)[name ?? quoted ?? index ?? ""];
  }
  return value;
}

export function isPath(path: string): boolean {
  return /^\$(\.[^.[\]]+|\['[^']+'\]|\[(\d+|\*)\])*$/.test(path);
}

/** A variable in quotes is filled in as text, one outside them as JSON. */
function fill(template: string, paths: Record<string, string>, event: unknown, rule: RuleNames): string {
  const reserved: Record<string, unknown> = {
    "aws.events.rule-arn": rule.arn,
    "aws.events.rule-name": rule.name,
    "aws.events.event.ingestion-time": rule.ingestedAt,
    "aws.events.event.json": event,
    "aws.events.event": event,
  };
  let isQuoted = false;
  return template.replace(/\\.|"|<([^<>\s"]+)>/g, (whole: string, name: string | undefined) => {
    if (whole === '"') isQuoted = !isQuoted;
    if (name === undefined) return whole;
    const path = paths[name];
    if (path === undefined && !(name in reserved)) return whole;
    const value = path === undefined ? reserved[name] : valueAt(event, path);
    if (value === undefined) return "";
    if (!isQuoted) return JSON.stringify(value);
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return JSON.stringify(text).slice(1, -1);
  });
}
