// Config of a drawn estate: recorders that record everything, too little, or not at all.
import type {
  StoredChannel,
  StoredRecorder,
  StoredRetention,
} from "../../services/config-service/recording.ts";
import type { Place, World } from "../../world.ts";
import { derived } from "./draws.ts";

export function* deriveRecorders(world: World, place: Place): Iterable<[string, StoredRecorder]> {
  for (const [, draw] of derived(world, place, "config:recorder", 1, (each) => ["", each])) {
    if (!draw.isGood() && !draw.isGood()) continue;
    const isWhole = draw.isGood();
    const recording = draw.isGood() || draw.isGood();
    const role = draw.isGood()
      ? "role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"
      : `role/${draw.name}-config`;
    const recorder: StoredRecorder = {
      name: "default",
      arn: draw.arn("config", `configuration-recorder/default/${draw.random.hex(16)}`),
      roleARN: `arn:${world.partition}:iam::${place.accountId}:${role}`,
      recordingGroup: {
        allSupported: isWhole,
        includeGlobalResourceTypes: isWhole && place.region === "us-east-1",
        resourceTypes: isWhole ? [] : ["AWS::EC2::Instance", "AWS::S3::Bucket"],
        exclusionByResourceTypes: { resourceTypes: [] },
        recordingStrategy: {
          useOnly: isWhole ? "ALL_SUPPORTED_RESOURCE_TYPES" : "INCLUSION_BY_RESOURCE_TYPES",
        },
      },
      recordingMode: { recordingFrequency: "CONTINUOUS", recordingModeOverrides: [] },
      recordingScope: "PAID",
      status: { name: "default", recording, lastStartTime: draw.daysAgo(30, 700) },
      tagMap: draw.tagMap,
    };
    yield ["default", recorder];
  }
}

export function* deriveChannels(world: World, place: Place): Iterable<[string, StoredChannel]> {
  for (const _ of deriveRecorders(world, place))
    yield ["default", { name: "default", s3BucketName: `config-${place.accountId}` }];
}

export function* deriveRetentions(world: World, place: Place): Iterable<[string, StoredRetention]> {
  for (const [, draw] of derived(world, place, "config:retention", 1, (each) => ["", each]))
    if (draw.isGood())
      yield ["default", { Name: "default", RetentionPeriodInDays: draw.random.pick([365, 2557]) }];
}
