// What somebody changed of a role by hand: the role as it is against what its template makes. What a template lets its
// user choose (boundary, platform ARNs, external id or not) is held against the role as it was first seen. Pure.
import type { RoleBaseline, RoleDifference, RolePolicy, RoleReading } from "#model/role-inspection.ts";
import { externalIdWord } from "./role-reading.ts";
import { few, identityOf, type Statement, statementsOf, wordsOf } from "./role-statements.ts";
import { asksForExternalId, trustDifferences, trustedArns } from "./role-trust.ts";
import { concreteRole } from "./templates/concrete-role.ts";
import type { RoleModel, RoleVariant } from "./templates/role-model.ts";

export function baselineOf(reading: RoleReading, template: string): RoleBaseline {
  return {
    template,
    boundaryArn: reading.boundaryArn,
    platformRoleArns: trustedArns(reading.trust),
    asksForExternalId: asksForExternalId(reading.trust),
  };
}

/** Of the role types that the template offers, the one that the role is nearest to. */
export function differencesOf(
  reading: RoleReading,
  model: RoleModel,
  baseline: RoleBaseline,
): RoleDifference[] {
  const given = {
    platformRoleArn: baseline.platformRoleArns,
    ...(baseline.asksForExternalId ? { externalId: externalIdWord } : {}),
  };
  const { trustPolicy } = concreteRole(model, given);
  const candidates = model.variants.map((variant) => policyDifferences(reading.policies, model, variant));
  const nearest = candidates.reduce((best, one) => (one.length < best.length ? one : best));
  return [
    ...trustDifferences(reading.trust, trustPolicy).map((text) => ({ part: "trust" as const, text })),
    ...nearest.map((text) => ({ part: "policies" as const, text })),
    ...boundaryDifference(reading.boundaryArn, baseline.boundaryArn),
  ];
}

function boundaryDifference(now: string | null, before: string | null): RoleDifference[] {
  if (now === before) return [];
  const text =
    now === null
      ? `The permissions boundary ${before} was taken away.`
      : before === null
        ? `The permissions boundary ${now} was added.`
        : `The permissions boundary is ${now}; it was ${before}.`;
  return [{ part: "boundary", text }];
}

function policyDifferences(
  policies: RolePolicy[],
  model: RoleModel,
  { roleType, managedPolicies }: RoleVariant,
): string[] {
  const role = concreteRole(model, { roleType: roleType ?? undefined });
  const attached = policies.filter(({ kind }) => kind === "aws-managed").map(({ name }) => name);
  const added = attached.filter((name) => !managedPolicies.includes(name));
  const gone = managedPolicies.filter((name) => !attached.includes(name));
  const own = policies.filter(({ kind }) => kind !== "aws-managed");
  return [
    ...added.map((name) => `AWS's policy ${name} is attached, which the template does not do.`),
    ...gone.map((name) => `AWS's policy ${name} is not attached any more.`),
    ...statementDifferences(
      own.flatMap(({ name, document }) => statementsOf(document).map((statement) => ({ name, statement }))),
      role.policies.flatMap(({ document }) => statementsOf(document)),
    ),
  ];
}

interface Placed {
  /** The policy it stands in. */
  name: string;
  statement: Statement;
}

/** Policies may have any name and be split anyhow: statements are compared, by content and then by Sid. */
function statementDifferences(actual: Placed[], wanted: Statement[]): string[] {
  const left = new Set(actual);
  const take = (fits: (placed: Placed) => boolean) => {
    const found = [...left].find(fits);
    if (found) left.delete(found);
    return found;
  };
  const changed = wanted.filter(
    (statement) => !take((placed) => identityOf(placed.statement) === identityOf(statement)),
  );
  const texts: string[] = [];
  for (const statement of changed) {
    const same = take((placed) => placed.statement.sid !== null && placed.statement.sid === statement.sid);
    if (same) texts.push(...changesOf(same, statement));
    else texts.push(`Statement ${statement.sid} is gone: ${wordsOf(statement)}.`);
  }
  for (const { name, statement } of left)
    texts.push(`Policy ${name} has a statement that the template does not make: ${wordsOf(statement)}.`);
  return texts;
}

function changesOf({ name, statement: found }: Placed, wanted: Statement): string[] {
  const where = `Statement ${wanted.sid} of policy ${name}`;
  if (found.effect !== wanted.effect || found.isNotAction || found.isNotResource)
    return [`${where} is another: ${wordsOf(found)}.`];
  const lower = (actions: string[]) => new Set(actions.map((action) => action.toLowerCase()));
  const [has, needs] = [lower(found.actions), lower(wanted.actions)];
  const gone = wanted.actions.filter((action) => !has.has(action.toLowerCase()));
  const added = found.actions.filter((action) => !needs.has(action.toLowerCase()));
  const texts = [];
  if (gone.length > 0) texts.push(`${where} lacks ${few(gone)}.`);
  if (added.length > 0) texts.push(`${where} has ${few(added)}, which the template does not give.`);
  if (found.resources.join() !== wanted.resources.join())
    texts.push(`${where} is for ${few(found.resources)} instead of ${few(wanted.resources)}.`);
  if (found.conditions.size > 0) texts.push(`${where} has conditions: ${few([...found.conditions.keys()])}.`);
  return texts;
}
