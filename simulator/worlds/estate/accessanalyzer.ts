// Analyzers of a drawn estate with findings on roles and buckets that are open to others.
import type { StoredAnalyzer, StoredFinding } from "../../services/accessanalyzer.ts";
import type { Place, World } from "../../world.ts";
import { derived, drawOf } from "./draws.ts";

export function* deriveAnalyzers(world: World, place: Place): Iterable<[string, StoredAnalyzer]> {
  for (const [, draw] of derived(world, place, "accessanalyzer:analyzer", 1, (each) => ["", each])) {
    if (!draw.isGood()) continue;
    const name = "account-analyzer";
    const analyzer: StoredAnalyzer = {
      name,
      arn: draw.arn("access-analyzer", `analyzer/${name}`),
      type: "ACCOUNT",
      status: "ACTIVE",
      createdAt: draw.daysAgo(50, 700),
      lastResourceAnalyzedAt: draw.daysAgo(0.01, 0.5),
      archiveRules: [],
      tagMap: draw.tagMap,
    };
    yield [name, analyzer];
  }
}

export function* deriveAnalyzerFindings(world: World, place: Place): Iterable<[string, StoredFinding]> {
  for (const [, { arn }] of deriveAnalyzers(world, place)) {
    const random = drawOf(world, place, "accessanalyzer:findings", 0).random;
    for (let index = 0; index < random.int(4); index++) {
      const draw = drawOf(world, place, "accessanalyzer:finding", index);
      const id = `${draw.random.hex(8)}-0000-4000-a000-${draw.random.hex(12)}`;
      const isPublic = draw.random.chance(0.2);
      const at = draw.daysAgo(1, 200);
      const finding: StoredFinding = {
        id,
        analyzerArn: arn,
        principal: { AWS: isPublic ? "*" : String(100_000_000_000 + draw.random.int(900_000_000)) },
        action: ["sts:AssumeRole"],
        resource: `arn:${world.partition}:iam::${place.accountId}:role/${draw.name}-partner`,
        resourceType: "AWS::IAM::Role",
        isPublic,
        condition: {},
        createdAt: at,
        analyzedAt: draw.daysAgo(0.01, 0.5),
        updatedAt: at,
        status: draw.random.chance(0.7) ? "ACTIVE" : "ARCHIVED",
        resourceOwnerAccount: place.accountId,
      };
      yield [id, finding];
    }
  }
}
