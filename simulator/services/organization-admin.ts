// The account that the management account lets run a security service for the whole organization, in one region. Naming
// one trusts the service with the organization and delegates to the account, as AWS does along with it.
import { AwsFault, type Call, type Operation } from "../operation.ts";
import { enableServiceAccess, organizationOf } from "../organization.ts";
import type { Place } from "../world.ts";
import { pageAs } from "./records.ts";

interface AdminService {
  /** Kind of the collection, in the management account and the region. */
  kind: string;
  servicePrincipal: string;
  /** Output members of the list. */
  idMember: string;
  statusMember: string;
  /** The service's code for what its caller may not do; the words are from memory. */
  refused: string;
}

interface Admin {
  accountId: string;
}

type AdminCall = Call<{ AdminAccountId?: string }>;

export function organizationAdminOperations(service: AdminService): Record<string, Operation> {
  const place = ({ world, region }: Call): Place => ({ accountId: world.managementAccountId, region });
  const admins = (call: Call) => call.world.collection<Admin>(place(call), service.kind);
  const refuse = (message: string) => new AwsFault(service.refused, message);
  const managed = (call: Call) => {
    const view = organizationOf(call.world);
    if (!view || call.accountId !== view.self.managementAccountId)
      throw refuse(
        "The request is rejected because the caller is not the organization's management account.",
      );
    return view;
  };
  return {
    EnableOrganizationAdminAccount(call: AdminCall) {
      const view = managed(call);
      const { AdminAccountId = "" } = call.input;
      if (!view.accounts.get(AdminAccountId))
        throw refuse("The request is rejected because the account is not a member of the organization.");
      const [known] = admins(call).list();
      if (known && known.accountId !== AdminAccountId)
        throw refuse("The request is rejected because another account is already the administrator.");
      admins(call).put(AdminAccountId, { accountId: AdminAccountId });
      enableServiceAccess(call.world, service.servicePrincipal, call.now);
      const delegate = view.delegates.get(AdminAccountId);
      view.delegates.put(AdminAccountId, {
        accountId: AdminAccountId,
        enabledAt: delegate?.enabledAt ?? call.now.toISOString(),
        servicePrincipals: [...new Set([...(delegate?.servicePrincipals ?? []), service.servicePrincipal])],
      });
      return {};
    },
    /** The delegation in Organizations stays, as in AWS. */
    DisableOrganizationAdminAccount(call: AdminCall) {
      managed(call);
      if (!admins(call).delete(call.input.AdminAccountId ?? ""))
        throw refuse("The request is rejected because the account is not the administrator.");
      return {};
    },
    ListOrganizationAdminAccounts(call: Call) {
      managed(call);
      const found = admins(call)
        .list()
        .map(({ accountId }) => ({ [service.idMember]: accountId, [service.statusMember]: "ENABLED" }));
      return pageAs(call, "AdminAccounts", found, {
        limit: "MaxResults",
        token: "NextToken",
        standard: 10,
        most: 50,
        code: service.refused,
      });
    },
  };
}
