// The catalog in memory: every definition found, checked, frozen and indexed. The start and the tests
// load it alike; one wrong definition refuses the whole catalog, and all errors are told at once.
import { createHash } from "node:crypto";
import { ruleHash } from "#rules/hash.ts";
import { checkDefinitions, type Definitions } from "./check.ts";
import type { FrameworkDefinition, InsightDefinition, ResourceTypeDefinition } from "./define.ts";
import { actionsOf } from "./iam-actions.ts";
import { scan } from "./scan.ts";

export interface Catalog {
  readonly resourceTypes: ReadonlyMap<string, ResourceTypeDefinition>;
  readonly insights: ReadonlyMap<string, InsightDefinition>;
  readonly frameworks: ReadonlyMap<string, FrameworkDefinition>;
  /** The insights that judge a resource type, in the order of their ids. */
  insightsOn(type: string): readonly InsightDefinition[];
  /** The insights mapped to a framework, or to one control of it. */
  insightsFor(framework: string, control?: string): readonly InsightDefinition[];
  /** IAM actions that harvesting a type needs, sorted. */
  actionsOf(type: string): readonly string[];
  /** IAM actions that harvesting everything needs, sorted. */
  allHarvestActions(): readonly string[];
  /** Identity of an insight's rules: changes when a verdict could. */
  insightHash(insight: string): string;
  /** Identity of all rules that judge a type. */
  rulesHash(type: string): string;
  /** The id of today for an id of an earlier release; ids of today are their own. */
  currentId(id: string): string | undefined;
  /** Identity of all rules and resource types: which catalog judged and harvested. */
  readonly generation: string;
}

/** Every error of a catalog folder, one sentence each. */
export class CatalogRefused extends Error {
  readonly errors: readonly string[];
  constructor(errors: readonly string[]) {
    super(`The catalog has ${errors.length} error(s):\n${errors.map((error) => `- ${error}`).join("\n")}`);
    this.errors = errors;
  }
}

const ownFolder = import.meta.dirname;
let own: Promise<Catalog> | undefined;

/** Our own catalog, read once per process; or the one in a folder of the same layout. */
export function loadCatalog(folder?: string): Promise<Catalog> {
  if (folder !== undefined) return read(folder);
  own ??= read(ownFolder);
  return own;
}

async function read(folder: string): Promise<Catalog> {
  const { found, errors } = await scan(folder);
  const checked = await checkDefinitions(found);
  const all = [...errors, ...checked.errors];
  if (all.length > 0) throw new CatalogRefused(all);
  const actions = await Promise.all(
    [...checked.definitions.resourceTypes.values()].map(
      async (type) => [type.type, Object.freeze(await actionsOf(type))] as const,
    ),
  );
  return index(checked.definitions, new Map(actions));
}

function index(definitions: Definitions, actions: Map<string, readonly string[]>): Catalog {
  const { resourceTypes, insights, frameworks } = definitions;
  for (const definition of [...resourceTypes.values(), ...insights.values(), ...frameworks.values()]) {
    deepFreeze(definition);
  }
  const all = [...insights.values()];
  const byType = new Map(
    [...resourceTypes.keys()].map((type) => [type, Object.freeze(all.filter((one) => one.on === type))]),
  );
  const insightHashes = new Map(all.map((insight) => [insight.id, hashOfInsight(insight)]));
  const insightHash = (id: string) => required(insightHashes, id, "insight");
  const rulesHashes = new Map(
    [...byType].map(([type, judges]) => [type, sha256(judges.map(({ id }) => [id, insightHash(id)]))]),
  );
  const former = new Map(
    [...resourceTypes, ...insights].flatMap(([id, { formerly = [] }]) =>
      [id, ...formerly].map((one) => [one, id] as const),
    ),
  );
  const harvestActions = Object.freeze([...new Set([...actions.values()].flat())].sort());
  return Object.freeze({
    resourceTypes,
    insights,
    frameworks,
    insightsOn: (type: string) => required(byType, type, "resource type"),
    insightsFor: (framework: string, control?: string) =>
      all.filter(({ frameworks: mapped }) => {
        const controls = mapped[framework];
        return controls !== undefined && (control === undefined || controls.includes(control));
      }),
    actionsOf: (type: string) => required(actions, type, "resource type"),
    allHarvestActions: () => harvestActions,
    insightHash,
    rulesHash: (type: string) => required(rulesHashes, type, "resource type"),
    currentId: (id: string) => former.get(id),
    generation: sha256([[...insightHashes], [...resourceTypes.values()]]),
  });
}

function required<T>(of: ReadonlyMap<string, T>, id: string, what: string): T {
  const found = of.get(id);
  if (found === undefined) throw new Error(`There is no ${what} ${id}`);
  return found;
}

function hashOfInsight({ on, applies, passes }: InsightDefinition): string {
  return sha256([on, applies ? ruleHash(applies) : null, ruleHash(passes)]);
}

function sha256(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value, sortedKeys)).digest("hex");
}

/** Replacer under which equal objects have equal texts, whatever the order of their keys. */
function sortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function deepFreeze(value: unknown): void {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const inner of Object.values(value)) deepFreeze(inner);
}
