// Detectors of a drawn estate: missing, suspended or watching, with a few findings.
import { featuresOf, type StoredDetector } from "../../services/guardduty/detector.ts";
import type { StoredFinding } from "../../services/guardduty.ts";
import type { Place, World } from "../../world.ts";
import { derived, drawOf } from "./draws.ts";

const detectorId = (world: World, place: Place) =>
  drawOf(world, place, "guardduty:detector", 0).random.hex(32);

export function* deriveDetectors(world: World, place: Place): Iterable<[string, StoredDetector]> {
  for (const [, draw] of derived(world, place, "guardduty:detector", 1, (each) => ["", each])) {
    const DetectorId = detectorId(world, place);
    if (!draw.isGood() && !draw.isGood()) continue;
    const at = draw.daysAgo(100, 900);
    const detector: StoredDetector = {
      DetectorId,
      CreatedAt: at,
      UpdatedAt: at,
      Status: draw.isGood() || draw.isGood() ? "ENABLED" : "DISABLED",
      FindingPublishingFrequency: draw.isGood() ? "FIFTEEN_MINUTES" : "SIX_HOURS",
      ServiceRole: `arn:${world.partition}:iam::${place.accountId}:role/aws-service-role/guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDuty`,
      Features: featuresOf(at, {
        S3_DATA_EVENTS: draw.isGood() ? "ENABLED" : "DISABLED",
        RUNTIME_MONITORING: draw.isGood() ? "ENABLED" : "DISABLED",
        RDS_LOGIN_EVENTS: draw.isGood() ? "ENABLED" : "DISABLED",
      }),
      destinations: [],
      tagMap: draw.tagMap,
    };
    yield [DetectorId, detector];
  }
}

const kinds: [type: string, severity: number][] = [
  ["Recon:EC2/PortProbeUnprotectedPort", 2],
  ["UnauthorizedAccess:EC2/SSHBruteForce", 2],
  ["CryptoCurrency:EC2/BitcoinTool.B!DNS", 8],
  ["Policy:IAMUser/RootCredentialUsage", 2],
];

export function* deriveDetectorFindings(world: World, place: Place): Iterable<[string, StoredFinding]> {
  if ([...deriveDetectors(world, place)].length === 0) return;
  const detector = detectorId(world, place);
  yield* derived(world, place, "guardduty:finding", 3, (draw): [string, StoredFinding] => {
    const [Type, Severity] = draw.random.pick(kinds);
    const Id = draw.random.hex(32);
    const at = draw.daysAgo(1, 60);
    return [
      Id,
      {
        Id,
        Arn: draw.arn("guardduty", `detector/${detector}/finding/${Id}`),
        AccountId: place.accountId,
        Region: place.region,
        Partition: world.partition,
        SchemaVersion: "2.0",
        Type,
        Severity,
        Title: `${Type} was seen on ${draw.name}.`,
        Description: `${Type} was seen on ${draw.name}.`,
        CreatedAt: at,
        UpdatedAt: at,
        Resource: { ResourceType: Type.includes("IAMUser") ? "AccessKey" : "Instance" },
        Service: {
          DetectorId: detector,
          ServiceName: "guardduty",
          Archived: draw.random.chance(0.3),
          Count: 1,
        },
      },
    ];
  });
}
