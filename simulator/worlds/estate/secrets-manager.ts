// Secrets of a drawn estate: some rotate, some never did, some are long unused, a few are open to everyone.
import type { StoredSecret } from "../../services/secrets-manager/stored-secret.ts";
import type { Place, World } from "../../world.ts";
import { derived, keyArnOf } from "./draws.ts";

export const deriveSecrets = (world: World, place: Place): Iterable<[string, StoredSecret]> =>
  derived(world, place, "secrets-manager:secret", 4, (draw) => {
    const { random, isGood } = draw;
    const Name = `${draw.name}/database`;
    const version = `${random.hex(8)}-0000-4000-a000-${random.hex(12)}`;
    const created = draw.daysAgo(100, 900);
    const rotates = isGood();
    const changed = rotates ? draw.daysAgo(1, 60) : created;
    const secret: StoredSecret = {
      Name,
      ARN: draw.arn("secretsmanager", `secret:${Name}-${random.hex(6)}`),
      Description: `Credentials of ${draw.name}`,
      ...(isGood() ? { KmsKeyId: keyArnOf(draw) } : {}),
      CreatedDate: created,
      LastChangedDate: changed,
      ...(isGood() ? { LastAccessedDate: `${draw.daysAgo(0, 20).slice(0, 10)}T00:00:00.000Z` } : {}),
      ...(rotates
        ? {
            RotationEnabled: true,
            RotationLambdaARN: draw.arn("lambda", `function:${draw.name}-rotate`),
            RotationRules: { AutomaticallyAfterDays: random.pick([30, 60, 90]) },
            LastRotatedDate: changed,
          }
        : {}),
      VersionIdsToStages: { [version]: ["AWSCURRENT"] },
      values: {
        [version]: { SecretString: JSON.stringify({ password: random.hex(24) }), createdAt: changed },
      },
      ...(isGood() || isGood()
        ? {}
        : {
            policy: JSON.stringify({
              Version: "2012-10-17",
              Statement: [
                { Effect: "Allow", Principal: "*", Action: "secretsmanager:GetSecretValue", Resource: "*" },
              ],
            }),
          }),
      tagMap: draw.tagMap,
    };
    return [Name, secret];
  });
