// What EC2's Describe operations share: choosing by id, `Filters`, and paging. A filter is a name
// and the path of the fields it looks at; `tag:Key`, `tag-key` and `tag-value` are known to all.
import { AwsFault, type Call } from "../../operation.ts";
import { page } from "../../paging.ts";
import type { Place, World } from "../../world.ts";

export interface Filter {
  Name?: string;
  Values?: string[];
}

/** Input members that every Describe operation may have. */
export interface DescribeInput {
  Filters?: Filter[];
  MaxResults?: number;
  NextToken?: string;
  DryRun?: boolean;
}

export interface DescribedKind {
  /** Kind of the collection, for example "ec2:vpc". */
  kind: string;
  /** Input member that lists ids, and the error for one that does not exist. */
  ids: string;
  notFound: string;
  noun: string;
  /** Filter name to path; "Groups.GroupId" looks into every element of an array. */
  filters: Record<string, string>;
}

export const here = (call: Call): Place => ({ accountId: call.accountId, region: call.region });

/** Wildcards of EC2 filters: `*` any run, `?` one character, `\` escapes. */
function matchesWildcard(pattern: string, value: string): boolean {
  const source = pattern.replace(/\\([*?\\])|[\s\S]/g, (part, escaped?: string) => {
    if (escaped) return `\\${escaped}`;
    if (part === "*") return "[\\s\\S]*";
    if (part === "?") return "[\\s\\S]";
    return part.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
  });
  return new RegExp(`^${source}$`).test(value);
}

/** Values at a dotted path, arrays entered; everything as text, as filters compare text. */
export function valuesAt(value: unknown, path: string): string[] {
  let found: unknown[] = [value];
  for (const step of path.split(".")) {
    found = found
      .flatMap((each) => (Array.isArray(each) ? each : [each]))
      .map((each) => (each as Record<string, unknown> | null | undefined)?.[step])
      .filter((each) => each !== undefined && each !== null);
  }
  return found.flat().map(String);
}

interface Tagged {
  Tags?: { Key?: string; Value?: string }[];
  TagSet?: { Key?: string; Value?: string }[];
}

function filterValues(item: object, name: string, filters: Record<string, string>): string[] {
  const { Tags, TagSet } = item as Tagged;
  const tags = Tags ?? TagSet ?? [];
  if (name.startsWith("tag:"))
    return tags.filter((tag) => tag.Key === name.slice(4)).map((tag) => tag.Value ?? "");
  if (name === "tag-key") return tags.map((tag) => tag.Key ?? "");
  if (name === "tag-value") return tags.map((tag) => tag.Value ?? "");
  const path = filters[name];
  if (path === undefined) throw new AwsFault("InvalidParameterValue", `The filter '${name}' is invalid`);
  return valuesAt(item, path);
}

/** Items for which every filter has one value that matches. */
export function applyFilters<T extends object>(
  items: T[],
  asked: Filter[] | undefined,
  filters: Record<string, string>,
): T[] {
  let left = items;
  for (const { Name = "", Values = [] } of asked ?? []) {
    // Checked against an empty item too, so that a wrong name is refused in an empty account.
    filterValues({}, Name, filters);
    left = left.filter((item) =>
      filterValues(item, Name, filters).some((value) =>
        Values.some((pattern) => matchesWildcard(pattern, value)),
      ),
    );
  }
  return left;
}

/** Items of the kind chosen by id and filter, and the token of the next page. */
export function describe<T extends object>(
  call: Call<DescribeInput & Record<string, unknown>>,
  { kind, ids, notFound, noun, filters }: DescribedKind,
): { items: T[]; next?: string } {
  const collection = call.world.collection<T>(here(call), kind);
  const asked = call.input[ids] as string[] | undefined;
  const items = asked?.length
    ? asked.map((id) => collection.get(id) ?? missing(notFound, noun, id))
    : collection.list();
  return pageOf(applyFilters(items, call.input.Filters, filters), call.input);
}

/** EC2's paging: without MaxResults everything, with it 5 to 1,000. */
export function pageOf<T>(items: T[], input: DescribeInput): { items: T[]; next?: string } {
  const { MaxResults, NextToken } = input;
  if (MaxResults !== undefined && MaxResults < 5)
    throw new AwsFault(
      "InvalidParameterValue",
      `Value ( ${MaxResults} ) for parameter maxResults is invalid. Expecting a value greater than 5.`,
    );
  return page(items, MaxResults === undefined ? items.length : Math.min(MaxResults, 1000), NextToken);
}

export function missing(code: string, noun: string, id: string): never {
  throw new AwsFault(code, `The ${noun} '${id}' does not exist`);
}

/** The item, or EC2's error for an id that does not exist. */
export function need<T extends object>(
  world: World,
  place: Place,
  kind: string,
  id: string | undefined,
  notFound: string,
  noun: string,
): T {
  if (!id) throw new AwsFault("MissingParameter", `The request must contain the parameter ${noun}Id`);
  return world.collection<T>(place, kind).get(id) ?? missing(notFound, noun, id);
}

interface TagSpecification {
  ResourceType?: string | undefined;
  Tags?: { Key?: string | undefined; Value?: string | undefined }[] | undefined;
}

/** Tags a Create request gives to a resource of this type. */
export function tagsFrom(
  specifications: TagSpecification[] | undefined,
  resourceType: string,
): { Key: string; Value: string }[] {
  return (specifications ?? [])
    .filter((each) => each.ResourceType === resourceType)
    .flatMap((each) => each.Tags ?? [])
    .map(({ Key = "", Value = "" }) => ({ Key, Value }));
}

/** A collection of one kind in the caller's place, with EC2's error for what is not there. */
export interface Kept<T extends object> {
  list(call: Call): T[];
  need(call: Call, id: string | undefined): T;
  put(call: Call, id: string | undefined, value: T): T;
  delete(call: Call, id: string | undefined): void;
}

export function kept<T extends object>({
  kind,
  notFound,
  noun,
}: Pick<DescribedKind, "kind" | "notFound" | "noun">): Kept<T> {
  return {
    list: (call) => call.world.collection<T>(here(call), kind).list(),
    need: (call, id) => need<T>(call.world, here(call), kind, id, notFound, noun),
    put(call, id = "", value) {
      call.world.collection<T>(here(call), kind).put(id, value);
      return value;
    },
    delete(call, id = "") {
      call.world.collection(here(call), kind).delete(id);
    },
  };
}
