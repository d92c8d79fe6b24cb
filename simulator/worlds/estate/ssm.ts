// Systems Manager of a drawn estate: parameters sealed and plain, documents shared too widely, patched and unpatched machines.
import type { StoredDocument } from "../../services/ssm/document.ts";
import type { StoredParameter } from "../../services/ssm/parameter.ts";
import type { StoredManaged } from "../../services/ssm.ts";
import type { Place, World } from "../../world.ts";
import { derived } from "./draws.ts";

export const deriveParameters = (world: World, place: Place): Iterable<[string, StoredParameter]> =>
  derived(world, place, "ssm:parameter", 5, (draw) => {
    const isSecret = draw.random.chance(0.5);
    const isSealed = isSecret && draw.isGood();
    const Name = `/${draw.name}/${isSecret ? "password" : "endpoint"}`;
    const parameter: StoredParameter = {
      Name,
      ARN: draw.arn("ssm", `parameter${Name}`),
      Type: isSealed ? "SecureString" : "String",
      ...(isSealed ? { KeyId: "alias/aws/ssm" } : {}),
      Value: isSecret ? draw.random.hex(20) : `https://${draw.name}.example`,
      Version: 1 + draw.random.int(5),
      Tier: "Standard",
      DataType: "text",
      Policies: [],
      LastModifiedDate: draw.daysAgo(5, 600),
      LastModifiedUser: `arn:${world.partition}:iam::${place.accountId}:root`,
      tagMap: draw.tagMap,
    };
    return [Name, parameter];
  });

export const deriveDocuments = (world: World, place: Place): Iterable<[string, StoredDocument]> =>
  derived(world, place, "ssm:document", 2, (draw) => {
    const Name = `${draw.name}-restart`;
    const content = JSON.stringify({ schemaVersion: "2.2", description: Name, mainSteps: [] });
    const document: StoredDocument = {
      Name,
      Owner: place.accountId,
      CreatedDate: draw.daysAgo(30, 700),
      Status: "Active",
      DocumentVersion: "1",
      LatestVersion: "1",
      DefaultVersion: "1",
      DocumentType: "Command",
      DocumentFormat: "JSON",
      SchemaVersion: "2.2",
      PlatformTypes: ["Linux"],
      Hash: draw.random.hex(64),
      HashType: "Sha256",
      content,
      sharedWith: draw.isGood() || draw.isGood() ? [] : ["all"],
      tagMap: draw.tagMap,
    };
    return [Name, document];
  });

/** The machines of the place that Systems Manager knows. */
export function* deriveManaged(world: World, place: Place): Iterable<[string, StoredManaged]> {
  for (const { InstanceId } of world.collection<{ InstanceId: string }>(place, "ec2:instance").list()) {
    const random = world.random("estate", place.accountId, place.region, "managed", InstanceId);
    if (random.chance(0.25)) continue;
    const at = new Date(world.bornAt.getTime() - random.int(3_600_000)).toISOString();
    const missing = random.chance(0.6) ? 0 : 1 + random.int(20);
    yield [
      InstanceId,
      {
        InstanceId,
        PingStatus: random.chance(0.9) ? "Online" : "ConnectionLost",
        LastPingDateTime: at,
        AgentVersion: "3.3.2299.0",
        IsLatestVersion: random.chance(0.7),
        PlatformType: "Linux",
        PlatformName: "Amazon Linux",
        PlatformVersion: "2023",
        ResourceType: "EC2Instance",
        patch: {
          InstanceId,
          PatchGroup: "default",
          BaselineId: "pb-0123456789abcdef0",
          OperationStartTime: at,
          OperationEndTime: at,
          Operation: "Scan",
          MissingCount: missing,
          FailedCount: 0,
          InstalledCount: 300,
        },
      },
    ];
  }
}
