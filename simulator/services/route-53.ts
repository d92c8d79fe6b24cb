// Route 53: hosted zones with their records, query logging, DNSSEC state and tags. Changes are in sync at once; nobody resolves.
import type * as aws from "@aws-sdk/client-route-53";
import { chance, draw } from "../ids.ts";
import { AwsFault, type Call, type NeededPermission, type ServiceDefinition } from "../operation.ts";
import { page } from "../paging.ts";
import { tagListOf, tagMapOf } from "./records.ts";
import { changeRecords, listRecords } from "./route-53/record-set.ts";
import {
  change,
  createZone,
  deleteZone,
  idFrom,
  listZones,
  needed,
  neededChange,
  type StoredZone,
  shown,
  zones,
} from "./route-53/zone.ts";

const loggingOf = ({ Id, logging }: StoredZone) =>
  logging && {
    Id: logging.Id,
    HostedZoneId: Id,
    CloudWatchLogsLogGroupArn: logging.CloudWatchLogsLogGroupArn,
  };

function createLogging(call: Call<aws.CreateQueryLoggingConfigRequest>) {
  const zone = needed(call);
  const { CloudWatchLogsLogGroupArn = "" } = call.input;
  if (zone.logging)
    throw new AwsFault(
      "QueryLoggingConfigAlreadyExists",
      "A query logging configuration already exists for this hosted zone.",
      409,
    );
  if (zone.Config?.PrivateZone)
    throw new AwsFault("InvalidInput", "Query logging is not supported for private hosted zones.");
  if (!/^arn:[\w-]+:logs:us-east-1:\d{12}:log-group:/.test(CloudWatchLogsLogGroupArn))
    throw new AwsFault("InvalidInput", "The log group must be in us-east-1.");
  const hex = draw("0123456789abcdef", 32, chance);
  const Id = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
  const changed = zones.change(call, zone, { logging: { Id, CloudWatchLogsLogGroupArn } });
  return {
    QueryLoggingConfig: loggingOf(changed),
    Location: `https://route53.amazonaws.com/2013-04-01/queryloggingconfig/${Id}`,
  };
}

function zoneOfLogging(call: Call<{ Id?: string | undefined }>): StoredZone {
  const found = zones.list(call).find((each) => each.logging?.Id === call.input.Id);
  if (!found)
    throw new AwsFault(
      "NoSuchQueryLoggingConfig",
      "There is no DNS query logging configuration with the specified ID.",
      404,
    );
  return found;
}

const signing = (isSigned: boolean) => (call: Call<{ HostedZoneId: string }>) => {
  const zone = needed(call);
  if (zone.Config?.PrivateZone)
    throw new AwsFault("InvalidInput", "DNSSEC is not supported for private hosted zones.");
  zones.change(call, zone, { isSigned });
  return { ChangeInfo: change(call) };
};

type TagCall = Call<{ ResourceType?: string | undefined; ResourceId?: string | undefined }>;
const taggedZone = (call: TagCall) => {
  if (call.input.ResourceType === "hostedzone") return zones.need(call, idFrom(call.input.ResourceId));
  throw new AwsFault(
    "NoSuchHealthCheck",
    `No health check exists with the specified ID: ${call.input.ResourceId}`,
    404,
  );
};
const tagSet = ({ Id, tagMap }: StoredZone) => ({
  ResourceType: "hostedzone",
  ResourceId: Id,
  Tags: tagListOf(tagMap),
});

const onZone =
  (operation: string) =>
  (call: Call<{ Id?: string; HostedZoneId?: string; ResourceId?: string }>): NeededPermission[] => {
    const id = idFrom(call.input.Id ?? call.input.HostedZoneId ?? call.input.ResourceId);
    return [
      { action: `route53:${operation}`, resource: `arn:${call.world.partition}:route53:::hostedzone/${id}` },
    ];
  };
const zoneOperations =
  "GetHostedZone DeleteHostedZone ChangeResourceRecordSets ListResourceRecordSets GetDNSSEC EnableHostedZoneDNSSEC DisableHostedZoneDNSSEC ListTagsForResource ChangeTagsForResource CreateQueryLoggingConfig".split(
    " ",
  );

export const route53: ServiceDefinition = {
  client: "route-53",
  operations: {
    ListHostedZones: listZones,
    GetHostedZone: (call: Call<aws.GetHostedZoneRequest>) => {
      const zone = needed(call);
      return {
        HostedZone: shown(zone),
        ...(zone.Config?.PrivateZone
          ? { VPCs: zone.vpcs }
          : { DelegationSet: { NameServers: zone.nameServers } }),
      };
    },
    CreateHostedZone: createZone,
    DeleteHostedZone: deleteZone,
    ListResourceRecordSets: (call: Call<aws.ListResourceRecordSetsRequest>) =>
      listRecords(call, needed(call).recordSets),
    ChangeResourceRecordSets: (call: Call<aws.ChangeResourceRecordSetsRequest>) => {
      const zone = needed(call);
      zones.change(call, zone, {
        recordSets: changeRecords(zone.Name, zone.recordSets, call.input.ChangeBatch),
      });
      return { ChangeInfo: change(call) };
    },
    GetChange: (call: Call<aws.GetChangeRequest>) => ({ ChangeInfo: neededChange(call) }),
    ListQueryLoggingConfigs: (call: Call<aws.ListQueryLoggingConfigsRequest>) => {
      const wanted = call.input.HostedZoneId;
      const chosen = wanted ? [needed(call)] : zones.list(call);
      const { items, next } = page(
        chosen.flatMap((zone) => loggingOf(zone) ?? []),
        Number(call.input.MaxResults ?? 100),
        call.input.NextToken,
        "InvalidPaginationToken",
      );
      return { QueryLoggingConfigs: items, NextToken: next };
    },
    GetQueryLoggingConfig: (call: Call<aws.GetQueryLoggingConfigRequest>) => ({
      QueryLoggingConfig: loggingOf(zoneOfLogging(call)),
    }),
    CreateQueryLoggingConfig: createLogging,
    DeleteQueryLoggingConfig: (call: Call<aws.DeleteQueryLoggingConfigRequest>) => {
      const { logging: _, ...zone } = zoneOfLogging(call);
      zones.put(call, zone);
      return {};
    },
    GetDNSSEC: (call: Call<aws.GetDNSSECRequest>) => ({
      Status: { ServeSignature: needed(call).isSigned ? "SIGNING" : "NOT_SIGNING" },
      KeySigningKeys: [],
    }),
    EnableHostedZoneDNSSEC: signing(true),
    DisableHostedZoneDNSSEC: signing(false),
    ListTagsForResource: (call: TagCall) => ({ ResourceTagSet: tagSet(taggedZone(call)) }),
    ListTagsForResources: (call: Call<aws.ListTagsForResourcesRequest>) => {
      const { ResourceType, ResourceIds = [] } = call.input;
      return {
        ResourceTagSets: ResourceIds.map((ResourceId) =>
          tagSet(taggedZone({ ...call, input: { ResourceType, ResourceId } })),
        ),
      };
    },
    ChangeTagsForResource: (call: Call<aws.ChangeTagsForResourceRequest>) => {
      const zone = taggedZone(call);
      const all = { ...zone.tagMap, ...tagMapOf(call.input.AddTags) };
      const left = Object.entries(all).filter(([key]) => !call.input.RemoveTagKeys?.includes(key));
      zones.change(call, zone, { tagMap: Object.fromEntries(left) });
      return {};
    },
  },
  permissions: Object.fromEntries(zoneOperations.map((operation) => [operation, onZone(operation)])),
};
