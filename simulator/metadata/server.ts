// One loopback port for everything that gives credentials to who runs inside AWS: the instance metadata service,
// the containers' endpoint, and the documents of the OIDC issuer. No request of these is signed.
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { Simulation } from "../answer.ts";
import { json, type MetadataAnswer, problem } from "./answers.ts";
import { containerCredentials, containerPath } from "./container.ts";
import { openInstanceMetadata } from "./instance.ts";
import { discovery, issuerOf, keySet } from "./web-identity.ts";

export function metadataServer(simulation: Simulation, authorizationToken: string): Server {
  const instance = openInstanceMetadata(simulation);
  const issuerPath = new URL(issuerOf(simulation.world)).pathname;
  const answerTo = (incoming: IncomingMessage): MetadataAnswer => {
    const path = (incoming.url ?? "/").split("?")[0] ?? "/";
    if (path.startsWith("/latest/")) return instance(incoming, path);
    if (path === containerPath) return containerCredentials(simulation, authorizationToken, incoming);
    if (path === `${issuerPath}/.well-known/openid-configuration`)
      return json(discovery(issuerOf(simulation.world)));
    if (path === `${issuerPath}/keys`) return json(keySet(simulation.secret));
    return problem(404, "Not Found");
  };
  return createServer((incoming, response) => {
    incoming.resume();
    const { status, headers, body } = answerTo(incoming);
    response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body) });
    response.end(body);
  });
}
