// Account settings: regions and contacts, of the own account or, for the management account, of a member.
import { AwsFault, type Call, type NeededPermission, type ServiceDefinition } from "../operation.ts";
import { organizationOf } from "../organization.ts";
import { page } from "../paging.ts";
import { regionsOf, type StoredRegion } from "../regions.ts";
import type { AlternateContact, ContactInformation, RegionOptIn } from "../shapes.ts";

interface Named {
  AccountId?: string;
}

export const account: ServiceDefinition = {
  client: "account",
  operations: {
    ListRegions(
      call: Call<Named & { MaxResults?: number; NextToken?: string; RegionOptStatusContains?: string[] }>,
    ) {
      const { MaxResults = 50, NextToken, RegionOptStatusContains: wanted } = call.input;
      const regions = regionsOf(call.world, subject(call), call.now).filter(
        ({ RegionOptStatus }) => !wanted?.length || wanted.includes(RegionOptStatus),
      );
      const { items, next } = page(regions, Math.min(MaxResults, 50), NextToken, "ValidationException");
      return { Regions: items, NextToken: next };
    },
    GetRegionOptStatus(call: Call<Named & { RegionName: string }>) {
      return region(call, call.input.RegionName);
    },
    EnableRegion(call: Call<Named & { RegionName: string }>) {
      setRegion(call, "ENABLING");
    },
    DisableRegion(call: Call<Named & { RegionName: string }>) {
      setRegion(call, "DISABLING");
    },
    GetAlternateContact(call: Call<Named & { AlternateContactType: string }>) {
      const contact = alternateContacts(call).get(call.input.AlternateContactType);
      if (!contact) throw notFound("No contact of the inputted alternate contact type found.");
      return { AlternateContact: contact };
    },
    PutAlternateContact(call: Call<Named & AlternateContact>) {
      const { AccountId: _, ...contact } = call.input;
      alternateContacts(call).put(contact.AlternateContactType, contact);
    },
    DeleteAlternateContact(call: Call<Named & { AlternateContactType: string }>) {
      if (!alternateContacts(call).delete(call.input.AlternateContactType)) {
        throw notFound("No contact of the inputted alternate contact type found.");
      }
    },
    GetContactInformation(call: Call<Named>) {
      return { ContactInformation: contacts(call).get("self") ?? defaultContact(call) };
    },
    PutContactInformation(call: Call<Named & { ContactInformation: ContactInformation }>) {
      contacts(call).put("self", call.input.ContactInformation);
    },
  },
  permissions: Object.fromEntries(
    [
      "ListRegions",
      "GetRegionOptStatus",
      "EnableRegion",
      "DisableRegion",
      "GetAlternateContact",
      "PutAlternateContact",
      "DeleteAlternateContact",
      "GetContactInformation",
      "PutContactInformation",
    ].map((operation) => [operation, (call: Call<Named>) => needed(call, operation)]),
  ),
};

/** On the own account, or on the member as Organizations names it. */
function needed(call: Call<Named>, operation: string): NeededPermission[] {
  const { partition } = call.world;
  const { AccountId } = call.input;
  const view = organizationOf(call.world);
  const resource =
    AccountId && view
      ? `arn:${partition}:account::${view.self.managementAccountId}:account/${view.self.Id}/${AccountId}`
      : `arn:${partition}:account::${call.accountId}:account`;
  return [{ action: `account:${operation}`, resource }];
}

/** The account that a call is about. Only the management account may name another. */
function subject(call: Call<Named>): string {
  const { AccountId } = call.input;
  if (!AccountId) return call.accountId;
  const view = organizationOf(call.world);
  const isManagement = view?.self.managementAccountId === call.accountId;
  if (!isManagement || AccountId === call.accountId || !view?.accounts.get(AccountId)) {
    throw new AwsFault(
      "AccessDeniedException",
      `User: ${call.principal.arn} is not authorized to perform this action on account ${AccountId}`,
    );
  }
  return AccountId;
}

function region(call: Call<Named>, name: string): RegionOptIn {
  const found = regionsOf(call.world, subject(call), call.now).find(({ RegionName }) => RegionName === name);
  if (!found) throw new AwsFault("ValidationException", `The region ${name} does not exist.`);
  return found;
}

/** Takes a while; meanwhile the region cannot be asked for otherwise. */
function setRegion(
  call: Call<Named & { RegionName: string }>,
  RegionOptStatus: "ENABLING" | "DISABLING",
): void {
  const { RegionName, RegionOptStatus: before } = region(call, call.input.RegionName);
  if (before === "ENABLED_BY_DEFAULT")
    throw new AwsFault("ValidationException", `The region ${RegionName} is enabled by default.`);
  if (before === "ENABLING" || before === "DISABLING") {
    throw new AwsFault(
      "ConflictException",
      `The region ${RegionName} is in the status ${before} and cannot be changed now.`,
      409,
    );
  }
  if (before === (RegionOptStatus === "ENABLING" ? "ENABLED" : "DISABLED")) return;
  const settlesAt = new Date(call.now.getTime() + (call.settleMs ?? 0)).toISOString();
  call.world
    .collection<StoredRegion>({ accountId: subject(call), region: "global" }, "account:region")
    .put(RegionName, { RegionName, RegionOptStatus, settlesAt });
}

function alternateContacts(call: Call<Named>) {
  return call.world.collection<AlternateContact>(
    { accountId: subject(call), region: "global" },
    "account:alternate-contact",
  );
}

function contacts(call: Call<Named>) {
  return call.world.collection<ContactInformation>(
    { accountId: subject(call), region: "global" },
    "account:contact",
  );
}

function defaultContact(call: Call<Named>): ContactInformation {
  return {
    FullName: call.world.accounts.get(subject(call))?.name ?? "Unknown",
    AddressLine1: "1 Example Street",
    City: "Example City",
    PostalCode: "00000",
    CountryCode: "US",
    PhoneNumber: "+1-555-0100",
  };
}

function notFound(message: string): AwsFault {
  return new AwsFault("ResourceNotFoundException", message);
}
