// What cannot be seen without certain actions: resource types, properties of them, and the insights that read those.
// Derived from the catalog's calls and rules.
import type { InsightDefinition, OperationCall, ResourceTypeDefinition } from "#catalog/define.ts";
import { actionsFor } from "#catalog/iam-actions.ts";
import type { Catalog } from "#catalog/load.ts";
import { type RuleReads, readsOf } from "#rules/reads.ts";

export interface BlindType {
  type: string;
  title: string;
  /** null = all of it: it cannot even be listed. */
  properties: string[] | null;
  actions: string[];
}

export interface Blindness {
  resourceTypes: BlindType[];
  insights: Pick<InsightDefinition, "id" | "title" | "severity">[];
}

export async function blindnessOf(
  catalog: Pick<Catalog, "resourceTypes" | "insights">,
  missing: readonly string[],
): Promise<Blindness> {
  const lacking = new Set(missing);
  const types = await Promise.all(
    [...catalog.resourceTypes.values()].map((type) => blindType(type, lacking)),
  );
  const blind = new Map(types.flatMap((type) => (type ? [[type.type, type]] : [])));
  const insights = [...catalog.insights.values()]
    .filter((insight) => isBlind(insight, blind))
    .map(({ id, title, severity }) => ({ id, title, severity }));
  return { resourceTypes: [...blind.values()], insights };
}

async function blindType(
  type: ResourceTypeDefinition,
  lacking: ReadonlySet<string>,
): Promise<BlindType | null> {
  const actions = new Set<string>();
  const properties = new Set<string>();
  const isLacking = async ({ client, operation }: OperationCall) => {
    const lacked = (await actionsFor(client ?? type.client, operation)).filter((action) =>
      lacking.has(action),
    );
    for (const action of lacked) actions.add(action);
    return lacked.length > 0;
  };
  const isUnlisted = type.list !== null && (await isLacking(type.list));
  for (const [property, call] of Object.entries(type.marks))
    if (await isLacking(call)) properties.add(property);
  for (const call of type.details) if (await isLacking(call)) properties.add(call.into ?? "");
  if (actions.size === 0) return null;
  return {
    type: type.type,
    title: type.title,
    properties: isUnlisted ? null : [...properties].sort(),
    actions: [...actions].sort(),
  };
}

function isBlind({ on, applies, passes }: InsightDefinition, blind: ReadonlyMap<string, BlindType>): boolean {
  return [passes, ...(applies ? [applies] : [])].some((rule) => readsBlind(readsOf(rule), on, blind));
}

function readsBlind(reads: RuleReads, type: string, blind: ReadonlyMap<string, BlindType>): boolean {
  const here = blind.get(type);
  if (here?.properties === null) return true;
  const isHidden = (path: string) =>
    here?.properties?.some(
      (property) =>
        path === property || (/^[.[]/.test(path.slice(property.length)) && path.startsWith(property)),
    );
  if (reads.paths.some(isHidden)) return true;
  return [...reads.relations, ...reads.exists].some((beyond) => readsBlind(beyond.reads, beyond.type, blind));
}
