// OpenSearch: domains with their settings, access policy and tags. Changes take effect at once; there is no search.
import { randomUUID } from "node:crypto";
import type * as aws from "@aws-sdk/client-opensearch";
import { AwsFault, type Call, type ServiceDefinition } from "../operation.ts";
import type { Stored } from "../stored.ts";
import type { World } from "../world.ts";
import { checkedPolicy } from "./checked-policy.ts";
import { managedKeyArn } from "./kms/stored-key.ts";
import {
  arnIn,
  given,
  here,
  permissionsOn,
  records,
  type Tagged,
  taggedAmong,
  tagMapOf,
  tagOperations,
} from "./records.ts";

/** Value of "opensearch:domain" under its name. */
export type StoredDomain = Stored<aws.DomainStatus> &
  Tagged & {
    DomainName: string;
    ARN: string;
    /** When a call last set it; a derived domain was set up at the world's birth. */
    configuredAt?: string;
  };

const domains = records<StoredDomain>(
  "opensearch:domain",
  "DomainName",
  (name) => new AwsFault("ResourceNotFoundException", `Domain not found: ${name}`, 409),
);
const needed = (call: Call<{ DomainName?: string | undefined }>) => domains.need(call, call.input.DomainName);

/** What stays off once it was never on, and cannot be taken back (Developer Guide, encryption and fine-grained access). */
function checkChange(old: StoredDomain | undefined, input: aws.UpdateDomainConfigRequest): void {
  const isOn = (part: { Enabled?: boolean | undefined } | undefined) => part?.Enabled === true;
  for (const [name, was, now] of [
    ["Encryption at rest", old?.EncryptionAtRestOptions, input.EncryptionAtRestOptions],
    ["Node-to-node encryption", old?.NodeToNodeEncryptionOptions, input.NodeToNodeEncryptionOptions],
    ["Advanced security", old?.AdvancedSecurityOptions, input.AdvancedSecurityOptions],
  ] as const)
    if (isOn(was) && now?.Enabled === false)
      throw new AwsFault("ValidationException", `${name} cannot be disabled once it has been enabled`);
  const security = input.AdvancedSecurityOptions;
  const rest = input.EncryptionAtRestOptions ?? old?.EncryptionAtRestOptions;
  const nodes = input.NodeToNodeEncryptionOptions ?? old?.NodeToNodeEncryptionOptions;
  const endpoint = input.DomainEndpointOptions ?? old?.DomainEndpointOptions;
  if (isOn(security) && !(isOn(rest) && isOn(nodes) && endpoint?.EnforceHTTPS))
    throw new AwsFault(
      "ValidationException",
      "You must enable node-to-node encryption, encryption at rest and Enforce HTTPS to enable advanced security options.",
    );
}

function encryption(call: Call, wish: aws.EncryptionAtRestOptions | undefined) {
  if (!wish?.Enabled) return { Enabled: false };
  return { Enabled: true, KmsKeyId: wish.KmsKeyId ?? managedKeyArn(call.world, here(call), "es", call.now) };
}

function logs(call: Call, wish: aws.CreateDomainRequest["LogPublishingOptions"]) {
  for (const each of Object.values(wish ?? {}))
    if (each.Enabled && !each.CloudWatchLogsLogGroupArn?.includes(":log-group:"))
      throw new AwsFault(
        "ValidationException",
        `CloudWatch Logs log group ARN is invalid in account ${call.accountId}`,
      );
  return wish;
}

function checkNew(call: Call<aws.CreateDomainRequest>, name: string): void {
  if (!/^[a-z][a-z0-9-]{2,27}$/.test(name))
    throw new AwsFault("ValidationException", `Invalid domain name: ${name}`);
  if (domains.find(call, name))
    throw new AwsFault("ResourceAlreadyExistsException", `Domain with name ${name} already exists`, 409);
  checkChange(undefined, call.input as aws.UpdateDomainConfigRequest);
}

/** Where it is called: in a VPC, or from everywhere. */
function reached(call: Call<aws.CreateDomainRequest>, name: string) {
  const { VPCOptions } = call.input;
  const isInVpc = Boolean(VPCOptions?.SubnetIds?.length);
  const host = `${isInVpc ? "vpc-" : "search-"}${name}-${randomUUID().replaceAll("-", "").slice(0, 26)}.${call.region}.es.amazonaws.com`;
  if (!isInVpc) return { Endpoint: host };
  return {
    Endpoints: { vpc: host },
    VPCOptions: { ...given(VPCOptions ?? {}, "SubnetIds", "SecurityGroupIds") },
  };
}

function createDomain(call: Call<aws.CreateDomainRequest>) {
  const { input } = call;
  const name = input.DomainName ?? "";
  checkNew(call, name);
  const security = input.AdvancedSecurityOptions;
  const domain = domains.put(call, {
    DomainId: `${call.accountId}/${name}`,
    DomainName: name,
    ARN: arnIn(call, "es", `domain/${name}`),
    Created: true,
    Deleted: false,
    Processing: false,
    ...reached(call, name),
    EngineVersion: input.EngineVersion ?? "OpenSearch_2.19",
    ClusterConfig: {
      InstanceType: "m6g.large.search",
      InstanceCount: 1,
      DedicatedMasterEnabled: false,
      ZoneAwarenessEnabled: false,
      WarmEnabled: false,
      ...input.ClusterConfig,
    },
    EBSOptions: input.EBSOptions ?? { EBSEnabled: true, VolumeType: "gp3", VolumeSize: 10 },
    AccessPolicies: input.AccessPolicies ? checkedPolicy(input.AccessPolicies, "ValidationException") : "",
    SnapshotOptions: { AutomatedSnapshotStartHour: 0 },
    CognitoOptions: { Enabled: false },
    EncryptionAtRestOptions: encryption(call, input.EncryptionAtRestOptions),
    NodeToNodeEncryptionOptions: { Enabled: input.NodeToNodeEncryptionOptions?.Enabled ?? false },
    AdvancedOptions: { "rest.action.multi.allow_explicit_index": "true", ...input.AdvancedOptions },
    ...(input.LogPublishingOptions ? { LogPublishingOptions: logs(call, input.LogPublishingOptions) } : {}),
    ServiceSoftwareOptions: {
      UpdateAvailable: false,
      UpdateStatus: "COMPLETED",
      CurrentVersion: "OpenSearch_2_19_R20250904",
    },
    DomainEndpointOptions: {
      EnforceHTTPS: false,
      TLSSecurityPolicy: "Policy-Min-TLS-1-0-2019-07",
      CustomEndpointEnabled: false,
      ...input.DomainEndpointOptions,
    },
    AdvancedSecurityOptions: {
      Enabled: security?.Enabled ?? false,
      InternalUserDatabaseEnabled: security?.InternalUserDatabaseEnabled ?? false,
      AnonymousAuthEnabled: false,
    },
    AutoTuneOptions: { State: "ENABLED" },
    tagMap: tagMapOf(input.TagList),
    configuredAt: call.now.toISOString(),
  });
  return { DomainStatus: { ...domain, Processing: true } };
}

/** Every option with its state, as DescribeDomainConfig shows them. */
function config(domain: StoredDomain, { bornAt }: World) {
  const at = domain.configuredAt ?? bornAt.toISOString();
  const Status = {
    CreationDate: at,
    UpdateDate: at,
    UpdateVersion: 1,
    State: "Active",
    PendingDeletion: false,
  };
  const members = [
    "EngineVersion",
    "ClusterConfig",
    "EBSOptions",
    "AccessPolicies",
    "SnapshotOptions",
    "CognitoOptions",
    "EncryptionAtRestOptions",
    "NodeToNodeEncryptionOptions",
    "AdvancedOptions",
    "LogPublishingOptions",
    "DomainEndpointOptions",
    "AdvancedSecurityOptions",
  ] as const;
  return Object.fromEntries(
    members
      .filter((member) => domain[member] !== undefined)
      .map((member) => [member, { Options: domain[member], Status }]),
  );
}

function updateDomain(call: Call<aws.UpdateDomainConfigRequest>) {
  const old = needed(call);
  const { input } = call;
  checkChange(old, input);
  const part = <T extends object>(was: T | undefined, change: object | undefined) =>
    change ? { ...was, ...change } : was;
  const changed = domains.put(call, {
    ...old,
    configuredAt: call.now.toISOString(),
    ...(input.AccessPolicies === undefined
      ? {}
      : {
          AccessPolicies: input.AccessPolicies && checkedPolicy(input.AccessPolicies, "ValidationException"),
        }),
    ClusterConfig: part(old.ClusterConfig, input.ClusterConfig),
    EBSOptions: part(old.EBSOptions, input.EBSOptions),
    DomainEndpointOptions: part(old.DomainEndpointOptions, input.DomainEndpointOptions),
    NodeToNodeEncryptionOptions: part(old.NodeToNodeEncryptionOptions, input.NodeToNodeEncryptionOptions),
    EncryptionAtRestOptions: input.EncryptionAtRestOptions?.Enabled
      ? encryption(call, input.EncryptionAtRestOptions)
      : old.EncryptionAtRestOptions,
    AdvancedSecurityOptions: part(
      old.AdvancedSecurityOptions,
      input.AdvancedSecurityOptions &&
        given(input.AdvancedSecurityOptions, "Enabled", "InternalUserDatabaseEnabled"),
    ),
    ...(input.LogPublishingOptions
      ? { LogPublishingOptions: { ...old.LogPublishingOptions, ...logs(call, input.LogPublishingOptions) } }
      : {}),
  });
  return { DomainConfig: config(changed, call.world) };
}

const onDomain = "DescribeDomain CreateDomain UpdateDomainConfig DeleteDomain DescribeDomainConfig".split(
  " ",
);

export const opensearch: ServiceDefinition = {
  client: "opensearch",
  iamPrefix: "es",
  operations: {
    ListDomainNames: (call) => ({
      DomainNames: domains.list(call).map(({ DomainName }) => ({ DomainName, EngineType: "OpenSearch" })),
    }),
    DescribeDomain: (call: Call<aws.DescribeDomainRequest>) => ({ DomainStatus: needed(call) }),
    DescribeDomains: (call: Call<aws.DescribeDomainsRequest>) => ({
      DomainStatusList: (call.input.DomainNames ?? []).flatMap((name) => domains.find(call, name) ?? []),
    }),
    DescribeDomainConfig: (call: Call<aws.DescribeDomainConfigRequest>) => ({
      DomainConfig: config(needed(call), call.world),
    }),
    CreateDomain: createDomain,
    UpdateDomainConfig: updateDomain,
    DeleteDomain: (call: Call<aws.DeleteDomainRequest>) => ({
      DomainStatus: { ...domains.remove(call, needed(call)), Deleted: true },
    }),
    ...tagOperations(
      { tag: "AddTags", untag: "RemoveTags", list: "ListTags", arn: "ARN", tags: "TagList" },
      taggedAmong(
        [domains as never],
        "ARN",
        (arn) => new AwsFault("ValidationException", `Domain not found: ${arn}`),
      ),
    ),
  },
  permissions: {
    ...permissionsOn("es", onDomain, (call: Call<{ DomainName: string }>) =>
      arnIn(call, "es", `domain/${call.input.DomainName}`),
    ),
    ...permissionsOn(
      "es",
      ["AddTags", "RemoveTags", "ListTags"],
      (call: Call<{ ARN: string }>) => call.input.ARN,
    ),
  },
};
