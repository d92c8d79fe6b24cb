// What the definitions say of AWS, held against the SDK's own schemas: every path of a resource type and
// every field that an insight reads must exist in the answers of the calls that fill it.
import { createRequire } from "node:module";
import { NormalizedSchema } from "@smithy/core/schema";
import { expect, test } from "vitest";
import { type RuleReads, readsOf } from "#rules/reads.ts";
import type { OperationCall, ResourceTypeDefinition } from "./define.ts";
import { callsOf } from "./iam-actions.ts";
import { loadCatalog } from "./load.ts";
import { flawOfOperation } from "./sdk-operations.ts";

const require = createRequire(import.meta.url);
const catalog = await loadCatalog();
const types = [...catalog.resourceTypes.values()];

/** A place in an answer; "opaque" = a document that AWS gives as text. */
type Shape = NormalizedSchema | "opaque" | null;

function operationSchemas(type: ResourceTypeDefinition, { client, operation }: OperationCall) {
  const exports = require(`@aws-sdk/client-${client ?? type.client}`) as Record<string, unknown[]>;
  const schema = exports[`${operation}$`] as Parameters<typeof NormalizedSchema.of>[0][];
  return { input: NormalizedSchema.of(schema[4] as never), output: NormalizedSchema.of(schema[5] as never) };
}

function step(shape: Shape, name: string): Shape {
  if (shape === null || shape === "opaque") return shape;
  if (name === "[]") return shape.isListSchema() ? shape.getValueSchema() : null;
  if (shape.isMapSchema()) return shape.getValueSchema();
  if (!shape.isStructSchema()) return null;
  for (const [member, schema] of shape.structIterator()) if (member === name) return schema;
  return null;
}

const stepsOf = (path: string) => path.replaceAll("[]", ".[]").split(".").filter(Boolean);
const follow = (shape: Shape, path: string) => stepsOf(path).reduce(step, shape);

/** The shape at a property path of a type; lists may be entered with or without "[]". */
function shapeOf(type: ResourceTypeDefinition, path: string): Shape {
  const steps = stepsOf(path);
  const [top = "", ...rest] = steps;
  let shape = topShape(type, top);
  let at = top;
  const opaque = new Set((type.json ?? []).map((one) => one.replaceAll("[]", "")));
  if (opaque.has(at)) return "opaque";
  for (const name of rest) {
    if (name === "[]" && shape !== null && shape !== "opaque" && !shape.isListSchema()) return null;
    if (name !== "[]" && shape !== null && shape !== "opaque" && shape.isListSchema())
      shape = step(shape, "[]");
    shape = step(shape, name);
    if (name !== "[]") at += `.${name}`;
    if (opaque.has(at)) return "opaque";
  }
  return shape;
}

function topShape(type: ResourceTypeDefinition, name: string): Shape {
  const detail = type.details.find(({ into }) => into === name);
  if (detail) return follow(operationSchemas(type, detail).output, detail.take ?? "");
  if (name in type.marks) return "opaque";
  if (!type.list) return null;
  const { output } = operationSchemas(type, type.list);
  const list = follow(output, (type.list.items ?? "").replace(/\[\]$/, ""));
  const item = list !== null && list !== "opaque" && list.isListSchema() ? step(list, "[]") : list;
  // A list of plain names: each is the id of its item.
  if (name === type.id && item !== null && item !== "opaque" && item.isStringSchema()) return "opaque";
  return step(item, name);
}

function unknownPaths(type: ResourceTypeDefinition): string[] {
  const placeholders = [...type.arn.matchAll(/\{(\w+(?:\.\w+)*)\}/g)].map(([, place]) => place as string);
  const paths = [
    type.id,
    type.name,
    type.createdAt,
    type.tags,
    ...(type.region ?? []),
    ...type.volatile,
    ...type.sensitive,
    ...(type.json ?? []),
    ...(type.trustPolicies ?? []),
    ...Object.values(type.relations).map(({ by }) => by),
    ...type.details.flatMap(({ input }) => Object.values(input)),
    ...type.details.flatMap(({ when }) => (when ? readsOf(when).paths : [])),
    ...placeholders.filter((place) => !["partition", "region", "account"].includes(place)),
  ];
  return paths.filter(
    (path) => path !== undefined && !path.startsWith("@") && shapeOf(type, path) === null,
  ) as string[];
}

test.each(types)("$type names only what AWS's answers have", (type) => {
  expect(unknownPaths(type)).toEqual([]);
});

test.each(types)("$type asks with members that the operations have", (type) => {
  const unknown = callsOf(type).flatMap((made) => {
    const { input } = operationSchemas(type, made);
    return [...Object.keys(made.input), ...Object.keys(made.fixed)]
      .filter((member) => step(input, member) === null)
      .map((member) => `${made.operation}.${member}`);
  });
  expect(unknown).toEqual([]);
});

test.each(types.filter(({ tags }) => tags !== undefined))("$type has tags of a known form", (type) => {
  const shape = shapeOf(type, type.tags as string);
  if (shape === null || shape === "opaque") throw new Error("The tags have no shape");
  const isKnown =
    shape.isMapSchema() || ["Key", "TagKey"].some((key) => step(step(shape, "[]"), key) !== null);
  expect(isKnown).toBe(true);
});

// CloudTrail's names of events that are not those of the SDK's operations; DeleteKey is KMS's own act.
const namedOtherwise = new Set([
  "PutBucketPublicAccessBlock",
  "DeleteBucketPublicAccessBlock",
  "PutAccountPublicAccessBlock",
  "DeleteAccountPublicAccessBlock",
  "PutBucketLifecycle",
  "DeleteKey",
]);

test.each(types)("$type listens to events of operations that exist", async (type) => {
  const clients = [...new Set([type.client, ...callsOf(type).map(({ client }) => client ?? type.client)])];
  const unknown: string[] = [];
  for (const event of Object.keys(type.events)) {
    const operation = event.replace(/\d{8}(v\d)?$/, "");
    const flaws = await Promise.all(clients.map((client) => flawOfOperation(client, operation)));
    if (!flaws.includes(null) && !namedOtherwise.has(event)) unknown.push(event);
  }
  expect(unknown).toEqual([]);
});

function unknownReads(on: string, reads: RuleReads): string[] {
  const type = catalog.resourceTypes.get(on) as ResourceTypeDefinition;
  return [
    ...reads.paths
      .filter((path) => !path.startsWith("@") && shapeOf(type, path) === null)
      .map((path) => `${on} ${path}`),
    ...[...reads.relations, ...reads.exists].flatMap((read) => unknownReads(read.type, read.reads)),
  ];
}

test.each([...catalog.insights.values()])("$id reads fields that AWS's answers have", ({
  on,
  applies,
  passes,
}) => {
  const rules = [...(applies ? [applies] : []), passes];
  expect(rules.flatMap((rule) => unknownReads(on, readsOf(rule)))).toEqual([]);
});

test("a field that AWS does not have is found", () => {
  const bucket = catalog.resourceTypes.get("aws.s3.bucket") as ResourceTypeDefinition;
  expect(unknownPaths({ ...bucket, createdAt: "CreatedDate" })).toEqual(["CreatedDate"]);
  const reads = readsOf({ op: "equals", path: "PublicAccessBlock.BlockPublicAcl", value: true });
  expect(unknownReads("aws.s3.bucket", reads)).toEqual(["aws.s3.bucket PublicAccessBlock.BlockPublicAcl"]);
});
