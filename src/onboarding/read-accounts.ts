// The accounts with their paths, a page of 20 at a time: by ListAccounts, or by walking the tree where
// the role may not call it or the partition does not give paths yet.
import type { ListedAccount } from "#model/organization.ts";
import {
  ask,
  type OrganizationReader,
  pagesOf,
  type ReadFailure,
  type Reading,
  unreadable,
} from "./organization-reader.ts";
import type { ParentOfAccounts } from "./read-tree.ts";

interface AccountShape {
  Id?: string;
  Arn?: string;
  Name?: string;
  Email?: string;
  State?: string;
  Status?: string;
  JoinedTimestamp?: Date;
  Paths?: string[];
}
interface Output {
  Accounts?: AccountShape[];
  NextToken?: string;
}

export type AccountPage = { ok: true; value: ListedAccount[]; operation: string } | ReadFailure;

/** `parents` is asked only if the tree must be walked; accounts named before come again then. */
export async function* readAccounts(
  reader: OrganizationReader,
  parents: () => Promise<Reading<ParentOfAccounts[]>>,
): AsyncGenerator<AccountPage> {
  const operation = "organizations:ListAccounts";
  for await (const page of pagesOf<Output>(reader, "ListAccounts", {})) {
    const accounts = page.ok ? listed(page.value, null) : [];
    const isLacking = page.ok
      ? accounts.some((account) => account.unitIds.length === 0)
      : page.error.reason === "denied";
    if (isLacking) {
      yield* readByParent(reader, await parents());
      return;
    }
    yield page.ok ? { ok: true, value: accounts, operation } : page;
  }
}

async function* readByParent(
  reader: OrganizationReader,
  parents: Reading<ParentOfAccounts[]>,
): AsyncGenerator<AccountPage> {
  if (parents.ok) yield* readAccountsUnder(reader, parents.value);
  else yield parents;
}

export const walking = "organizations:ListAccountsForParent";

export async function* readAccountsUnder(
  reader: OrganizationReader,
  parents: ParentOfAccounts[],
): AsyncGenerator<AccountPage> {
  const operation = walking;
  for (const { id, unitIds } of parents)
    for await (const page of pagesOf<Output>(reader, "ListAccountsForParent", { ParentId: id })) {
      yield page.ok ? { ok: true, value: listed(page.value, unitIds), operation } : page;
      if (!page.ok) return;
    }
}

/** One account, and the organization that its ARN names. null: the caller's organization has no such account. */
export async function readAccount(
  reader: OrganizationReader,
  AccountId: string,
): Promise<Reading<(ListedAccount & { organizationId: string | null }) | null>> {
  const answer = await ask<{ Account?: AccountShape }>(reader, "organizations", "DescribeAccount", {
    AccountId,
  });
  if (!answer.ok)
    return answer.error.code === "AccountNotFoundException" ? { ok: true, value: null } : answer;
  const { Account } = answer.value;
  const [account] = Account ? listed({ Accounts: [Account] }, null) : [];
  if (!account) return unreadable("organizations:DescribeAccount", "no account in the answer");
  return { ok: true, value: { ...account, organizationId: Account?.Arn?.split("/")[1] ?? null } };
}

function listed({ Accounts = [] }: Output, unitIds: string[] | null): ListedAccount[] {
  return Accounts.flatMap(({ Id, Name, Email, State, Status, JoinedTimestamp, Paths }) =>
    Id
      ? [
          {
            id: Id,
            name: Name ?? Id,
            email: Email ?? null,
            state: State ?? Status ?? "UNKNOWN",
            joinedAt: JoinedTimestamp ?? null,
            unitIds: unitIds ?? unitIdsOf(Paths?.[0]),
          },
        ]
      : [],
  );
}

/** "o-x/r-ab12/ou-ab12-1/ou-ab12-2/111122223333/" → ["r-ab12", "ou-ab12-1", "ou-ab12-2"]. */
function unitIdsOf(path: string | undefined): string[] {
  return (path ?? "").split("/").filter((part) => /^(r|ou)-/.test(part));
}
