// Every kind of thing that a drawn estate can hold, for worlds to include whole or in part.
import type { Place, World } from "../../world.ts";
import { deriveTables } from "./dynamodb.ts";
import { deriveRepositories } from "./ecr.ts";
import { deriveSecrets } from "./secrets-manager.ts";

export const estate: Record<string, (world: World, place: Place) => Iterable<[id: string, value: object]>> = {
  "dynamodb:table": deriveTables,
  "ecr:repository": deriveRepositories,
  "secrets-manager:secret": deriveSecrets,
};
