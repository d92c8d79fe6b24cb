// Access points of an account's buckets. Nothing is read through them: only their settings are kept.
import type {
  CreateAccessPointRequest,
  ListAccessPointsRequest,
  PublicAccessBlockConfiguration,
} from "@aws-sdk/client-s3-control";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import { page } from "../../paging.ts";
import { ownerOf } from "../s3/stored-bucket.ts";

/** Value of the collection "s3-control:access-point" under its name. */
interface StoredPoint {
  Name: string;
  Bucket: string;
  BucketAccountId: string;
  VpcId?: string;
  createdAt: string;
  block: PublicAccessBlockConfiguration;
  policy?: string;
}

type NamedCall = Call<{ AccountId?: string; Name?: string; Policy?: string }>;

function pointsIn(call: Call<{ AccountId?: string }>) {
  if (call.input.AccountId !== call.accountId) throw new AwsFault("AccessDenied", "Access Denied", 403);
  return call.world.collection<StoredPoint>(call, "s3-control:access-point");
}

const arnOf = ({ world, region, accountId }: Call, name: string) =>
  `arn:${world.partition}:s3:${region}:${accountId}:accesspoint/${name}`;

const aliasOf = (call: Call, name: string) =>
  `${name}-${Buffer.from(`${call.accountId}${name}`).toString("hex").slice(0, 34)}-s3alias`;

function create(call: Call<CreateAccessPointRequest>) {
  const { Name = "", Bucket = "", VpcConfiguration, PublicAccessBlockConfiguration: block } = call.input;
  const points = pointsIn(call as NamedCall);
  if (!/^[a-z0-9][a-z0-9-]{1,48}[a-z0-9]$/.test(Name))
    throw new AwsFault("InvalidRequest", "Invalid access point name");
  const owner = ownerOf(call.world, Bucket);
  if (!owner) throw new AwsFault("NoSuchBucket", "The specified bucket does not exist", 404);
  if (points.get(Name))
    throw new AwsFault(
      "AccessPointAlreadyOwnedByYou",
      "Your previous request to create the named access point succeeded and you already own it.",
      409,
    );
  points.put(Name, {
    Name,
    Bucket,
    BucketAccountId: owner,
    ...(VpcConfiguration?.VpcId ? { VpcId: VpcConfiguration.VpcId } : {}),
    createdAt: call.now.toISOString(),
    block: block ?? {
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    },
  });
  return { AccessPointArn: arnOf(call, Name), Alias: aliasOf(call, Name) };
}

function needPoint(call: NamedCall): StoredPoint {
  const found = pointsIn(call).get(call.input.Name ?? "");
  if (!found) throw new AwsFault("NoSuchAccessPoint", "The specified accesspoint does not exist", 404);
  return found;
}

function shown(call: Call, { Name, Bucket, BucketAccountId, VpcId }: StoredPoint) {
  return {
    Name,
    Bucket,
    BucketAccountId,
    NetworkOrigin: VpcId ? "VPC" : "Internet",
    ...(VpcId ? { VpcConfiguration: { VpcId } } : {}),
    AccessPointArn: arnOf(call, Name),
    Alias: aliasOf(call, Name),
  };
}

function list(call: Call<ListAccessPointsRequest>) {
  const { Bucket, NextToken, MaxResults } = call.input;
  const found = pointsIn(call as NamedCall)
    .list()
    .filter((point) => (Bucket ?? point.Bucket) === point.Bucket)
    .sort((a, b) => (a.Name < b.Name ? -1 : 1));
  const { items, next } = page(found, Math.min(MaxResults ?? 1000, 1000), NextToken, "InvalidRequest");
  return { AccessPointList: items.map((point) => shown(call, point)), NextToken: next };
}

function needPolicy(call: NamedCall): string {
  const { policy } = needPoint(call);
  if (policy === undefined)
    throw new AwsFault("NoSuchAccessPointPolicy", "The specified accesspoint policy does not exist", 404);
  return policy;
}

export const accessPointOperations: Record<string, Operation> = {
  CreateAccessPoint: create,
  ListAccessPoints: list,
  GetAccessPoint: (call: NamedCall) => {
    const point = needPoint(call);
    const { AccessPointArn, ...fields } = shown(call, point);
    return {
      ...fields,
      AccessPointArn,
      CreationDate: point.createdAt,
      PublicAccessBlockConfiguration: point.block,
    };
  },
  DeleteAccessPoint: (call: NamedCall) => {
    pointsIn(call).delete(needPoint(call).Name);
    return {};
  },
  GetAccessPointPolicy: (call: NamedCall) => ({ Policy: needPolicy(call) }),
  PutAccessPointPolicy: (call: NamedCall) => {
    const point = needPoint(call);
    pointsIn(call).put(point.Name, { ...point, policy: call.input.Policy ?? "" });
    return {};
  },
  DeleteAccessPointPolicy: (call: NamedCall) => {
    const { policy: _, ...point } = needPoint(call);
    pointsIn(call).put(point.Name, point);
    return {};
  },
};
