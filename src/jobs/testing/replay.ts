// An estate that is the same in each process: what every scope's listing says in a round, made from names
// alone; and the process that ingests it. In round 1 some of round 0 has changed, gone, come or been hidden.
import { type ChildProcess, fork } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import type { ScopePage } from "#harvest/collect.ts";
import type { HarvestScope } from "#model/resource.ts";
import { type CatalogEstate, type EstateParts, pageOf, type TestCloud } from "./catalog-estate.ts";

export interface ReplayOrder {
  urls: { appUrl: string; systemUrl: string };
  clouds: TestCloud[];
  round: number;
}

const regions = ["us-east-1", "eu-west-1", "eu-central-1"];
const pagesOfListing = 3;

export const replayScopes: HarvestScope[] = [
  ...["aws.s3.bucket", "aws.iam.user", "aws.account.settings"].map((type) => ({ type, region: "global" })),
  ...["aws.ec2.vpc", "aws.ec2.flow-log", "aws.cloudtrail.trail"].flatMap((type) =>
    regions.map((region) => ({ type, region })),
  ),
];

export function replayPages(
  parts: Pick<EstateParts, "catalog">,
  cloud: TestCloud,
  scope: HarvestScope,
  round: number,
): ScopePage[] {
  const say = (...names: (string | number)[]) =>
    numberOf(cloud.accountId, scope.type, scope.region, ...names);
  const numbers = Array.from({ length: countOf(scope.type) }, (_, n) => n).filter((n) =>
    isThere(cloud, scope, n, round),
  );
  const version = (n: number) => (say(n, "changes") < 0.4 ? round : 0);
  const items = numbers.map((n) => itemOf(scope, cloud, n, (name) => say(n, name, version(n))));
  const isHidden = (n: number) => say(n, "hidden", round) < 0.2;
  const gaps = Object.fromEntries(
    numbers
      .filter(isHidden)
      .map((n) => [nameOf(scope.type, n), ["Tagging", "AccessKeys", "S3PublicAccessBlock"]]),
  );
  const isComplete = say("complete", round) > 0.1;
  const whole = pageOf(parts, cloud, scope.type, items, { region: scope.region, gaps, isComplete });
  const size = Math.ceil(whole.resources.length / pagesOfListing);
  return Array.from({ length: pagesOfListing }, (_, n) => ({
    ...whole,
    resources: whole.resources.slice(n * size, (n + 1) * size),
    end: n === pagesOfListing - 1 ? whole.end : null,
  }));
}

function isThere(cloud: TestCloud, { type, region }: HarvestScope, n: number, round: number): boolean {
  // Buckets are lost in such number that one listing is not believed.
  const lost = round === 1 && type === "aws.s3.bucket" ? 0.6 : 0.15;
  return numberOf(cloud.accountId, type, region, n, "there", round) > (countOf(type) === 1 ? 0 : lost);
}

/**
 * A bucket that both rounds have. One that is lost would still be judged by between the first listing without
 * it and the second, and whether a judging falls between them is what a kill decides.
 */
function keptBucket(cloud: TestCloud, from: number): string {
  const scope = { type: "aws.s3.bucket", region: "global" };
  const count = countOf(scope.type);
  let n = Math.floor(from * count);
  while (![0, 1].every((round) => isThere(cloud, scope, n, round))) n = (n + 1) % count;
  return nameOf(scope.type, n);
}

function countOf(type: string): number {
  return type === "aws.account.settings" ? 1 : type === "aws.s3.bucket" ? 40 : 12;
}

function nameOf(type: string, n: number): string {
  return `${type.split(".").at(-1)}-${n}`;
}

function itemOf(scope: HarvestScope, cloud: TestCloud, n: number, say: (name: string) => number): object {
  const name = nameOf(scope.type, n);
  const isGood = say("good") < 0.5;
  switch (scope.type) {
    case "aws.s3.bucket":
      return {
        Name: name,
        PublicAccessBlock: {},
        Acl: { Grants: [] },
        Tagging: { TagSet: [{ Key: "k", Value: `${say("tag")}` }] },
      };
    case "aws.iam.user":
      return {
        UserName: name,
        Path: "/",
        AccessKeys: [
          { Status: "Active", CreateDate: isGood ? "2030-01-01T00:00:00Z" : "2020-01-01T00:00:00Z" },
        ],
      };
    case "aws.ec2.vpc":
      return { VpcId: name, CidrBlock: `10.${Math.floor(say("cidr") * 250)}.0.0/16` };
    case "aws.ec2.flow-log":
      return {
        FlowLogId: name,
        ResourceId: `vpc-${Math.floor(say("of") * 12)}`,
        FlowLogStatus: isGood ? "ACTIVE" : "INACTIVE",
      };
    case "aws.cloudtrail.trail":
      return { Name: name, S3BucketName: keptBucket(cloud, say("to")), IsMultiRegionTrail: isGood };
    default:
      return {
        S3PublicAccessBlock: { IgnorePublicAcls: isGood, RestrictPublicBuckets: true },
        Trails: [],
        AccountId: cloud.accountId,
      };
  }
}

/** From 0 to 1, the same for the same names. */
function numberOf(...names: (string | number)[]): number {
  return createHash("sha256").update(names.join("/")).digest().readUInt32BE() / 2 ** 32;
}

/** Runs until everything due is ingested and judged, or is killed so many ms after it is at work. True if it was killed. */
export async function replay(
  estate: CatalogEstate,
  clouds: TestCloud[],
  round: number,
  killAfterMs?: number,
): Promise<boolean> {
  const { appUrl, systemUrl } = estate.database;
  const order: ReplayOrder = { urls: { appUrl, systemUrl }, clouds, round };
  const child: ChildProcess = fork(new URL("./replay-process.ts", import.meta.url), [JSON.stringify(order)], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    execArgv: [],
  });
  const ended = once(child, "exit") as Promise<[number | null, string | null]>;
  await Promise.race([once(child, "message"), ended]);
  const timer = killAfterMs === undefined ? null : setTimeout(() => child.kill("SIGKILL"), killAfterMs);
  const [code, signal] = await ended;
  if (timer) clearTimeout(timer);
  if (signal === "SIGKILL") return true;
  if (code !== 0) throw new Error(`the replaying process ended with ${code ?? signal}`);
  return false;
}
