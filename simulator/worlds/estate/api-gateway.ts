// REST APIs of a drawn estate with one stage each: open methods, silent stages, caches in the clear, next to careful ones.
import type { StoredApi } from "../../services/api-gateway/rest-api.ts";
import type { Place, World } from "../../world.ts";
import { derived } from "./draws.ts";

export const deriveApis = (world: World, place: Place): Iterable<[string, StoredApi]> =>
  derived(world, place, "apigateway:rest-api", 2, (draw) => {
    const { random, isGood } = draw;
    const id = random.hex(10);
    const root = random.hex(10);
    const created = draw.daysAgo(30, 900);
    const deploymentId = random.hex(6);
    const isCached = random.chance(0.3);
    const api: StoredApi = {
      id,
      name: draw.name,
      createdDate: created,
      apiKeySource: "HEADER",
      endpointConfiguration: { types: [random.pick(["EDGE", "REGIONAL", "PRIVATE"] as const)] },
      disableExecuteApiEndpoint: isGood(),
      resources: [
        { id: root, path: "/", methods: {} },
        {
          id: random.hex(6),
          parentId: root,
          pathPart: "items",
          path: "/items",
          methods: {
            GET: {
              httpMethod: "GET",
              authorizationType: isGood() ? "AWS_IAM" : "NONE",
              apiKeyRequired: false,
            },
          },
        },
      ],
      deployments: [{ id: deploymentId, description: "", createdDate: created }],
      stages: [
        {
          stageName: "prod",
          deploymentId,
          cacheClusterEnabled: isCached,
          cacheClusterStatus: isCached ? "AVAILABLE" : "NOT_AVAILABLE",
          methodSettings: {
            "*/*": {
              metricsEnabled: isGood(),
              loggingLevel: isGood() ? "ERROR" : "OFF",
              dataTraceEnabled: !isGood(),
              cachingEnabled: isCached,
              cacheDataEncrypted: isCached && isGood(),
            },
          },
          tracingEnabled: isGood(),
          ...(isGood()
            ? {
                accessLogSettings: { destinationArn: draw.arn("logs", `log-group:/apigateway/${draw.name}`) },
              }
            : {}),
          ...(isGood() ? { clientCertificateId: random.hex(6) } : {}),
          createdDate: created,
          lastUpdatedDate: created,
          tagMap: draw.tagMap,
        },
      ],
      authorizers: [],
      tagMap: draw.tagMap,
    };
    return [id, api];
  });
