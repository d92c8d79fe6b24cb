// Layers: versions published, shared and deleted. Their code is not simulated.
import { createHash, randomUUID } from "node:crypto";
import type {
  AddLayerVersionPermissionRequest,
  LayerVersionsListItem,
  ListLayersRequest,
  ListLayerVersionsRequest,
  PublishLayerVersionRequest,
} from "@aws-sdk/client-lambda";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import type { Stored } from "../../stored.ts";
import { arnIn, given, pageAs, records } from "../records.ts";
import { notFound } from "./stored-function.ts";

/** Value of "lambda:layer" under its name. */
interface StoredLayer {
  LayerName: string;
  LayerArn: string;
  last: number;
  versions: (Stored<LayerVersionsListItem> & { size: number; hash: string; statements: { Sid: string }[] })[];
}

const missing = () => notFound("The resource you requested does not exist.");
const layers = records<StoredLayer>("lambda:layer", "LayerName", missing);
const nameFrom = (given = "") => (given.startsWith("arn:") ? (given.split(":")[6] ?? "") : given);
const paging = {
  limit: "MaxItems",
  token: "Marker",
  standard: 50,
  most: 50,
  next: "NextMarker",
  code: "InvalidParameterValueException",
};

type VersionCall = Call<{ LayerName?: string | undefined; VersionNumber?: number | undefined }>;

function versionOf(call: VersionCall) {
  const layer = layers.need(call, nameFrom(call.input.LayerName));
  const version = layer.versions.find((each) => each.Version === call.input.VersionNumber);
  if (!version) throw missing();
  return { layer, version };
}

function publish(call: Call<PublishLayerVersionRequest>) {
  const { LayerName = "", Content } = call.input;
  const name = nameFrom(LayerName);
  if (!/^[\w-]{1,140}$/.test(name))
    throw new AwsFault("InvalidParameterValueException", `Invalid layer name: ${LayerName}`);
  const code = Content?.ZipFile;
  if (!code && !Content?.S3Bucket)
    throw new AwsFault("InvalidParameterValueException", "Please provide a source for the layer content.");
  const LayerArn = arnIn(call, "lambda", `layer:${name}`);
  const old = layers.find(call, name);
  const Version = (old?.last ?? 0) + 1;
  const hash = createHash("sha256")
    .update(code ?? `${Content?.S3Bucket}/${Content?.S3Key}`)
    .digest("base64");
  const version = {
    LayerVersionArn: `${LayerArn}:${Version}`,
    Version,
    ...given(call.input, "Description", "CompatibleRuntimes", "CompatibleArchitectures", "LicenseInfo"),
    CreatedDate: call.now.toISOString().replace("Z", "+0000"),
    size: code?.length ?? 0,
    hash,
    statements: [],
  };
  layers.put(call, {
    LayerName: name,
    LayerArn,
    last: Version,
    versions: [version, ...(old?.versions ?? [])],
  });
  return { LayerArn, ...version, Content: { CodeSize: version.size, CodeSha256: hash } };
}

function addPermission(call: Call<AddLayerVersionPermissionRequest>) {
  const { layer, version } = versionOf(call);
  const { StatementId = "", Action, Principal = "", OrganizationId } = call.input;
  if (version.statements.some((each) => each.Sid === StatementId))
    throw new AwsFault(
      "ResourceConflictException",
      `The statement id (${StatementId}) provided already exists.`,
      409,
    );
  const statement = {
    Sid: StatementId,
    Effect: "Allow",
    Principal: Principal === "*" ? "*" : { AWS: `arn:${call.world.partition}:iam::${Principal}:root` },
    Action,
    Resource: version.LayerVersionArn,
    ...(OrganizationId ? { Condition: { StringEquals: { "aws:PrincipalOrgID": OrganizationId } } } : {}),
  };
  store(call, layer, version, [...version.statements, statement]);
  return { Statement: JSON.stringify(statement), RevisionId: randomUUID() };
}

function store(
  call: Call,
  layer: StoredLayer,
  version: StoredLayer["versions"][number],
  statements: { Sid: string }[],
): void {
  layers.change(call, layer, {
    versions: layer.versions.map((each) => (each === version ? { ...each, statements } : each)),
  });
}

export const layerOperations: Record<string, Operation> = {
  ListLayers: (call: Call<ListLayersRequest>) =>
    pageAs(
      call,
      "Layers",
      layers
        .list(call)
        .filter((each) => each.versions.length > 0)
        .map(({ LayerName, LayerArn, versions }) => ({
          LayerName,
          LayerArn,
          LatestMatchingVersion: versions[0],
        })),
      paging,
    ),
  ListLayerVersions: (call: Call<ListLayerVersionsRequest>) =>
    pageAs(call, "LayerVersions", layers.find(call, nameFrom(call.input.LayerName))?.versions ?? [], paging),
  PublishLayerVersion: publish,
  GetLayerVersion: (call: VersionCall) => {
    const { layer, version } = versionOf(call);
    return {
      LayerArn: layer.LayerArn,
      ...version,
      Content: { CodeSize: version.size, CodeSha256: version.hash },
    };
  },
  DeleteLayerVersion: (call: VersionCall) => {
    const layer = layers.find(call, nameFrom(call.input.LayerName));
    const left = layer?.versions.filter((each) => each.Version !== call.input.VersionNumber);
    if (layer && left) layers.change(call, layer, { versions: left });
    return {};
  },
  AddLayerVersionPermission: addPermission,
  RemoveLayerVersionPermission: (
    call: Call<{ LayerName: string; VersionNumber: number; StatementId: string }>,
  ) => {
    const { layer, version } = versionOf(call);
    const left = version.statements.filter((each) => each.Sid !== call.input.StatementId);
    if (left.length === version.statements.length)
      throw notFound(`Statement ${call.input.StatementId} is not found in resource policy.`);
    store(call, layer, version, left);
    return {};
  },
  GetLayerVersionPolicy: (call: VersionCall) => {
    const { version } = versionOf(call);
    if (version.statements.length === 0) throw notFound("No policy is associated with the given resource.");
    return {
      Policy: JSON.stringify({ Version: "2012-10-17", Id: "default", Statement: version.statements }),
    };
  },
};
