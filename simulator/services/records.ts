// What services that keep named records share: one kind in the caller's place with its "not found", pages,
// tags and permissions. Every record keeps its tags beside AWS's fields in `tagMap`; answers leave out
// what AWS's shapes do not know. Knows nothing of any one service.
import { AwsFault, type Call, type NeededPermission, type Operation } from "../operation.ts";
import { page } from "../paging.ts";
import type { Place } from "../world.ts";

export const here = ({ accountId, region }: Call): Place => ({ accountId, region });

/** Where services keep what has no region. */
export const everywhere = ({ accountId }: Call): Place => ({ accountId, region: "global" });

export function arnIn(call: Call, prefix: string, resource: string): string {
  return `arn:${call.world.partition}:${prefix}:${call.region}:${call.accountId}:${resource}`;
}

export interface Records<T extends object> {
  list(call: Call): T[];
  find(call: Call, id: string | undefined): T | undefined;
  need(call: Call, id: string | undefined): T;
  put(call: Call, value: T): T;
  change(call: Call, value: T, changes: Partial<T>): T;
  remove(call: Call, value: T): T;
}

/** `id` is the member that the records are kept under. */
export function records<T extends object>(
  kind: string,
  id: keyof T,
  missing: (id: string, call: Call) => AwsFault,
  place = here,
): Records<T> {
  const all = (call: Call) => call.world.collection<T>(place(call), kind);
  const put = (call: Call, value: T) => {
    all(call).put(String(value[id]), value);
    return value;
  };
  return {
    list: (call) => all(call).list(),
    find: (call, given) => (given === undefined ? undefined : all(call).get(given)),
    need(call, given = "") {
      const found = all(call).get(given);
      if (!found) throw missing(given, call);
      return found;
    },
    put,
    change: (call, value, changes) => put(call, { ...value, ...changes }),
    remove(call, value) {
      all(call).delete(String(value[id]));
      return value;
    },
  };
}

/** The members that a request gives. */
export function given<Input extends object, Key extends keyof Input>(
  input: Input,
  ...members: Key[]
): { [K in Key]?: Exclude<Input[K], undefined> } {
  const found = members.filter((member) => input[member] !== undefined);
  return Object.fromEntries(found.map((member) => [member, input[member]])) as never;
}

export interface Paging {
  /** Input members. */
  limit: string;
  token: string;
  standard: number;
  most: number;
  /** Output member, if it is not the token's. */
  next?: string;
  /** The service's error for a bad token. */
  code?: string;
}

/** The asked page under `output`, with the token of the next. */
export function pageAs(call: Call, output: string, items: unknown[], paging: Paging) {
  const input = call.input as Record<string, unknown>;
  const limit = Math.min(Number(input[paging.limit] ?? paging.standard), paging.most);
  const token = input[paging.token] as string | undefined;
  const { items: found, next } = page(items, limit, token, paging.code);
  return { [output]: found, [paging.next ?? paging.token]: next };
}

export type TagMap = Record<string, string>;

export interface Tagged {
  tagMap: TagMap;
}

type TagForm = "map" | readonly [key: string, value: string];

/** Tags as a request gives them, in whatever form the service has. */
export function tagMapOf(
  tags: unknown,
  [key, value] = ["Key", "Value"] as readonly [string, string],
): TagMap {
  if (!tags) return {};
  if (!Array.isArray(tags)) return { ...(tags as TagMap) };
  return Object.fromEntries(tags.map((tag: TagMap) => [tag[key] ?? "", tag[value] ?? ""]));
}

export function tagListOf(tags: TagMap, [key, value] = ["Key", "Value"] as readonly [string, string]) {
  return Object.entries(tags).map(([name, text]) => ({ [key]: name, [value]: text }));
}

interface TagStyle {
  tag: string;
  untag: string;
  /** Absent where another operation shows the tags. */
  list?: string;
  /** Input members. */
  arn: string;
  tags?: string;
  keys?: string;
  form?: TagForm;
  /** Output member of the list, if it is not `tags`. */
  output?: string;
  /** The service's error for more than 50 tags or a reserved key. */
  invalid?: string;
}

/** The record with that ARN (or id), and how its tags are stored. */
export interface TagTarget {
  tags: TagMap;
  store(tags: TagMap): void;
}

/** Looks for the ARN in each kind in turn. */
export function taggedAmong(
  kinds: Records<never>[],
  arn: string,
  missing: (arn: string, call: Call) => AwsFault,
) {
  return (call: Call, wanted: string): TagTarget => {
    for (const kind of kinds as unknown as Records<Tagged & Record<string, unknown>>[]) {
      const found = kind.list(call).find((each) => each[arn] === wanted);
      if (found) return { tags: found.tagMap, store: (tagMap) => void kind.change(call, found, { tagMap }) };
    }
    throw missing(wanted, call);
  };
}

export function tagOperations(
  style: TagStyle,
  target: (call: Call, arn: string) => TagTarget,
): Record<string, Operation> {
  const { tags = "Tags", keys = "TagKeys", form = ["Key", "Value"], invalid = "ValidationException" } = style;
  const pair = form === "map" ? undefined : form;
  const of = (call: Call<Record<string, unknown>>) => target(call, String(call.input[style.arn] ?? ""));
  return {
    [style.tag]: (call) => {
      const { tags: old, store } = of(call);
      const added = tagMapOf(call.input[tags], pair);
      const all = { ...old, ...added };
      if (Object.keys(added).some((key) => key.toLowerCase().startsWith("aws:")))
        throw new AwsFault(invalid, "Tag keys beginning with aws: are reserved for system use.");
      if (Object.keys(all).length > 50) throw new AwsFault(invalid, "A resource can have at most 50 tags.");
      store(all);
      return {};
    },
    [style.untag]: (call) => {
      const { tags: old, store } = of(call);
      const removed = ((call.input[keys] ?? []) as (string | { Key?: string })[]).map((each) =>
        typeof each === "string" ? each : each.Key,
      );
      store(Object.fromEntries(Object.entries(old).filter(([key]) => !removed.includes(key))));
      return {};
    },
    ...(style.list
      ? {
          [style.list]: (call: Call<Record<string, unknown>>) => {
            const { tags: found } = of(call);
            return { [style.output ?? tags]: pair ? tagListOf(found, pair) : found };
          },
        }
      : {}),
  };
}

/** The operations ask for permission on the resource that `arn` finds. */
export function permissionsOn(
  prefix: string,
  operations: string[],
  // biome-ignore lint/suspicious/noExplicitAny: as with Operation in operation.ts.
  arn: (call: Call<any>) => string,
): Record<string, (call: Call<unknown>) => NeededPermission[]> {
  return Object.fromEntries(
    operations.map((operation) => [
      operation,
      (call) => [{ action: `${prefix}:${operation}`, resource: arn(call) }],
    ]),
  );
}
