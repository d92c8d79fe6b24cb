// Who can do what to one resource: everyone, accounts, organizations and services first, then the users and roles of
// its own account and of the known accounts that its policy names, a page at a time.
import { cloudsByAccount, type KeptDocument } from "#store/identity-documents.ts";
import type { TenantTx } from "#store/open.ts";
import { type Account, openAccount } from "./account.ts";
import { grantedOnKey, listedInAcl } from "./beside-policy.ts";
import { anyAccount, anyone, type Candidate, namedIn, rootOf } from "./candidates.ts";
import { openClasses } from "./classes.ts";
import { gather, type Holding } from "./gather.ts";
import { gapsOf, heldOf, ignoresPublicAcls, type NotRead, valueAt } from "./held.ts";
import { type Grant, judgeCandidate } from "./judge-candidate.ts";
import { type PrincipalPlace, type PrincipalsAsked, principalsPage } from "./principals-page.ts";
import { targetOf } from "./targets.ts";

export interface AccessPage extends Omit<JudgedPage, "found"> {
  holdings: Holding[];
}

export interface JudgedPage {
  found: { candidate: Candidate; grants: Grant[] }[];
  /** Users and roles looked at for this page. */
  judged: number;
  /** What could not be read, and so may hide access. */
  notRead: NotRead[];
  next: PrincipalPlace | null;
}

/** "unsupported": who has access to things of this type is not told. */
export async function whoCan(
  tx: TenantTx,
  resource: KeptDocument,
  asked: PrincipalsAsked,
  now: Date,
): Promise<AccessPage | "unsupported"> {
  const page = await judgedPage(tx, resource, asked, now);
  if (page === "unsupported") return page;
  const { found, ...rest } = page;
  return { holdings: gather(found), ...rest };
}

/** As `whoCan`, candidate by candidate. */
export async function judgedPage(
  tx: TenantTx,
  resource: KeptDocument,
  asked: PrincipalsAsked,
  now: Date,
): Promise<JudgedPage | "unsupported"> {
  const target = targetOf(resource.type);
  const owner = await openAccount(tx, resource.cloudId);
  if (!target || !owner) return "unsupported";
  const held = await heldOf(tx, owner, resource, target, now);
  const named = namedIn(valueAt(resource.properties, target.policyAt), owner);
  const beside = await besidePolicy(tx, owner, resource);
  const clouds = await cloudsByAccount(tx, accountsOf([...named, ...beside]));
  const page = await principalsPage(tx, owner, [resource.cloudId, ...clouds.values()], asked);
  // Of an account that is known its own users and roles are judged; its number stands for nobody else.
  const outsiders = named.filter(({ accountId }) => accountId === null || !clouds.has(accountId));
  const isFirst = asked.after === null;
  const first = isFirst
    ? [anyone, anyAccount(owner.place.partition), ...outsiders, rootOf(owner), ...beside]
    : [];
  const classes = openClasses(held);
  return {
    found: [
      ...first.map((candidate) => ({ candidate, grants: judgeCandidate(held, candidate) })),
      ...page.candidates.map((candidate) => ({ candidate, grants: classes.judge(candidate) })),
    ],
    judged: page.candidates.length,
    notRead: [...(isFirst ? gapsOf(resource, target) : []), ...page.notRead],
    next: page.next,
  };
}

async function besidePolicy(tx: TenantTx, owner: Account, resource: KeptDocument): Promise<Candidate[]> {
  if (resource.type === "aws.kms.key") return grantedOnKey(owner, resource);
  if (resource.type !== "aws.s3.bucket") return [];
  // A block that could not be read is told as such; what it may let through is shown.
  return listedInAcl(owner, resource, (await ignoresPublicAcls(tx, resource)) === true);
}

function accountsOf(candidates: readonly Candidate[]): string[] {
  return [...new Set(candidates.flatMap(({ accountId }) => (accountId === null ? [] : [accountId])))].sort();
}
