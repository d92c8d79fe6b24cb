// Web ACLs of a drawn estate: with rules and without, logged and silent.
import type { StoredAcl } from "../../services/wafv2/web-acl.ts";
import type { Place, World } from "../../world.ts";
import { derived } from "./draws.ts";
import { deriveBalancers } from "./elastic-load-balancing-v2.ts";

const visibility = (MetricName: string) => ({
  SampledRequestsEnabled: true,
  CloudWatchMetricsEnabled: true,
  MetricName,
});

export const deriveAcls = (world: World, place: Place): Iterable<[string, StoredAcl]> =>
  derived(world, place, "wafv2:web-acl", 1, (draw) => {
    const { random, isGood } = draw;
    const Id = `${random.hex(8)}-0000-4000-a000-${random.hex(12)}`;
    const isGlobal = place.region === "global";
    const region = isGlobal ? "us-east-1" : place.region;
    const ARN = `arn:${world.partition}:wafv2:${region}:${place.accountId}:${isGlobal ? "global" : "regional"}/webacl/edge/${Id}`;
    const guarded = [...deriveBalancers(world, place)].map(([arn]) => arn);
    const acl: StoredAcl = {
      Id,
      Name: "edge",
      ARN,
      DefaultAction: { Allow: {} },
      Description: "",
      Rules: isGood()
        ? [
            {
              Name: "common",
              Priority: 0,
              OverrideAction: { None: {} },
              Statement: {
                ManagedRuleGroupStatement: { VendorName: "AWS", Name: "AWSManagedRulesCommonRuleSet" },
              },
              VisibilityConfig: visibility("common"),
            },
          ]
        : [],
      VisibilityConfig: visibility("edge"),
      Capacity: 700,
      ManagedByFirewallManager: false,
      LabelNamespace: `awswaf:${place.accountId}:webacl:edge:`,
      lock: `${random.hex(8)}-0000-4000-a000-${random.hex(12)}`,
      resources: isGood() ? guarded.slice(0, 1) : [],
      ...(isGood()
        ? {
            logging: {
              ResourceArn: ARN,
              LogDestinationConfigs: [`arn:${world.partition}:s3:::aws-waf-logs-${place.accountId}`],
            },
          }
        : {}),
      tagMap: draw.tagMap,
    };
    return [Id, acl];
  });
