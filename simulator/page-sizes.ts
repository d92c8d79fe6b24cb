// The page sizes that lists take, by client, as "member least-most" and the operations. Sources: the ranges in
// botocore's service models (1.43.11, read 2026-11), which the SDK's schemas leave out; and `fromText`, which only the
// words of AWS's API references say. A list that is in neither takes any size, and cuts it to what it has.

type Ranges = Record<string, Record<string, string>>;

const fromModels: Ranges = {
  account: {
    "MaxResults 1-50": "ListRegions",
  },
  acm: {
    "MaxItems 1-1000": "ListCertificates",
  },
  backup: {
    "MaxResults 1-1000": `
      ListBackupPlans ListBackupSelections ListBackupVaults ListProtectedResources
      ListRecoveryPointsByBackupVault ListTags`,
  },
  cloudformation: {
    "MaxResults 1-100": `
      DescribeStackResourceDrifts ListStackInstances ListStackSetAutoDeploymentTargets
      ListStackSetOperationResults ListStackSetOperations ListStackSets`,
  },
  cloudtrail: {
    "MaxResults 1-50": "LookupEvents",
  },
  cloudwatch: {
    "MaxRecords 1-100": "DescribeAlarms",
  },
  "cloudwatch-logs": {
    "limit 1-50": `
      DescribeLogGroups DescribeLogStreams DescribeMetricFilters DescribeResourcePolicies
      DescribeSubscriptionFilters`,
  },
  "config-service": {
    "Limit 0-100": "DescribeConfigurationAggregators ListTagsForResource",
  },
  dynamodb: {
    "Limit 1-100": "ListBackups ListTables",
  },
  ec2: {
    "MaxResults 5-1000": `
      DescribeDhcpOptions DescribeIamInstanceProfileAssociations DescribeInternetGateways
      DescribeNatGateways DescribeNetworkAcls DescribeNetworkInterfaces DescribeSecurityGroupRules
      DescribeSecurityGroups DescribeSubnets DescribeVpcs`,
    "MaxResults 1-200": "DescribeLaunchTemplates",
    "MaxResults 5-100": "DescribeRouteTables",
  },
  ecr: {
    "maxResults 1-1000": "DescribeImages DescribeRepositories ListImages",
  },
  efs: {
    "MaxResults 1-": "DescribeAccessPoints ListTagsForResource",
    "MaxItems 1-": "DescribeFileSystems DescribeMountTargets DescribeTags",
  },
  eks: {
    "maxResults 1-100": "ListAddons ListClusters ListNodegroups",
  },
  "elastic-load-balancing": {
    "PageSize 1-400": "DescribeLoadBalancers",
  },
  "elastic-load-balancing-v2": {
    "PageSize 1-400": "DescribeListeners DescribeLoadBalancers DescribeTargetGroups",
  },
  eventbridge: {
    "Limit 1-100": "ListEventBuses ListRuleNamesByTarget ListRules ListTargetsByRule",
  },
  guardduty: {
    "MaxResults 1-50": "ListDetectors ListFindings ListOrganizationAdminAccounts ListPublishingDestinations",
  },
  iam: {
    "MaxItems 1-1000": `
      GetAccountAuthorizationDetails GetGroup ListAccessKeys ListAccountAliases ListAttachedGroupPolicies
      ListAttachedRolePolicies ListAttachedUserPolicies ListEntitiesForPolicy ListGroupPolicies ListGroups
      ListGroupsForUser ListInstanceProfileTags ListInstanceProfiles ListInstanceProfilesForRole
      ListMFADeviceTags ListMFADevices ListOpenIDConnectProviderTags ListPolicies ListPolicyTags
      ListPolicyVersions ListRolePolicies ListRoleTags ListRoles ListSAMLProviderTags ListSSHPublicKeys
      ListServerCertificateTags ListServerCertificates
      ListSigningCertificates ListUserPolicies ListUserTags ListUsers ListVirtualMFADevices
      SimulateCustomPolicy SimulatePrincipalPolicy`,
  },
  kms: {
    "Limit 1-1000": `
      ListAliases ListGrants ListKeyPolicies ListKeyRotations ListKeys ListResourceTags
      ListRetirableGrants`,
  },
  lambda: {
    "MaxItems 1-50": "ListFunctionUrlConfigs ListLayerVersions ListLayers",
    "MaxItems 1-10000": "ListFunctions",
  },
  organizations: {
    "MaxResults 1-20": `
      ListAWSServiceAccessForOrganization ListAccounts ListAccountsForParent ListChildren
      ListCreateAccountStatus ListDelegatedAdministrators ListDelegatedServicesForAccount
      ListHandshakesForAccount ListHandshakesForOrganization ListOrganizationalUnitsForParent ListParents
      ListPolicies ListPoliciesForTarget ListRoots ListTargetsForPolicy`,
  },
  s3: {
    "MaxBuckets 1-10000": "ListBuckets",
  },
  "secrets-manager": {
    "MaxResults 1-100": "ListSecrets",
  },
  securityhub: {
    "MaxResults 1-100": "DescribeStandards GetEnabledStandards GetFindings",
    "MaxResults 1-50": "ListMembers",
    "MaxResults 1-10": "ListOrganizationAdminAccounts",
  },
  ssm: {
    "MaxResults 1-200": "DescribeDocumentPermission",
    "MaxResults 5-50": "DescribeInstanceInformation",
    "MaxResults 10-100": "DescribeInstancePatchStates",
    "MaxResults 1-50": "DescribeParameters ListDocuments",
    "MaxResults 1-10": "GetParametersByPath",
  },
  wafv2: {
    "Limit 1-100": "ListIPSets ListLoggingConfigurations ListTagsForResource ListWebACLs",
  },
};

const fromText: Ranges = {
  "auto-scaling": {
    "MaxRecords 1-100": "DescribeAutoScalingGroups DescribeLaunchConfigurations DescribeTags",
  },
  ec2: {
    "MaxResults 5-1000": `
      DescribeFlowLogs DescribeImages DescribeInstances DescribeSnapshots DescribeVolumes DescribeVpcEndpoints`,
  },
  ecs: {
    "maxResults 1-100": "ListClusters ListServices ListTaskDefinitions",
    "maxResults 1-10": "ListAccountSettings",
  },
  elasticache: {
    "MaxRecords 20-100": "DescribeCacheClusters DescribeReplicationGroups DescribeCacheSubnetGroups",
  },
  kms: {
    "Limit 1-100": "ListAliases ListGrants ListRetirableGrants",
    "Limit 1-50": "ListResourceTags",
  },
  rds: {
    "MaxRecords 20-100": `
      DescribeDBClusterParameterGroups DescribeDBClusterParameters DescribeDBClusterSnapshots DescribeDBClusters
      DescribeDBInstances DescribeDBParameterGroups DescribeDBParameters DescribeDBSnapshots DescribeDBSubnetGroups
      DescribeEventSubscriptions`,
  },
  redshift: {
    "MaxRecords 20-100": `
      DescribeClusterParameterGroups DescribeClusterParameters DescribeClusterSnapshots DescribeClusters DescribeTags`,
  },
  "resource-groups-tagging-api": { "ResourcesPerPage 1-100": "GetResources" },
};

export interface PageSize {
  member: string;
  least: number;
  /** Absent = no most. */
  most: number | undefined;
}

/** By "client:operation". */
export const pageSizes: ReadonlyMap<string, PageSize> = new Map(
  [fromModels, fromText].flatMap((ranges) =>
    Object.entries(ranges).flatMap(([client, lists]) =>
      Object.entries(lists).flatMap(([range, operations]) =>
        operations
          .trim()
          .split(/\s+/)
          .map((operation): [string, PageSize] => [`${client}:${operation}`, sizeFrom(range)]),
      ),
    ),
  ),
);

function sizeFrom(range: string): PageSize {
  const [member = "", limits = ""] = range.split(" ");
  const [least, most] = limits.split("-");
  return { member, least: Number(least), most: most ? Number(most) : undefined };
}
