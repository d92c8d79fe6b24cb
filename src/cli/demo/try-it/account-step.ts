// An account that is created, moved to another unit and closed. AWS takes no closing back, so the next try makes
// another account.

import type { StepInWorld } from "#api/simulated-world.ts";
import type { DemoAct } from "#contract/demo.ts";
import type { Administrator } from "../administrator-access.ts";

const namePrefix = "try-it-";
const preferredUnit = "Sandbox";

interface Creation {
  AccountName: string;
  AccountId?: string;
  RequestedTimestamp: Date;
}

interface Place {
  Id: string;
  Name: string;
}

function asking(administrator: Administrator, managementAccountId: string) {
  return <Output>(operation: string, input: object = {}) =>
    administrator.ask<Output>(managementAccountId, "organizations", operation, input);
}

export async function lookAtAccount(
  administrator: Administrator,
  managementAccountId: string,
  /** Oldest first. */
  made: readonly Creation[],
): Promise<StepInWorld> {
  const ask = asking(administrator, managementAccountId);
  const step = {
    id: "account" as const,
    policy: null,
    shownBy: null,
    isSynced: true,
    isHarvested: false,
    isScored: false,
  };
  const last = made.at(-1);
  if (!last?.AccountId) return { ...step, state: "untouched", acts: ["create"], account: null };
  const id = last.AccountId;
  const [{ Account }, unitId, rootId] = await Promise.all([
    ask<{ Account: { Name: string; State: string } }>("DescribeAccount", { AccountId: id }),
    parentOf(administrator, managementAccountId, id),
    rootOf(administrator, managementAccountId),
  ]);
  const account = { id, name: Account.Name, unitId };
  if (Account.State !== "ACTIVE") return { ...step, state: "closed", acts: ["create"], account };
  return unitId === rootId
    ? { ...step, state: "created", acts: ["move", "close"], account }
    : { ...step, state: "moved", acts: ["move-back", "close"], account };
}

export async function changeAccount(
  administrator: Administrator,
  managementAccountId: string,
  { account }: StepInWorld,
  act: DemoAct,
): Promise<void> {
  const ask = asking(administrator, managementAccountId);
  if (act === "create") {
    const made = await creations(administrator, managementAccountId);
    const number = made.filter(isOurs).length + 1;
    const AccountName = `${namePrefix}${number}`;
    await ask("CreateAccount", { AccountName, Email: `aws+${AccountName}@meridian.example` });
    return;
  }
  if (!account) throw new Error("there is no account yet");
  if (act === "close") {
    await ask("CloseAccount", { AccountId: account.id });
    return;
  }
  const rootId = await rootOf(administrator, managementAccountId);
  await ask("MoveAccount", {
    AccountId: account.id,
    SourceParentId: account.unitId,
    DestinationParentId:
      act === "move" ? await unitBelow(administrator, managementAccountId, rootId) : rootId,
  });
}

export const isOurs = ({ AccountName }: Creation) => AccountName.startsWith(namePrefix);

/** Accounts that the organization has made, oldest first. */
export async function creations(
  administrator: Administrator,
  managementAccountId: string,
): Promise<Creation[]> {
  const ask = asking(administrator, managementAccountId);
  const all: Creation[] = [];
  let NextToken: string | undefined;
  do {
    const page = await ask<{ CreateAccountStatuses?: Creation[]; NextToken?: string }>(
      "ListCreateAccountStatus",
      { States: ["SUCCEEDED"], ...(NextToken ? { NextToken } : {}) },
    );
    all.push(...(page.CreateAccountStatuses ?? []));
    NextToken = page.NextToken;
  } while (NextToken);
  return all.sort((a, b) => a.RequestedTimestamp.getTime() - b.RequestedTimestamp.getTime());
}

async function rootOf(administrator: Administrator, managementAccountId: string): Promise<string> {
  const ask = asking(administrator, managementAccountId);
  const { Roots } = await ask<{ Roots?: Place[] }>("ListRoots");
  return Roots?.[0]?.Id ?? "";
}

async function parentOf(
  administrator: Administrator,
  managementAccountId: string,
  ChildId: string,
): Promise<string | null> {
  const ask = asking(administrator, managementAccountId);
  const { Parents } = await ask<{ Parents?: { Id: string }[] }>("ListParents", { ChildId });
  return Parents?.[0]?.Id ?? null;
}

async function unitBelow(
  administrator: Administrator,
  managementAccountId: string,
  ParentId: string,
): Promise<string> {
  const ask = asking(administrator, managementAccountId);
  const { OrganizationalUnits: units = [] } = await ask<{ OrganizationalUnits?: Place[] }>(
    "ListOrganizationalUnitsForParent",
    { ParentId },
  );
  const unit = units.find(({ Name }) => Name === preferredUnit) ?? units[0];
  if (!unit) throw new Error("the organization has no unit");
  return unit.Id;
}
