// Clouds whose answers are the same: equal role policies, boundaries, tags and organization policies, and nothing in
// those that tells accounts apart. A thousand accounts are a few dozen classes.
import type { AttachedPolicy, Layers } from "#iam/layers.ts";
import type { DiagnosisCloud, DiagnosisRole } from "#store/diagnosis-inputs.ts";
import { policiesOf } from "./role-layers.ts";

const textOf = new WeakMap<object, string>();

export function classOf(cloud: DiagnosisCloud, role: DiagnosisRole, layers: Layers): string {
  const policies = policiesOf(layers);
  const own = policies.filter(({ layer }) => layer === "identity" || layer === "boundary");
  const texts = policies.map(({ policy }) => documentText(policy));
  const parts = [
    cloud.partition,
    role.arn.replace(cloud.accountId, ""),
    role.reading === null || role.readAt === null,
    own.map(({ layer, policy }) => [
      layer,
      policy.name,
      documentText(policy).replaceAll(cloud.accountId, "@"),
    ]),
    layers.boundary === "unread",
    ...[layers.scp, layers.rcp].map((levels) => pointsOf(levels, cloud.accountId)),
    texts.some((text) => /principaltag/i.test(text)) ? role.reading?.tags : [],
    texts.some((text) => tellsApart(text, cloud.accountId)) ? cloud.id : "",
  ];
  return JSON.stringify(parts);
}

function pointsOf(levels: Layers["scp"], accountId: string): unknown {
  if (typeof levels === "string") return levels;
  return levels.map(({ attachedTo, policies }) => [
    attachedTo.id === accountId ? "" : attachedTo.id,
    policies.map(({ arn, hash }) => [arn, hash]),
  ]);
}

/** Account ids, parts of them, and ids of roles; of the account itself only where it is not its own word for itself. */
function tellsApart(text: string, accountId: string): boolean {
  return /\d{12}|\d+[*?]|[*?]\d+|aws:userid|AROA/i.test(text.replaceAll(accountId, "@"));
}

function documentText({ policy }: AttachedPolicy): string {
  let text = textOf.get(policy);
  if (text === undefined) {
    text = JSON.stringify(policy);
    textOf.set(policy, text);
  }
  return text;
}
