// Domains of OpenSearch of a drawn estate: public and inside a VPC, encrypted or not, logged or not.
import type { StoredDomain } from "../../services/opensearch.ts";
import type { Place, World } from "../../world.ts";
import { derived, keyArnOf, networkOf } from "./draws.ts";

export const deriveDomains = (world: World, place: Place): Iterable<[string, StoredDomain]> =>
  derived(world, place, "opensearch:domain", 2, (draw) => {
    const { random, isGood } = draw;
    const DomainName = `${draw.name}-logs`;
    const isInVpc = isGood();
    const isEncrypted = isGood();
    const isSecure = isGood();
    const { subnetIds, groupId, vpcId } = networkOf(draw);
    const host = `${isInVpc ? "vpc" : "search"}-${DomainName}-${random.hex(26)}.${place.region}.es.amazonaws.com`;
    const open = {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { AWS: "*" }, Action: "es:*", Resource: "*" }],
    };
    const domain: StoredDomain = {
      DomainId: `${place.accountId}/${DomainName}`,
      DomainName,
      ARN: draw.arn("es", `domain/${DomainName}`),
      Created: true,
      Deleted: false,
      Processing: false,
      ...(isInVpc
        ? {
            Endpoints: { vpc: host },
            VPCOptions: { VPCId: vpcId, SubnetIds: subnetIds, SecurityGroupIds: [groupId] },
          }
        : { Endpoint: host }),
      EngineVersion: random.pick(["OpenSearch_1.3", "OpenSearch_2.19", "Elasticsearch_7.10"]),
      ClusterConfig: {
        InstanceType: "m6g.large.search",
        InstanceCount: isGood() ? 3 : 1,
        DedicatedMasterEnabled: isGood(),
        DedicatedMasterCount: 3,
        ZoneAwarenessEnabled: isGood(),
      },
      EBSOptions: { EBSEnabled: true, VolumeType: "gp3", VolumeSize: 100 },
      AccessPolicies: isInVpc || random.chance(0.5) ? "" : JSON.stringify(open),
      SnapshotOptions: { AutomatedSnapshotStartHour: 0 },
      EncryptionAtRestOptions: isEncrypted ? { Enabled: true, KmsKeyId: keyArnOf(draw) } : { Enabled: false },
      NodeToNodeEncryptionOptions: { Enabled: isEncrypted },
      DomainEndpointOptions: {
        EnforceHTTPS: isSecure,
        TLSSecurityPolicy: isSecure ? "Policy-Min-TLS-1-2-PFS-2023-10" : "Policy-Min-TLS-1-0-2019-07",
        CustomEndpointEnabled: false,
      },
      AdvancedSecurityOptions: {
        Enabled: isEncrypted && isSecure && isGood(),
        InternalUserDatabaseEnabled: false,
      },
      ...(isGood()
        ? {
            LogPublishingOptions: {
              AUDIT_LOGS: {
                Enabled: true,
                CloudWatchLogsLogGroupArn: draw.arn("logs", `log-group:/aws/opensearch/${DomainName}`),
              },
            },
          }
        : {}),
      ServiceSoftwareOptions: { UpdateAvailable: !isGood(), UpdateStatus: "ELIGIBLE" },
      tagMap: draw.tagMap,
    };
    return [DomainName, domain];
  });
