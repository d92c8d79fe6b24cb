// Every kind of thing that a drawn estate can hold, for worlds to include whole or in part.
import type { Place, World } from "../../world.ts";
import { deriveAnalyzerFindings, deriveAnalyzers } from "./accessanalyzer.ts";
import { deriveCertificates } from "./acm.ts";
import { deriveApis } from "./api-gateway.ts";
import { deriveLaunchConfigurations, deriveScalingGroups } from "./auto-scaling.ts";
import { derivePlans, derivePoints as deriveRecoveryPoints, deriveVaults } from "./backup.ts";
import { deriveDistributions } from "./cloudfront.ts";
import { deriveChannels, deriveRecorders, deriveRetentions } from "./config-service.ts";
import { deriveTables } from "./dynamodb.ts";
import { deriveAddresses, deriveEndpoints, deriveImages, deriveKeyPairs, deriveTemplates } from "./ec2.ts";
import { deriveRepositories } from "./ecr.ts";
import { deriveDefinitions, deriveEcsClusters, deriveServices } from "./ecs.ts";
import { deriveFileSystems, deriveMounts, derivePoints } from "./efs.ts";
import { deriveEksClusters, deriveNodegroups } from "./eks.ts";
import { deriveClassics } from "./elastic-load-balancing.ts";
import { deriveBalancers, deriveListeners, deriveTargetGroups } from "./elastic-load-balancing-v2.ts";
import { deriveCaches, deriveReplicationGroups } from "./elasticache.ts";
import { deriveDetectorFindings, deriveDetectors } from "./guardduty.ts";
import { deriveKeys } from "./kms.ts";
import { deriveDomains } from "./opensearch.ts";
import { deriveClusters, deriveSnapshots } from "./rds.ts";
import { deriveWarehouses } from "./redshift.ts";
import { deriveZones } from "./route-53.ts";
import { deriveSecrets } from "./secrets-manager.ts";
import { deriveHubs } from "./securityhub.ts";
import { deriveDocuments, deriveManaged, deriveParameters } from "./ssm.ts";
import { deriveAcls } from "./wafv2.ts";

export const estate: Record<string, (world: World, place: Place) => Iterable<[id: string, value: object]>> = {
  "dynamodb:table": deriveTables,
  "ecr:repository": deriveRepositories,
  "secrets-manager:secret": deriveSecrets,
  "elbv2:load-balancer": deriveBalancers,
  "elbv2:listener": deriveListeners,
  "elbv2:target-group": deriveTargetGroups,
  "guardduty:detector": deriveDetectors,
  "guardduty:finding": deriveDetectorFindings,
  "securityhub:hub": deriveHubs,
  "accessanalyzer:analyzer": deriveAnalyzers,
  "accessanalyzer:finding": deriveAnalyzerFindings,
  "config:recorder": deriveRecorders,
  "config:delivery-channel": deriveChannels,
  "config:retention": deriveRetentions,
  "ssm:parameter": deriveParameters,
  "ssm:document": deriveDocuments,
  "ssm:managed-instance": deriveManaged,
  "efs:file-system": deriveFileSystems,
  "efs:mount-target": deriveMounts,
  "efs:access-point": derivePoints,
  "rds:cluster": deriveClusters,
  "rds:snapshot": deriveSnapshots,
  "eks:cluster": deriveEksClusters,
  "eks:nodegroup": deriveNodegroups,
  "ecs:cluster": deriveEcsClusters,
  "ecs:task-definition": deriveDefinitions,
  "ecs:service": deriveServices,
  "opensearch:domain": deriveDomains,
  "elasticache:replication-group": deriveReplicationGroups,
  "elasticache:cluster": deriveCaches,
  "redshift:cluster": deriveWarehouses,
  "acm:certificate": deriveCertificates,
  "cloudfront:distribution": deriveDistributions,
  "route53:hosted-zone": deriveZones,
  "wafv2:web-acl": deriveAcls,
  "apigateway:rest-api": deriveApis,
  "autoscaling:group": deriveScalingGroups,
  "autoscaling:launch-configuration": deriveLaunchConfigurations,
  "elb:load-balancer": deriveClassics,
  "ec2:image": deriveImages,
  "ec2:launch-template": deriveTemplates,
  "ec2:key-pair": deriveKeyPairs,
  "ec2:address": deriveAddresses,
  "ec2:vpc-endpoint": deriveEndpoints,
  "backup:vault": deriveVaults,
  "backup:plan": derivePlans,
  "backup:recovery-point": deriveRecoveryPoints,
  "kms:key": deriveKeys,
};
