// Files with tokens as a kubelet mounts them into a pod: replaced whole, long before the old token ends.
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Simulation } from "../answer.ts";
import { podAudience } from "./container.ts";
import { issuerOf, signWebIdentity } from "./web-identity.ts";

export const stsAudience = "sts.amazonaws.com";
const serviceAccount = { namespace: "skywarden", name: "skywarden" };
export const serviceAccountSubject = `system:serviceaccount:${serviceAccount.namespace}:${serviceAccount.name}`;

export interface WebIdentityWish {
  subject?: string;
  audience?: string;
  lifeSeconds?: number;
}

/** A token of the world's issuer, signed now; an hour of life unless told. */
export function webIdentityToken(simulation: Simulation, wish: WebIdentityWish = {}): string {
  const { subject = serviceAccountSubject, audience = stsAudience, lifeSeconds = 3600 } = wish;
  const iat = Math.floor(simulation.now().getTime() / 1000);
  return signWebIdentity(simulation.secret, {
    iss: issuerOf(simulation.world),
    sub: subject,
    aud: [audience],
    iat,
    nbf: iat,
    exp: iat + lifeSeconds,
    "kubernetes.io": { namespace: serviceAccount.namespace, serviceaccount: { name: serviceAccount.name } },
  });
}

export interface TokenFiles {
  /** For AWS_WEB_IDENTITY_TOKEN_FILE. */
  webIdentityTokenFile: string;
  /** For AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE. */
  containerAuthorizationTokenFile: string;
}

export function keepTokenFiles(
  simulation: Simulation,
  folder: string,
  lifeSeconds = 3600,
): { files: TokenFiles; stop: () => void } {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const files: TokenFiles = {
    webIdentityTokenFile: join(folder, "web-identity"),
    containerAuthorizationTokenFile: join(folder, "container-authorization"),
  };
  const write = () => {
    replace(files.webIdentityTokenFile, webIdentityToken(simulation, { lifeSeconds }));
    replace(
      files.containerAuthorizationTokenFile,
      webIdentityToken(simulation, { audience: podAudience, lifeSeconds }),
    );
  };
  write();
  // A kubelet renews at 80 % of the life.
  const timer = setInterval(write, lifeSeconds * 800).unref();
  return { files, stop: () => clearInterval(timer) };
}

function replace(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
