// What IAM knows of an account as a whole: summary, password policy, aliases.
import type { Call, Operation } from "../../operation.ts";
import type { IamPasswordPolicy, IamRootUser } from "../../shapes.ts";
import { authorizationDetails } from "./authorization-details.ts";
import { alreadyExists, iamArn, type Marked, marked, noSuchEntity, own } from "./entity.ts";
import { unassignedDevices } from "./mfa.ts";
import { providerCount } from "./providers.ts";
import { serverCertificateCount } from "./server-certificates.ts";
import { profiles } from "./stored-profile.ts";
import { preferencesIn } from "./token-version.ts";
import { userAnswer } from "./users.ts";

const defaultRoot: IamRootUser = { mfaEnabled: true, hardwareMfa: true, accessKeysPresent: false };

/** AWS's quotas, as the summary shows them. */
const quotas = {
  UsersQuota: 5000,
  GroupsQuota: 300,
  RolesQuota: 1000,
  PoliciesQuota: 1500,
  ServerCertificatesQuota: 20,
  InstanceProfilesQuota: 1000,
  AccessKeysPerUserQuota: 2,
  GroupsPerUserQuota: 10,
  AttachedPoliciesPerUserQuota: 10,
  AttachedPoliciesPerGroupQuota: 10,
  AttachedPoliciesPerRoleQuota: 10,
  PolicySizeQuota: 6144,
  UserPolicySizeQuota: 2048,
  GroupPolicySizeQuota: 5120,
  AssumeRolePolicySizeQuota: 2048,
  VersionsPerPolicyQuota: 5,
  SigningCertificatesPerUserQuota: 2,
  PolicyVersionsInUseQuota: 10000,
};

export const accountOperations: Record<string, Operation> = {
  GetAccountSummary(call: Call) {
    const { users, groups, roles, policies } = own(call);
    const root = rootOf(call);
    const devices = users.list().reduce((sum, { mfaDevices }) => sum + mfaDevices.length, 0);
    const rootDevices = root.mfaEnabled ? 1 : 0;
    return {
      SummaryMap: {
        ...quotas,
        GlobalEndpointTokenVersion: preferencesIn(call).version,
        Users: users.list().length,
        Groups: groups.list().length,
        Roles: roles.list().length,
        Policies: policies.list().length,
        InstanceProfiles: profiles(call).list().length,
        MFADevices: devices + rootDevices + unassignedDevices(call).length,
        MFADevicesInUse: devices + rootDevices,
        AccountMFAEnabled: rootDevices,
        AccountAccessKeysPresent: root.accessKeysPresent ? 1 : 0,
        AccountPasswordPresent: 1,
        AccountSigningCertificatesPresent: 0,
        ServerCertificates: serverCertificateCount(call),
        Providers: providerCount(call),
        PolicyVersionsInUse: policies.list().reduce((sum, { versions }) => sum + versions.length, 0),
      },
    };
  },
  ListVirtualMFADevices(call: Call<Marked & { AssignmentStatus?: "Assigned" | "Unassigned" | "Any" }>) {
    const root = rootOf(call);
    const ofRoot =
      root.mfaEnabled && !root.hardwareMfa
        ? [
            {
              SerialNumber: iamArn(call, "mfa", "/", "root-account-mfa-device"),
              EnableDate: call.world.bornAt,
              User: rootAnswer(call),
            },
          ]
        : [];
    const ofUsers = own(call)
      .users.list()
      .flatMap((user) =>
        user.mfaDevices
          .filter(({ SerialNumber }) => SerialNumber.includes(":mfa/"))
          .map((device) => ({ ...device, User: userAnswer(call, user) })),
      );
    const { AssignmentStatus = "Any" } = call.input;
    const found = [
      ...(AssignmentStatus === "Unassigned" ? [] : [...ofRoot, ...ofUsers]),
      ...(AssignmentStatus === "Assigned" ? [] : unassignedDevices(call)),
    ];
    const { items, ...rest } = marked(call.input, found);
    return { VirtualMFADevices: items, ...rest };
  },
  GetAccountPasswordPolicy(call: Call) {
    const policy = passwordPolicies(call).get("self");
    if (!policy) throw noPasswordPolicy(call);
    return { PasswordPolicy: policy };
  },
  UpdateAccountPasswordPolicy(call: Call<Partial<IamPasswordPolicy>>) {
    const { MaxPasswordAge } = call.input;
    passwordPolicies(call).put("self", {
      MinimumPasswordLength: 6,
      RequireSymbols: false,
      RequireNumbers: false,
      RequireUppercaseCharacters: false,
      RequireLowercaseCharacters: false,
      AllowUsersToChangePassword: false,
      ...call.input,
      ExpirePasswords: Boolean(MaxPasswordAge),
    });
  },
  DeleteAccountPasswordPolicy(call: Call) {
    if (!passwordPolicies(call).delete("self")) throw noPasswordPolicy(call);
  },
  ListAccountAliases(call: Call<Marked>) {
    const { items, ...rest } = marked(
      call.input,
      aliases(call)
        .list()
        .map(({ alias }) => alias),
    );
    return { AccountAliases: items, ...rest };
  },
  CreateAccountAlias(call: Call<{ AccountAlias: string }>) {
    const { AccountAlias } = call.input;
    for (const { alias } of aliases(call).list()) {
      if (alias === AccountAlias) throw alreadyExists(`The account alias ${AccountAlias} already exists.`);
      aliases(call).delete(alias);
    }
    aliases(call).put(AccountAlias, { alias: AccountAlias });
  },
  DeleteAccountAlias(call: Call<{ AccountAlias: string }>) {
    const { AccountAlias } = call.input;
    if (!aliases(call).delete(AccountAlias))
      throw noSuchEntity(`The account alias ${AccountAlias} does not exist.`);
  },
  GetAccountAuthorizationDetails: authorizationDetails,
};

function rootOf(call: Call): IamRootUser {
  return (
    call.world
      .collection<IamRootUser>({ accountId: call.accountId, region: "global" }, "iam:root")
      .get("self") ?? defaultRoot
  );
}

function rootAnswer(call: Call) {
  const Arn = `arn:${call.world.partition}:iam::${call.accountId}:root`;
  return { Path: "/", UserName: "root", UserId: call.accountId, Arn, CreateDate: call.world.bornAt };
}

function passwordPolicies(call: Call) {
  return call.world.collection<IamPasswordPolicy>(
    { accountId: call.accountId, region: "global" },
    "iam:password-policy",
  );
}

function noPasswordPolicy({ accountId }: Call) {
  return noSuchEntity(`The Password Policy with domain name ${accountId} cannot be found.`);
}

function aliases(call: Call) {
  return call.world.collection<{ alias: string }>(
    { accountId: call.accountId, region: "global" },
    "iam:alias",
  );
}
