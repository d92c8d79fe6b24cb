// Who may assume a role: what is unwise in it (E16, S19), and what differs from the template's trust. Pure.
import type { TrustWarning } from "#model/role-inspection.ts";
import { externalIdPatternWord } from "./role-reading.ts";
import { few, identityOf, type Statement, statementsOf, wordsOf } from "./role-statements.ts";

const assumes = (statement: Statement) =>
  statement.effect === "Allow" &&
  statement.principals.some((principal) => !principal.startsWith("Service ")) &&
  statement.actions.some((action) => /^(\*|sts:(\*|assume\*|assumerole))$/i.test(action));

const conditionOn = ({ conditions }: Statement, key: string) =>
  [...conditions].find(([name]) => name.toLowerCase().endsWith(` ${key.toLowerCase()}`));

/** Of any role, made by a template or by hand. */
export function trustWarnings(trust: unknown, accountId: string): TrustWarning[] {
  return statementsOf(trust)
    .filter(assumes)
    .filter(({ principals }) => principals.some((principal) => !isOfAccount(principal, accountId)))
    .flatMap((statement) => [
      ...wideTrust(statement),
      ...namedRoles(statement),
      ...missingExternalId(statement),
    ]);
}

/** Between roles of one account nobody is confused by somebody else's. */
function isOfAccount(principal: string, accountId: string): boolean {
  return (
    principal === `account ${accountId}` ||
    principal.includes(`::${accountId}:`) ||
    principal.startsWith("Service ")
  );
}

function wideTrust(statement: Statement): TrustWarning[] {
  const isNarrowed = conditionOn(statement, "aws:PrincipalArn") !== undefined;
  if (isNarrowed) return [];
  if (statement.principals.includes("*"))
    return [
      {
        code: "anyone",
        text: "The trust names everybody (*) as principal. Name the platform's account, with a condition on aws:PrincipalArn as the template does.",
      },
    ];
  return statement.principals
    .filter((principal) => principal.startsWith("account "))
    .map((account) => ({
      code: "whole-account",
      text: `The trust lets every principal of ${account} assume the role that may call sts:AssumeRole. The template narrows it to the platform role by a condition on aws:PrincipalArn.`,
    }));
}

/** AWS turns a role's ARN in a trust policy into the role's unique id, which a new role of that name has not. */
function namedRoles({ principals }: Statement): TrustWarning[] {
  return principals
    .filter((principal) => /:(role|user)\/|^A(RO|ID)A/.test(principal))
    .map((principal) => ({
      code: "names-role",
      text: /^A(RO|ID)A/.test(principal)
        ? `The trust names ${principal}, the unique id of a role or user that may be gone. Trust the platform's account with a condition on aws:PrincipalArn, as the template does.`
        : `The trust names ${principal} directly. If that role is ever created anew, nobody can assume this one any more. Trust its account with a condition on aws:PrincipalArn, as the template does.`,
    }));
}

function missingExternalId(statement: Statement): TrustWarning[] {
  const condition = conditionOn(statement, "sts:ExternalId");
  if (condition && !condition[1].includes(externalIdPatternWord)) return [];
  const text = condition
    ? "The trust takes any external id that fits a pattern. Ask for the one that Skywarden shows, exactly."
    : "The trust asks for no external id, so another customer of the same platform could reach this account through it (the confused deputy). Add the condition sts:ExternalId with the value that Skywarden shows.";
  return [{ code: "no-external-id", text }];
}

/** The ARNs that the trust is narrowed to. */
export function trustedArns(trust: unknown): string[] {
  return statementsOf(trust)
    .filter(assumes)
    .flatMap((statement) => conditionOn(statement, "aws:PrincipalArn")?.[1] ?? [])
    .sort();
}

export function asksForExternalId(trust: unknown): boolean {
  return statementsOf(trust).some(
    (statement) => assumes(statement) && conditionOn(statement, "sts:ExternalId"),
  );
}

/** In words, statement by statement. */
export function trustDifferences(actual: unknown, expected: unknown): string[] {
  const wanted = statementsOf(expected)[0];
  const all = statementsOf(actual);
  if (!wanted || (all.length === 1 && all[0] && identityOf(all[0]) === identityOf(wanted))) return [];
  const main = all.find(assumes);
  const others = all.filter((statement) => statement !== main);
  return [
    ...(main ? mainDifferences(main, wanted) : ["No statement lets the platform assume the role."]),
    ...others.map((statement) => `A statement was added: ${wordsOf(statement)}.`),
  ];
}

function mainDifferences(main: Statement, wanted: Statement): string[] {
  const texts: string[] = [];
  const added = main.principals.filter((principal) => !wanted.principals.includes(principal));
  const gone = wanted.principals.filter((principal) => !main.principals.includes(principal));
  if (added.length > 0) texts.push(`It trusts ${few(added)}, which the template does not.`);
  if (gone.length > 0) texts.push(`It does not trust ${few(gone)}, which the template does.`);
  const actions = main.actions.filter((action) => !wanted.actions.includes(action));
  if (actions.length > 0) texts.push(`It allows ${few(actions)}, which the template does not.`);
  for (const [name, values] of wanted.conditions) {
    const found = main.conditions.get(name);
    if (!found) texts.push(`The condition ${name} is gone.`);
    else texts.push(...valueDifferences(name, found, values));
  }
  for (const [name, values] of main.conditions)
    if (!wanted.conditions.has(name)) texts.push(`The condition ${name} (${few(values)}) was added.`);
  return texts;
}

function valueDifferences(name: string, found: string[], wanted: string[]): string[] {
  const added = found.filter((value) => !wanted.includes(value));
  const gone = wanted.filter((value) => !found.includes(value));
  return [
    ...(added.length > 0 ? [`The condition ${name} takes ${few(added)} too.`] : []),
    ...(gone.length > 0 ? [`The condition ${name} does not take ${few(gone)} any more.`] : []),
  ];
}
