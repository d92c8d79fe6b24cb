// The shapes of everything the catalog holds: resource types, insights, frameworks.
// A definition is a literal in a file whose path is its id; the scan in load.ts checks it.
import type { Severity } from "#model/verdict.ts";
import type { Rule } from "#rules/tree.ts";

/**
 * One API operation that fills a resource type. Lists, marks and details are paged alike; the pages of a
 * detail are joined at `take`. Details run side by side, but one whose `when` or `input` reads what another
 * puts `into` the item runs after that one.
 */
export interface OperationCall {
  operation: string;
  /** SDK client suffix, if it is not the type's. */
  client?: string;
  /** Input member ← path in the item, or "@account", "@region" (details only). */
  input: Record<string, string>;
  /** Input members with a fixed value. */
  fixed: Record<string, unknown>;
  /** Where the list lies in the answer; "[]" flattens: "Reservations[].Instances[]". "" = the answer is the one item. */
  items?: string;
  /** Part of the answer to keep, default the whole answer. Not in the answer = property absent. */
  take?: string;
  /** Property that receives it: every detail names one, so that its gap covers that property alone. */
  into?: string;
  /** Detail only: so many elements of a list are enough to keep; where there are more, the rest is a gap at `into`. */
  atMost?: number;
  /** The only error codes that mean "not there". Every other error is a gap. */
  absentOn: string[];
  /** Detail is read only for items that fit: false = property absent; unknown = the gap that made it so, at `into`. */
  when?: Rule;
  /** Always called in this region whatever the scope's (a global API's home), e.g. "us-east-1". */
  region?: string;
}

type CallOptions = Partial<Omit<OperationCall, "operation">>;

export function call(operation: string, options: CallOptions = {}): OperationCall {
  return { operation, input: {}, fixed: {}, absentOn: [], ...options };
}

export interface RelationDefinition {
  to: string;
  /** Path to an id or ARN, or to a list of them ("SecurityGroups[].GroupId"). */
  by: string;
  /** Set where `by` is a name unique in the whole provider (bucket names): the target may be in any cloud. */
  anywhere?: boolean;
  /** Glob of ids that are of the target type, where the path names several kinds of thing ("vpc-*"). */
  fits?: string;
}

export interface ResourceTypeDefinition {
  /** aws.<service>.<type>, equal to the file's path. */
  type: string;
  title: string;
  /** Provider-neutral category: "storage container", "instance", "network", … */
  category: string;
  /** SDK client suffix of its calls, unless a call names another. */
  client: string;
  /** Regional types are listed in each enabled region, global ones once. */
  scope: "global" | "regional";
  /** Lists the items; an item named twice is one. null = a singleton: exactly one item, filled by its details alone. */
  list: OperationCall | null;
  /**
   * Property ← a second listing of the whole scope, narrowed by AWS itself: true on the items it names, else
   * false; if it fails, a gap at that property of every item. Saves a detail per item (public snapshots).
   */
  marks: Record<string, OperationCall>;
  details: OperationCall[];
  /** Path of the native id, unique in (cloud, type, key region). "@account" and "@region" name the scope's own (singletons). */
  id: string;
  name?: string;
  /**
   * Template over {partition} {region} {account} and item paths, or "@path" where AWS gives the ARN. Read
   * backwards it turns an ARN in a relation into the id: {Path} (IAM's, "/" or "/a/b/") is greedy, every
   * other place ends at ":" or "/", and what follows the id (a qualifier, a folder) is dropped. With "@path"
   * the id is the ARN itself.
   */
  arn: string;
  createdAt?: string;
  /** Path of a list of {Key, Value} or {TagKey, TagValue}, or of a string map. */
  tags?: string;
  /** Paths of the item's own region where the scope is global: the first that is set; "EU" is eu-west-1; none = the home region. */
  region?: string[];
  /** Property paths left out of the fingerprint ("*" = every key). */
  volatile: string[];
  /** Property paths whose values never reach the disk. */
  sensitive: string[];
  /** Of the documents under `json`, those that say who may assume a role: their external ids never reach the disk. */
  trustPolicies?: string[];
  /** Paths ("[]" flattens) of documents kept as JSON text by AWS (maybe URL-encoded), parsed into objects. */
  json?: string[];
  relations: Record<string, RelationDefinition>;
  /** CloudTrail event name → path of the id in the event. */
  events: Record<string, string>;
  formerly?: string[];
}

type ResourceTypeLiteral = Omit<
  ResourceTypeDefinition,
  "marks" | "details" | "volatile" | "sensitive" | "relations" | "events"
> &
  Partial<
    Pick<ResourceTypeDefinition, "marks" | "details" | "volatile" | "sensitive" | "relations" | "events">
  >;

export function defineResourceType(definition: ResourceTypeLiteral): ResourceTypeDefinition {
  return { marks: {}, details: [], volatile: [], sensitive: [], relations: {}, events: {}, ...definition };
}

/** A document of an example: the properties, and for common fields `@name` and so on. */
export type ExampleDocument = Record<string, unknown>;

export interface RelatedExample {
  /** The relation it is an end of; without one it is another resource of the same cloud and region, for `exists`. */
  relation?: string;
  type: string;
  document: ExampleDocument;
}

export interface Example {
  document: ExampleDocument;
  /** Gaps by property path, for unknown examples. */
  gaps?: string[];
  /** Neighbours, for rules with related or exists. "unseen" = the scope was never completed. */
  related?: RelatedExample[] | "unseen";
  /** Instant the rule is asked at, default 2026-01-01T00:00:00Z. */
  now?: string;
}

export interface InsightDefinition {
  /** aws.<service>.<insight>, equal to the file's path. */
  id: string;
  title: string;
  severity: Severity;
  /** Resource type it judges. */
  on: string;
  /** Only resources that fit are judged; false = not applicable. */
  applies?: Rule;
  passes: Rule;
  frameworks: Record<string, string[]>;
  /** Why it matters, for the people who must act. */
  why: string;
  fix: { action?: string; steps: string };
  examples: { pass: Example[]; fail: Example[]; unknown: Example[]; notApplicable?: Example[] };
  formerly?: string[];
}

export function defineInsight(definition: InsightDefinition): InsightDefinition {
  return definition;
}

export interface FrameworkDefinition {
  id: string;
  title: string;
  version: string;
  publisher: string;
  url: string;
  /** Controls in the framework's own order; ids as printed there. Titles are our own words. */
  controls: { id: string; title: string }[];
}

export function defineFramework(definition: FrameworkDefinition): FrameworkDefinition {
  return definition;
}
