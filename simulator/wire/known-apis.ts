// The APIs with an installed client and the signs of each in a request: signing name, target prefix, version,
// host, first path segments. A table, so that choosing one API does not load the schemas of all; a test holds
// it against the clients.

export interface KnownApi {
  /** Suffix of the client's package. */
  client: string;
  signingName: string;
  /** Names that some of its operations are signed with instead. */
  alsoSignedAs?: string[];
  /** Before the dot in X-Amz-Target; a client that moved on may still send the older one. */
  targets?: string[];
  /** Of the query APIs. */
  version?: string;
  /** First labels of the hosts, besides the signing name. */
  hosts?: string[];
  /** First segments of the REST APIs' paths. */
  segments?: string;
}

export const knownApis: readonly KnownApi[] = [
  {
    client: "accessanalyzer",
    signingName: "access-analyzer",
    segments:
      "archive-rule policy access-preview analyzer service-linked-analyzer recommendation analyzed-resource finding findingv2 resource",
  },
  {
    client: "account",
    signingName: "account",
    segments:
      "acceptPrimaryEmailUpdate deleteAlternateContact disableRegion enableRegion getAccountInformation getAlternateContact getContactInformation getGovCloudAccountInformation getPrimaryEmail getPrimaryEmailUpdateStatus getRegionOptStatus listRegions putAccountName putAlternateContact putContactInformation sendPhoneNumberVerification startPrimaryEmailUpdate verifyPhoneNumber",
  },
  { client: "acm", signingName: "acm", targets: ["CertificateManager"] },
  {
    client: "api-gateway",
    signingName: "apigateway",
    segments:
      "apikeys restapis domainnames domainnameaccessassociations usageplans vpclinks clientcertificates account sdktypes rejectdomainnameaccessassociations",
  },
  { client: "auto-scaling", signingName: "autoscaling", version: "2011-01-01" },
  {
    client: "backup",
    signingName: "backup",
    segments:
      "backup-vaults legal-holds backup audit logically-air-gapped-backup-vaults restore-access-backup-vaults restore-testing tiering-configurations backup-jobs copy-jobs global-settings resources account-settings restore-jobs scan supported-resource-types indexes untag",
  },
  { client: "cloudformation", signingName: "cloudformation", version: "2010-05-15" },
  { client: "cloudfront", signingName: "cloudfront", segments: "2020-05-31" },
  {
    client: "cloudtrail",
    signingName: "cloudtrail",
    targets: ["CloudTrail_20131101", "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101"],
  },
  {
    client: "cloudwatch",
    signingName: "monitoring",
    targets: ["GraniteServiceVersion20100801"],
    version: "2010-08-01",
  },
  { client: "cloudwatch-logs", signingName: "logs", targets: ["Logs_20140328"] },
  { client: "config-service", signingName: "config", targets: ["StarlingDoveService"] },
  { client: "dynamodb", signingName: "dynamodb", targets: ["DynamoDB_20120810"] },
  { client: "ec2", signingName: "ec2", version: "2016-11-15" },
  {
    client: "ecr",
    signingName: "ecr",
    hosts: ["api.ecr"],
    targets: ["AmazonEC2ContainerRegistry_V20150921"],
  },
  { client: "ecs", signingName: "ecs", targets: ["AmazonEC2ContainerServiceV20141113"] },
  { client: "efs", signingName: "elasticfilesystem", segments: "2015-02-01" },
  {
    client: "eks",
    signingName: "eks",
    segments:
      "clusters eks-anywhere-subscriptions cluster-registrations addons cluster-versions access-policies",
  },
  { client: "elastic-load-balancing", signingName: "elasticloadbalancing", version: "2012-06-01" },
  { client: "elastic-load-balancing-v2", signingName: "elasticloadbalancing", version: "2015-12-01" },
  { client: "elasticache", signingName: "elasticache", version: "2015-02-02" },
  { client: "eventbridge", signingName: "events", targets: ["AWSEvents"] },
  {
    client: "guardduty",
    signingName: "guardduty",
    segments:
      "detector custom-detection-rule malware-protection-plan invitation admin malware-scan object-malware-scan",
  },
  { client: "iam", signingName: "iam", version: "2010-05-08" },
  { client: "kms", signingName: "kms", targets: ["TrentService"] },
  {
    client: "lambda",
    signingName: "lambda",
    segments:
      "2018-10-31 2015-03-31 2025-12-01 2025-11-30 2020-04-22 2021-10-31 2020-06-30 2017-10-31 2019-09-25 2019-09-30 2026-07-09 2016-08-19 2024-08-31 2021-07-20 2014-11-13 2021-11-15 2017-03-31",
  },
  { client: "opensearch", signingName: "es", segments: "2021-01-01" },
  { client: "organizations", signingName: "organizations", targets: ["AWSOrganizationsV20161128"] },
  { client: "rds", signingName: "rds", version: "2014-10-31" },
  { client: "redshift", signingName: "redshift", version: "2012-12-01" },
  {
    client: "resource-groups-tagging-api",
    signingName: "tagging",
    targets: ["ResourceGroupsTaggingAPI_20170126"],
  },
  { client: "route-53", signingName: "route53", segments: "2013-04-01" },
  {
    client: "s3-control",
    signingName: "s3",
    alsoSignedAs: ["s3express", "s3-outposts"],
    hosts: ["s3-control"],
    segments: "v20180820",
  },
  { client: "s3", signingName: "s3", alsoSignedAs: ["s3express", "s3-outposts", "s3-object-lambda"] },
  { client: "secrets-manager", signingName: "secretsmanager", targets: ["secretsmanager"] },
  {
    client: "securityhub",
    signingName: "securityhub",
    segments:
      "administrator master automationrules standards configurationPolicyAssociation securityControls associations findings findingsv2 actionTargets aggregatorv2 automationrulesv2 configurationPolicy connectors connectorsv2 findingAggregator insights members ticketsv2 invitations accounts products productsV2 hubv2 productSubscriptions recommendedPolicyV2 findingHistory findingsTrendsv2 resourcesv2 resourcesTrendsv2 securityControl freetrial organization",
  },
  { client: "sns", signingName: "sns", version: "2010-03-31" },
  { client: "sqs", signingName: "sqs", targets: ["AmazonSQS"], version: "2012-11-05" },
  { client: "ssm", signingName: "ssm", targets: ["AmazonSSM"] },
  { client: "sts", signingName: "sts", version: "2011-06-15" },
  { client: "wafv2", signingName: "wafv2", targets: ["AWSWAF_20190729"] },
];
