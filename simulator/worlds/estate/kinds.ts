// Every kind of thing that a drawn estate can hold, for worlds to include whole or in part.
import type { Place, World } from "../../world.ts";
import { deriveAnalyzerFindings, deriveAnalyzers } from "./accessanalyzer.ts";
import { deriveChannels, deriveRecorders, deriveRetentions } from "./config-service.ts";
import { deriveTables } from "./dynamodb.ts";
import { deriveRepositories } from "./ecr.ts";
import { deriveDefinitions, deriveEcsClusters, deriveServices } from "./ecs.ts";
import { deriveFileSystems, deriveMounts, derivePoints } from "./efs.ts";
import { deriveEksClusters, deriveNodegroups } from "./eks.ts";
import { deriveBalancers, deriveListeners, deriveTargetGroups } from "./elastic-load-balancing-v2.ts";
import { deriveCaches, deriveReplicationGroups } from "./elasticache.ts";
import { deriveDetectorFindings, deriveDetectors } from "./guardduty.ts";
import { deriveDomains } from "./opensearch.ts";
import { deriveClusters, deriveSnapshots } from "./rds.ts";
import { deriveWarehouses } from "./redshift.ts";
import { deriveSecrets } from "./secrets-manager.ts";
import { deriveHubs } from "./securityhub.ts";
import { deriveDocuments, deriveManaged, deriveParameters } from "./ssm.ts";

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
};
