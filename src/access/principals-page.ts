// The users and roles of one account after another, a page at a time.
import { readDocuments } from "#store/identity-documents.ts";
import type { TenantTx } from "#store/open.ts";
import { type Account, identityOf, openAccount, principalTypes } from "./account.ts";
import { type Candidate, candidateOf } from "./candidates.ts";
import type { NotRead } from "./held.ts";

/** Where a page ended. */
export interface PrincipalPlace {
  cloudId: string;
  resourceId: string;
}

export interface PrincipalsAsked {
  after: PrincipalPlace | null;
  limit: number;
}

export interface PrincipalsPage {
  candidates: Candidate[];
  notRead: NotRead[];
  next: PrincipalPlace | null;
}

/** The accounts in the order given; the first is open already. */
export async function principalsPage(
  tx: TenantTx,
  owner: Account,
  cloudIds: readonly string[],
  { after, limit }: PrincipalsAsked,
): Promise<PrincipalsPage> {
  const candidates: Candidate[] = [];
  const notRead: NotRead[] = [];
  const from = Math.max(0, after === null ? 0 : cloudIds.indexOf(after.cloudId));
  for (const [at, cloudId] of cloudIds.slice(from).entries()) {
    const account = cloudId === owner.place.cloudId ? owner : await openAccount(tx, cloudId);
    if (!account) continue;
    const begin = at === 0 ? (after?.resourceId ?? null) : null;
    // Told once, with the account's first page.
    if (begin === null) notRead.push(...incompleteIn(account));
    const wanted = limit - candidates.length;
    const rows = await readDocuments(tx, { cloudId, types: principalTypes, after: begin, limit: wanted + 1 });
    const page = rows.slice(0, wanted);
    candidates.push(...page.map((document) => candidateOf(account, identityOf(account, document))));
    const last = page.at(-1);
    if (rows.length > wanted) return { candidates, notRead, next: { cloudId, resourceId: last?.id ?? "" } };
  }
  return { candidates, notRead, next: null };
}

export function incompleteIn({ incomplete, place, scp, rcp }: Account): NotRead[] {
  const { cloudId } = place;
  return [
    ...incomplete.map((what) => ({ what, cloudId, why: "Its listing is not complete." })),
    ...(scp === "unread" ? [{ what: "service control policies", cloudId, why: organizationWhy(place) }] : []),
    ...(rcp === "unread"
      ? [{ what: "resource control policies", cloudId, why: organizationWhy(place) }]
      : []),
  ];
}

function organizationWhy({ organization }: Account["place"]): string {
  return organization
    ? "The organization's role could not read them yet."
    : "No organization is connected that the account is known to be in.";
}
