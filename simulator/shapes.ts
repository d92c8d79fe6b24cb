// The values that worlds derive and services keep in the collections "organizations:*", "account:*",
// "iam:*" and "cloudformation:*". All are JSON: dates are ISO strings, policy documents are JSON text
// (`JSON.stringify(document)`), ids are of AWS's form. Fields in PascalCase are returned as they are.
//
// | kind | place | id | value | who makes it before any API call |
// | organizations:organization | management, global | "self" | Organization | the world |
// | organizations:ou | management, global | OU id | OrganizationalUnit | the world |
// | organizations:account | management, global | account id | OrganizationAccount | made from `accounts(world)` where parentId is not null |
// | organizations:policy | management, global | policy id | OrganizationPolicy | the world, customer-made ones only; FullAWSAccess and RCPFullAWSAccess are always there |
// | organizations:attachment | management, global | root, OU or account id | PolicyAttachment | the world, only where it differs from [FullAWSAccess]; the list is then complete, FullAWSAccess included |
// | organizations:delegated-administrator | management, global | account id | DelegatedAdministrator | the world |
// | account:region | account, global | region | RegionOptIn | the world, only where it differs from AWS's default (simulator/regions.ts) |
// | account:alternate-contact | account, global | BILLING, OPERATIONS or SECURITY | AlternateContact | the world |
// | account:contact | account, global | "self" | ContactInformation | the world, else made from the account's name |
// | iam:user, iam:group, iam:role, iam:instance-profile | account, global | name | IamUser … | the world; every active member also gets OrganizationAccountAccessRole |
// | iam:policy | account, global | policy name | IamPolicy | the world, customer-managed ones only |
// | iam:password-policy | account, global | "self" | IamPasswordPolicy | the world; absent = none set |
// | iam:root | account, global | "self" | IamRootUser | the world; absent = MFA on, no keys |
// | iam:alias | account, global | alias | { alias } | the world |
// | cloudformation:stack | account, region | stack id | Stack of services/cloudformation/ | nobody |

export interface Organization {
  /** o-… (12 characters). */
  Id: string;
  /** r-…. */
  rootId: string;
  managementAccountId: string;
  managementAccountEmail: string;
  FeatureSet: "ALL" | "CONSOLIDATED_BILLING";
  enabledPolicyTypes: PolicyType[];
  rootTags?: Record<string, string>;
}

export type PolicyType =
  | "SERVICE_CONTROL_POLICY"
  | "RESOURCE_CONTROL_POLICY"
  | "TAG_POLICY"
  | "BACKUP_POLICY"
  | "AISERVICES_OPT_OUT_POLICY"
  | "BEDROCK_POLICY"
  | "CHATBOT_POLICY"
  | "DECLARATIVE_POLICY_EC2"
  | "GUARDDUTY_POLICY"
  | "INSPECTOR_POLICY"
  | "NETWORK_SECURITY_DIRECTOR_POLICY"
  | "S3_POLICY"
  | "SECURITYHUB_CSPM_POLICY"
  | "SECURITYHUB_POLICY"
  | "UPGRADE_ROLLOUT_POLICY";

export interface OrganizationalUnit {
  /** ou-{root without r-}-xxxxxxxx. */
  Id: string;
  Name: string;
  parentId: string;
  tags: Record<string, string>;
}

export interface OrganizationAccount {
  Id: string;
  Name: string;
  Email: string;
  State: "ACTIVE" | "SUSPENDED" | "PENDING_CLOSURE" | "PENDING_ACTIVATION" | "CLOSED";
  JoinedMethod: "INVITED" | "CREATED";
  JoinedTimestamp: string;
  parentId: string;
  tags: Record<string, string>;
  /** When its closing was asked for. */
  closedAt?: string;
}

export interface OrganizationPolicy {
  /** p-xxxxxxxx. */
  Id: string;
  Name: string;
  Description: string;
  Type: PolicyType;
  document: string;
  tags: Record<string, string>;
}

export interface PolicyAttachment {
  targetId: string;
  /** Every policy attached here, of all types; "p-FullAWSAccess" is listed unless detached. */
  policyIds: string[];
}

export interface DelegatedAdministrator {
  accountId: string;
  enabledAt: string;
  /** For example ["config.amazonaws.com"]. */
  servicePrincipals: string[];
}

export interface RegionOptIn {
  RegionName: string;
  RegionOptStatus: "ENABLED" | "ENABLING" | "DISABLING" | "DISABLED" | "ENABLED_BY_DEFAULT";
}

export interface AlternateContact {
  AlternateContactType: "BILLING" | "OPERATIONS" | "SECURITY";
  Name: string;
  Title: string;
  EmailAddress: string;
  PhoneNumber: string;
}

export interface ContactInformation {
  FullName: string;
  CompanyName?: string;
  AddressLine1: string;
  City: string;
  PostalCode: string;
  CountryCode: string;
  PhoneNumber: string;
  StateOrRegion?: string;
}

export interface Tag {
  Key: string;
  Value: string;
}

/** What users, groups and roles have in common. */
export interface IamEntity {
  Path: string;
  CreateDate: string;
  /** By policy name, JSON text. */
  inlinePolicies: Record<string, string>;
  /** ARNs of attached managed policies, AWS's (arn:aws:iam::aws:policy/SecurityAudit) or the account's. */
  attachedPolicies: string[];
}

export interface IamUser extends IamEntity {
  UserName: string;
  /** AIDA + 17 characters; iamId("AIDA", random) of simulator/ids.ts. */
  UserId: string;
  PasswordLastUsed?: string;
  /** ARN of the boundary policy. */
  permissionsBoundary?: string;
  Tags: Tag[];
  groups: string[];
  accessKeys: IamAccessKey[];
  mfaDevices: { SerialNumber: string; EnableDate: string }[];
  /** Present = may sign in to the console. */
  loginProfile?: { CreateDate: string; PasswordResetRequired: boolean };
}

export interface IamAccessKey {
  /** accessKeyId("AKIA", accountId, random) of simulator/ids.ts: like AWS's it tells the account. */
  AccessKeyId: string;
  Status: "Active" | "Inactive";
  CreateDate: string;
  /** Without it nobody can sign with the key (derived users). */
  secretAccessKey?: string;
  lastUsed?: { LastUsedDate: string; ServiceName: string; Region: string };
}

export interface IamGroup extends IamEntity {
  GroupName: string;
  /** AGPA + 17 characters. */
  GroupId: string;
}

export interface IamRole extends IamEntity {
  RoleName: string;
  /** AROA + 17 characters. */
  RoleId: string;
  Description?: string;
  MaxSessionDuration: number;
  permissionsBoundary?: string;
  Tags: Tag[];
  /** The trust policy, JSON text. */
  trustPolicy: string;
  /** Unique ids that the principals' ARNs in the trust policy had when it was set; absent: compared by ARN. */
  trustedIds?: Record<string, string>;
  lastUsed?: { LastUsedDate: string; Region: string };
}

export interface IamInstanceProfile {
  InstanceProfileName: string;
  /** AIPA + 17 characters. */
  InstanceProfileId: string;
  Path: string;
  CreateDate: string;
  roles: string[];
  Tags: Tag[];
}

export interface IamPolicy {
  PolicyName: string;
  /** ANPA + 17 characters. */
  PolicyId: string;
  Path: string;
  Description?: string;
  CreateDate: string;
  UpdateDate: string;
  DefaultVersionId: string;
  /** Oldest first; ids v1, v2 …; at most 5. */
  versions: { VersionId: string; CreateDate: string; document: string }[];
  /** Number of the next version. */
  nextVersion: number;
  Tags: Tag[];
}

export interface IamPasswordPolicy {
  MinimumPasswordLength: number;
  RequireSymbols: boolean;
  RequireNumbers: boolean;
  RequireUppercaseCharacters: boolean;
  RequireLowercaseCharacters: boolean;
  AllowUsersToChangePassword: boolean;
  ExpirePasswords: boolean;
  MaxPasswordAge?: number;
  PasswordReusePrevention?: number;
  HardExpiry?: boolean;
}

export interface IamRootUser {
  mfaEnabled: boolean;
  hardwareMfa: boolean;
  accessKeysPresent: boolean;
}
