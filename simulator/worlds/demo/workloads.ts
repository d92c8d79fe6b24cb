// Databases and functions of a demo account.

import type { FunctionConfiguration } from "@aws-sdk/client-lambda";
import type { DBInstance } from "@aws-sdk/client-rds";
import {
  functionArn,
  type PolicyStatement,
  type StoredFunction,
} from "../../services/lambda/stored-function.ts";
import { engineOf, resourceId, subnetGroup } from "../../services/rds/create-instance.ts";
import type { Stored } from "../../stored.ts";
import type { Random } from "../../world.ts";
import {
  add,
  type Draft,
  daysAgo,
  isGood,
  isRareFault,
  placeIn,
  streamOf,
  tagsFor,
  teamOf,
  uuid,
} from "./draft.ts";
import type { Identities } from "./identity.ts";
import type { Keys } from "./keys.ts";
import type { Network } from "./network.ts";

export function drawDatabase(draft: Draft, network: Network, keys: Keys, identities: Identities): void {
  const random = streamOf(draft, "database");
  const { region } = network;
  const name = `${teamOf(draft)}-db`;
  const engineName = random.pick(["postgres", "postgres", "mysql", "mariadb"]);
  const engine = engineOf(engineName);
  const isProduction = draft.environment === "prod" || draft.environment === "core";
  const isEncrypted = isGood(draft, random);
  const isMonitored = isGood(draft, random);
  const hasBackups = isGood(draft, random);
  const instance: Stored<DBInstance> = {
    DBInstanceIdentifier: name,
    DBInstanceArn: `arn:${draft.world.partition}:rds:${region}:${draft.accountId}:db:${name}`,
    DbiResourceId: resourceId(random),
    DBInstanceClass: random.pick(["db.t4g.medium", "db.m7g.large", "db.r7g.large"]),
    DBInstanceStatus: "available",
    Engine: engineName,
    EngineVersion: engine.version,
    LicenseModel: engine.licence,
    MasterUsername: isGood(draft, random) ? `${teamOf(draft).replaceAll("-", "_")}_owner` : "admin",
    Endpoint: {
      Address: `${name}.${random.hex(12)}.${region}.rds.amazonaws.com`,
      Port: engine.port,
      HostedZoneId: "Z2R2ITUGPM61AM",
    },
    DbInstancePort: 0,
    AllocatedStorage: 50 + random.int(10) * 50,
    StorageType: "gp3",
    StorageEncrypted: isEncrypted,
    ...(isEncrypted ? { KmsKeyId: keys.own } : {}),
    InstanceCreateTime: daysAgo(draft, 60 + random.int(700)),
    LatestRestorableTime: daysAgo(draft, 0.01),
    BackupRetentionPeriod: hasBackups ? random.pick([7, 14, 35]) : random.pick([0, 1]),
    PreferredBackupWindow: "02:10-02:40",
    PreferredMaintenanceWindow: "sun:03:10-sun:03:40",
    MultiAZ: isProduction && isGood(draft, random),
    AvailabilityZone: network.privateSubnets[0]?.AvailabilityZone,
    AutoMinorVersionUpgrade: isGood(draft, random),
    PubliclyAccessible: isRareFault(draft, random, 0.12),
    CopyTagsToSnapshot: isGood(draft, random),
    DeletionProtection: isProduction && isGood(draft, random),
    IAMDatabaseAuthenticationEnabled: isGood(draft, random),
    MonitoringInterval: isMonitored ? 60 : 0,
    ...(isMonitored ? { MonitoringRoleArn: identities.monitoringRoleArn } : {}),
    PerformanceInsightsEnabled: isMonitored,
    CACertificateIdentifier: "rds-ca-rsa2048-g1",
    EnabledCloudwatchLogsExports: isGood(draft, random)
      ? [engineName === "postgres" ? "postgresql" : "error"]
      : [],
    DBSubnetGroup: subnetGroup(`${teamOf(draft)}-private`, network.vpcId, network.privateSubnets),
    VpcSecurityGroups: [{ VpcSecurityGroupId: network.groups.db.GroupId, Status: "active" }],
    DBParameterGroups: [{ DBParameterGroupName: `default.${engineName}`, ParameterApplyStatus: "in-sync" }],
    PendingModifiedValues: {},
    TagList: tagsFor(draft, name),
  };
  add(draft, region, "rds:instance", name, instance);
}

const current = ["nodejs24.x", "nodejs22.x", "python3.13", "python3.12", "java21"];
const outdated = ["nodejs14.x", "nodejs16.x", "python3.7", "python3.8", "go1.x", "dotnet6"];
const handlers: Record<string, string> = {
  n: "index.handler",
  p: "app.handler",
  j: "example.Handler::handleRequest",
  g: "main",
  d: "App::Handler",
};

export function drawFunctions(draft: Draft, network: Network, keys: Keys, identities: Identities): void {
  const random = streamOf(draft, "functions");
  drawFunction(draft, random, network.region, `${teamOf(draft)}-worker`, identities, {
    ...(isGood(draft, random) ? { KMSKeyArn: keys.own } : {}),
    ...(random.chance(0.7) ? { VpcConfig: vpcOf(network) } : {}),
  });
  drawFunction(draft, random, draft.regions[1], `${teamOf(draft)}-webhook`, identities, {});
}

const vpcOf = (network: Network): NonNullable<Stored<FunctionConfiguration>["VpcConfig"]> => ({
  VpcId: network.vpcId,
  SubnetIds: network.privateSubnets.map((subnet) => subnet.SubnetId ?? ""),
  SecurityGroupIds: [network.groups.app.GroupId ?? ""],
});

function drawFunction(
  draft: Draft,
  random: Random,
  region: string,
  name: string,
  identities: Identities,
  more: Stored<FunctionConfiguration>,
): void {
  const Runtime = (
    isGood(draft, random) ? random.pick(current) : random.pick(outdated)
  ) as FunctionConfiguration["Runtime"];
  const FunctionArn = functionArn(draft.world, placeIn(draft, region), name);
  const configuration: Stored<FunctionConfiguration> = {
    FunctionName: name,
    FunctionArn,
    Runtime,
    Role: identities.functionRoleArn,
    Handler: handlers[Runtime?.[0] ?? "n"] ?? "index.handler",
    PackageType: "Zip",
    CodeSize: 20_000 + random.int(4_000_000),
    CodeSha256: Buffer.from(random.hex(64), "hex").toString("base64"),
    Description: `${name} of ${teamOf(draft)}`,
    Timeout: random.pick([3, 15, 30, 60]),
    MemorySize: random.pick([128, 256, 512, 1024]),
    EphemeralStorage: { Size: 512 },
    Architectures: [random.chance(0.5) ? "arm64" : "x86_64"],
    TracingConfig: { Mode: isGood(draft, random) ? "Active" : "PassThrough" },
    LoggingConfig: { LogFormat: "JSON", LogGroup: `/aws/lambda/${name}` },
    Environment: { Variables: variablesOf(draft, random) },
    LastModified: daysAgo(draft, 3 + random.int(300)).replace("Z", "+0000"),
    RevisionId: uuid(random),
    Version: "$LATEST",
    State: "Active",
    LastUpdateStatus: "Successful",
    ...more,
  };
  const value: StoredFunction = {
    configuration,
    statements: statementsOf(draft, random, FunctionArn, region),
    ...urlOf(draft, random, FunctionArn, region),
    tags: Object.fromEntries(tagsFor(draft, name).map(({ Key, Value }) => [Key, Value])),
  };
  add(draft, region, "lambda:function", name, value);
}

/** Careless owners put secrets into the environment; these say themselves that they are none. */
function variablesOf(draft: Draft, random: Random): Record<string, string> {
  const plain = { STAGE: draft.environment, LOG_LEVEL: "info", TABLE: `${teamOf(draft)}-orders` };
  if (isGood(draft, random)) return plain;
  const fake = random.pick([
    { DB_PASSWORD: `FAKE-password-${random.hex(12)}` },
    { API_KEY: `FAKE-key-not-real-${random.hex(24)}` },
    { AWS_SECRET_ACCESS_KEY: `FAKEsecretOfTheDemoWorld${random.hex(16)}` },
  ]);
  return { ...plain, ...fake };
}

/** Called by a topic or gateway of the account; a few may be called by anybody. */
function statementsOf(draft: Draft, random: Random, Resource: string, region: string): PolicyStatement[] {
  const Action = "lambda:InvokeFunction";
  if (isRareFault(draft, random, 0.08))
    return [{ Sid: "public", Effect: "Allow", Principal: "*", Action, Resource }];
  if (random.chance(0.4)) return [];
  const source = `arn:${draft.world.partition}:execute-api:${region}:${draft.accountId}:${random.hex(10)}/*`;
  const Condition = { ArnLike: { "AWS:SourceArn": source } };
  return [
    {
      Sid: "gateway",
      Effect: "Allow",
      Principal: { Service: "apigateway.amazonaws.com" },
      Action,
      Resource,
      Condition,
    },
  ];
}

function urlOf(
  draft: Draft,
  random: Random,
  FunctionArn: string,
  region: string,
): Pick<StoredFunction, "url"> {
  if (!random.chance(0.15)) return {};
  const at = daysAgo(draft, 100).replace("Z", "+0000");
  return {
    url: {
      FunctionUrl: `https://${random.hex(32)}.lambda-url.${region}.on.aws/`,
      FunctionArn,
      AuthType: isRareFault(draft, random, 0.2) ? "NONE" : "AWS_IAM",
      CreationTime: at,
      LastModifiedTime: at,
      InvokeMode: "BUFFERED",
    },
  };
}
