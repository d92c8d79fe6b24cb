// A secret as the simulator keeps it, found by name or ARN, and how it gets a new version.
import type { DescribeSecretResponse } from "@aws-sdk/client-secrets-manager";
import { AwsFault, type Call } from "../../operation.ts";
import type { Stored } from "../../stored.ts";
import { records, type Tagged } from "../records.ts";

/** Value of "secrets-manager:secret" under its name. */
export interface StoredSecret extends Tagged, Omit<Stored<DescribeSecretResponse>, "Tags"> {
  Name: string;
  ARN: string;
  VersionIdsToStages: Record<string, string[]>;
  /** By version id. */
  values: Record<string, { SecretString?: string; SecretBinary?: string; createdAt: string }>;
  policy?: string;
}

export const missing = () =>
  new AwsFault("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
export const secrets = records<StoredSecret>("secrets-manager:secret", "Name", missing);

/** By name, ARN, or ARN without its six last letters. */
export function find(call: Call, id: string): StoredSecret | undefined {
  if (!id.startsWith("arn:")) return secrets.find(call, id);
  const name = id.split(":secret:")[1] ?? "";
  return [name, name.slice(0, -7)]
    .map((each) => secrets.find(call, each))
    .find((each) => each && (each.ARN === id || each.ARN.slice(0, -7) === id));
}

export function need(call: Call, id = "", canBeDeleted = false): StoredSecret {
  const found = find(call, id);
  if (!found) throw missing();
  if (found.DeletedDate && !canBeDeleted)
    throw new AwsFault(
      "InvalidRequestException",
      "You can't perform this operation on the secret because it was marked for deletion.",
    );
  return found;
}

/** A version becomes the current one, the current one the previous. */
export function withVersion(
  call: Call,
  secret: StoredSecret,
  value: { SecretString?: string | undefined; SecretBinary?: Uint8Array | undefined },
  id: string,
): StoredSecret {
  const current = Object.entries(secret.VersionIdsToStages).find(([, stages]) =>
    stages.includes("AWSCURRENT"),
  )?.[0];
  return {
    ...secret,
    LastChangedDate: call.now.toISOString(),
    VersionIdsToStages: { ...(current ? { [current]: ["AWSPREVIOUS"] } : {}), [id]: ["AWSCURRENT"] },
    values: {
      ...secret.values,
      [id]: {
        createdAt: call.now.toISOString(),
        ...(value.SecretString === undefined ? {} : { SecretString: value.SecretString }),
        ...(value.SecretBinary ? { SecretBinary: Buffer.from(value.SecretBinary).toString("base64") } : {}),
      },
    },
  };
}
