// Partitions (aws, aws-cn, aws-us-gov, …) and ARNs. What a partition is called, where its global
// APIs live and how its hosts end comes from the SDK's own table, so that nothing is built with a literal "aws".
import { partition } from "@aws-sdk/core/client";

export interface Partition {
  name: string;
  dnsSuffix: string;
  /** Where the partition's global APIs (IAM, Organizations, account) are signed and sent. */
  globalRegion: string;
}

export interface Arn {
  partition: string;
  /** "" where the service has none, and so for region and account. */
  service: string;
  region: string;
  accountId: string;
  resource: string;
}

/** A region that AWS has not told the SDK of is taken by its form, else for one of the standard partition. */
export function partitionOf(region: string): Partition {
  // In the table and in the SDK's rules, but not in its types.
  const found = partition(region) as ReturnType<typeof partition> & { implicitGlobalRegion: string };
  return { name: found.name, dnsSuffix: found.dnsSuffix, globalRegion: found.implicitGlobalRegion };
}

/** One region of each partition; the SDK's table cannot be asked by name. */
const probes = [
  "us-east-1",
  "cn-north-1",
  "us-gov-west-1",
  "us-iso-east-1",
  "us-isob-east-1",
  "eu-isoe-west-1",
  "us-isof-south-1",
  "eusc-de-east-1",
];

/** Null for a partition that does not exist. */
export function partitionNamed(name: string): Partition | null {
  return probes.map(partitionOf).find((candidate) => candidate.name === name) ?? null;
}

/** Null if the text is not an ARN. */
export function parseArn(text: string): Arn | null {
  const [prefix, partitionName, service, region, accountId, ...rest] = text.split(":");
  if (prefix !== "arn" || !partitionName || !service || rest.length === 0) return null;
  if (region === undefined || accountId === undefined) return null;
  const resource = rest.join(":");
  return resource ? { partition: partitionName, service, region, accountId, resource } : null;
}

export function buildArn({ partition: name, service, region, accountId, resource }: Arn): string {
  return `arn:${name}:${service}:${region}:${accountId}:${resource}`;
}
