// What is wrong with the definitions of a catalog, each on its own and all together. Answers with
// sentences, all of them at once; whether they stop the start is the caller's affair.
import { severities } from "#model/verdict.ts";
import { checkRule } from "#rules/check.ts";
import { type RuleReads, readsOf } from "#rules/reads.ts";
import type { Rule } from "#rules/tree.ts";
import type { FrameworkDefinition, InsightDefinition, ResourceTypeDefinition } from "./define.ts";
import { callsOf, readActionsFor } from "./iam-actions.ts";
import type { Found } from "./scan.ts";
import { flawOfOperation } from "./sdk-operations.ts";

export interface Definitions {
  resourceTypes: Map<string, ResourceTypeDefinition>;
  insights: Map<string, InsightDefinition>;
  frameworks: Map<string, FrameworkDefinition>;
}

/** Sorts what was found by kind and id, and says what is wrong with it. */
export async function checkDefinitions(
  found: Found[],
): Promise<{ definitions: Definitions; errors: string[] }> {
  const definitions: Definitions = { resourceTypes: new Map(), insights: new Map(), frameworks: new Map() };
  const errors: string[] = [];
  const sound = found.filter((one) => {
    const flaw = flawOfIdentity(one, definitions);
    if (flaw) errors.push(`${one.file}: ${flaw}`);
    return flaw === null;
  });
  const flaws = await Promise.all(
    sound.map(async ({ kind, file, idOfPath }) => {
      const own =
        kind === "frameworks"
          ? flawsOfFramework(known(definitions.frameworks, idOfPath))
          : kind === "insights"
            ? flawsOfInsight(known(definitions.insights, idOfPath), definitions)
            : await flawsOfType(known(definitions.resourceTypes, idOfPath), definitions);
      return own.map((flaw) => `${file}: ${flaw}`);
    }),
  );
  errors.push(...flaws.flat(), ...flawsOfFormerIds(definitions));
  return { definitions, errors };
}

function known<T>(of: Map<string, T>, id: string): T {
  const definition = of.get(id);
  if (definition === undefined) throw new Error(`${id} was not kept`);
  return definition;
}

/** Keeps the definition under its id, unless it has none, another, or one that is taken. */
function flawOfIdentity({ kind, idOfPath, definition }: Found, definitions: Definitions): string | null {
  if (typeof definition !== "object" || definition === null) return "no default export";
  const { id, type } = definition as { id?: unknown; type?: unknown };
  const named = kind === "resource-types" ? type : id;
  if (typeof named !== "string") return `no ${kind === "resource-types" ? "type" : "id"}`;
  const keep: Map<string, unknown> =
    definitions[kind === "resource-types" ? "resourceTypes" : (kind as "insights" | "frameworks")];
  if (keep.has(named)) return `the id ${named} is used twice`;
  if (named !== idOfPath) return `its id is ${named}, its path says ${idOfPath}`;
  keep.set(named, definition);
  return null;
}

/** Ids of types and insights, of today and of earlier, share one space: `currentId` answers for all. */
function flawsOfFormerIds({ resourceTypes, insights }: Definitions): string[] {
  const taken = new Set([...resourceTypes.keys(), ...insights.keys()]);
  const alike = [...insights.keys()].filter((id) => resourceTypes.has(id));
  const former = [...resourceTypes, ...insights].flatMap(([id, { formerly = [] }]) =>
    formerly.flatMap((one) => {
      if (taken.has(one)) return [`${id}: its former id ${one} is used twice`];
      taken.add(one);
      return [];
    }),
  );
  return [...alike.map((id) => `the id ${id} is used twice, by a type and an insight`), ...former];
}

async function flawsOfType(type: ResourceTypeDefinition, { resourceTypes }: Definitions): Promise<string[]> {
  const calls = await Promise.all(
    callsOf(type).map(async (made) => {
      const client = made.client ?? type.client;
      const flaw = await flawOfOperation(client, made.operation);
      if (flaw) return flaw;
      return readActionsFor(client, made.operation).then(
        () => null,
        (cause: Error) => cause.message,
      );
    }),
  );
  const properties = [...type.details.map((detail) => detail.into), ...Object.keys(type.marks)];
  const twice = properties.filter((property, i) => properties.indexOf(property) !== i);
  return [
    ...calls.filter((flaw) => flaw !== null),
    ...type.details.flatMap(({ operation, into, when }) => [
      ...(into === undefined ? [`${operation} does not say what property it goes into`] : []),
      ...(when === undefined ? [] : flawsOfRule(when, `the condition of ${operation}`)),
    ]),
    ...twice.map((property) => `two calls fill ${property}`),
    ...(type.list === null && !type.id.startsWith("@")
      ? ["a type without a list is a singleton: its id is @account or @region"]
      : []),
    ...Object.entries(type.relations).flatMap(([relation, { to }]) =>
      resourceTypes.has(to) ? [] : [`the relation ${relation} leads to the unknown type ${to}`],
    ),
  ];
}

function flawsOfInsight(insight: InsightDefinition, definitions: Definitions): string[] {
  const rules = [...(insight.applies ? [insight.applies] : []), insight.passes];
  const unsound = rules.flatMap((rule) => flawsOfRule(rule, "the rule"));
  return [
    ...(severities.includes(insight.severity) ? [] : [`the severity ${insight.severity} is unknown`]),
    ...(definitions.resourceTypes.has(insight.on) ? [] : [`it judges the unknown type ${insight.on}`]),
    ...unsound,
    ...(unsound.length > 0
      ? []
      : rules.flatMap((rule) => flawsOfReads(insight.on, readsOf(rule), definitions))),
    ...(["pass", "fail", "unknown"] as const).flatMap((verdict) =>
      insight.examples[verdict].length > 0 ? [] : [`it has no example for the verdict ${verdict}`],
    ),
    ...(insight.applies && !insight.examples.notApplicable?.length
      ? ["it has no example for the verdict not-applicable"]
      : []),
    ...flawsOfMapping(insight, definitions),
  ];
}

function flawsOfMapping({ frameworks }: InsightDefinition, definitions: Definitions): string[] {
  return Object.entries(frameworks).flatMap(([id, controls]) => {
    const framework = definitions.frameworks.get(id);
    if (!framework) return [`the framework ${id} is unknown`];
    return controls
      .filter((control) => !framework.controls.some((one) => one.id === control))
      .map((control) => `${id} has no control ${control}`);
  });
}

function flawsOfRule(rule: Rule, what: string): string[] {
  const checked = checkRule(rule);
  return checked.ok
    ? []
    : checked.errors.map(({ path, detail }) => `${what}${path && ` at ${path}`}: ${detail}`);
}

/** Relations that do not exist, and types that nobody defines, at any distance. */
function flawsOfReads(on: string, reads: RuleReads, definitions: Definitions): string[] {
  const { resourceTypes } = definitions;
  const relations = reads.relations.flatMap((read) => {
    const [from, to] = read.direction === "out" ? [on, read.type] : [read.type, on];
    if (!resourceTypes.has(read.type)) return [`the rule looks at the unknown type ${read.type}`];
    const isThere = resourceTypes.get(from)?.relations[read.relation]?.to === to;
    return [
      ...(isThere ? [] : [`${from} has no relation ${read.relation} to ${to}`]),
      ...flawsOfReads(read.type, read.reads, definitions),
    ];
  });
  const exists = reads.exists.flatMap((read) =>
    resourceTypes.has(read.type)
      ? flawsOfReads(read.type, read.reads, definitions)
      : [`the rule looks at the unknown type ${read.type}`],
  );
  return [...relations, ...exists];
}

function flawsOfFramework({ controls }: FrameworkDefinition): string[] {
  const ids = controls.map(({ id }) => id);
  return [
    ...(ids.length === 0 ? ["it has no controls"] : []),
    ...ids.filter((id, i) => ids.indexOf(id) !== i).map((id) => `the control ${id} is listed twice`),
  ];
}
