// What an account has set for EC2 in one region: default encryption, public blocks, metadata defaults.
import type {
  EnableImageBlockPublicAccessRequest,
  EnableSnapshotBlockPublicAccessRequest,
  ImageBlockPublicAccessEnabledState,
  InstanceMetadataDefaultsResponse,
  InternetGatewayBlockMode,
  ModifyEbsDefaultKmsKeyIdRequest,
  ModifyInstanceMetadataDefaultsRequest,
  ModifyVpcBlockPublicAccessOptionsRequest,
  SnapshotBlockPublicAccessState,
} from "@aws-sdk/client-ec2";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import type { Stored } from "../../stored.ts";
import { findKey } from "../kms/stored-key.ts";
import { here } from "./describe.ts";

/** Value of the collection "ec2:settings" under the id "region". */
export interface RegionSettings {
  ebsEncryptionByDefault: boolean;
  snapshotBlockPublicAccess: SnapshotBlockPublicAccessState;
  imageBlockPublicAccess: ImageBlockPublicAccessEnabledState | "unblocked";
  metadataDefaults: Stored<InstanceMetadataDefaultsResponse>;
  /** Absent = AWS's own key. */
  ebsKmsKeyId?: string;
  serialConsoleAccess?: boolean;
  vpcBlockPublicAccess?: { mode: InternetGatewayBlockMode; at: string };
}

/** What AWS gives a new account: default encryption off, sharing of images blocked since 2023. */
export const newAccountSettings: RegionSettings = {
  ebsEncryptionByDefault: false,
  snapshotBlockPublicAccess: "unblocked",
  imageBlockPublicAccess: "block-new-sharing",
  metadataDefaults: {},
};

export function settingsOf(call: Call): RegionSettings {
  return (
    call.world.collection<RegionSettings>(here(call), "ec2:settings").get("region") ?? newAccountSettings
  );
}

function change(call: Call, changes: Partial<RegionSettings>): void {
  call.world
    .collection<RegionSettings>(here(call), "ec2:settings")
    .put("region", { ...settingsOf(call), ...changes });
}

function switchEncryption(call: Call, ebsEncryptionByDefault: boolean) {
  change(call, { ebsEncryptionByDefault });
  return { EbsEncryptionByDefault: ebsEncryptionByDefault };
}

function enableSnapshotBlock(call: Call<EnableSnapshotBlockPublicAccessRequest>) {
  const { State } = call.input;
  if (State !== "block-all-sharing" && State !== "block-new-sharing")
    throw new AwsFault("InvalidParameterValue", `Invalid State value: ${State}`);
  change(call, { snapshotBlockPublicAccess: State });
  return { State };
}

function enableImageBlock(call: Call<EnableImageBlockPublicAccessRequest>) {
  const { ImageBlockPublicAccessState: state } = call.input;
  if (state !== "block-new-sharing")
    throw new AwsFault("InvalidParameterValue", `Invalid ImageBlockPublicAccessState value: ${state}`);
  change(call, { imageBlockPublicAccess: state });
  return { ImageBlockPublicAccessState: state };
}

/** "no-preference" and -1 take a default away again. */
function modifyMetadataDefaults(call: Call<ModifyInstanceMetadataDefaultsRequest>) {
  const { HttpTokens, HttpPutResponseHopLimit, HttpEndpoint, InstanceMetadataTags, HttpTokensEnforced } =
    call.input;
  const given = {
    HttpTokens,
    HttpPutResponseHopLimit,
    HttpEndpoint,
    InstanceMetadataTags,
    HttpTokensEnforced,
  };
  const defaults: Record<string, unknown> = { ...settingsOf(call).metadataDefaults };
  for (const [member, value] of Object.entries(given)) {
    if (value === undefined) continue;
    if (value === "no-preference" || value === -1) delete defaults[member];
    else defaults[member] = value;
  }
  change(call, { metadataDefaults: defaults });
  return { Return: true };
}

/** Answers with the key's ARN, however it was named. */
function modifyDefaultKey(call: Call<ModifyEbsDefaultKmsKeyIdRequest>) {
  const { KmsKeyId = "" } = call.input;
  const key = findKey(call.world, here(call), KmsKeyId);
  if (!key?.metadata.Arn || key.metadata.KeyState !== "Enabled")
    throw new AwsFault("InvalidKmsKey.NotFound", `The KMS key ${KmsKeyId} does not exist or is not enabled`);
  change(call, { ebsKmsKeyId: key.metadata.Arn });
  return { KmsKeyId: key.metadata.Arn };
}

function vpcBlockOf(call: Call) {
  const { mode = "off", at } = settingsOf(call).vpcBlockPublicAccess ?? {};
  return {
    AwsAccountId: call.accountId,
    AwsRegion: call.region,
    State: at ? "update-complete" : "default-state",
    InternetGatewayBlockMode: mode,
    ManagedBy: "account",
    ExclusionsAllowed: "allowed",
    ...(at ? { LastUpdateTimestamp: at } : {}),
  };
}

function modifyVpcBlock(call: Call<ModifyVpcBlockPublicAccessOptionsRequest>) {
  const { InternetGatewayBlockMode: mode } = call.input;
  if (mode !== "off" && mode !== "block-bidirectional" && mode !== "block-ingress")
    throw new AwsFault("InvalidParameterValue", `Invalid InternetGatewayBlockMode value: ${mode}`);
  change(call, { vpcBlockPublicAccess: { mode, at: call.now.toISOString() } });
  return { VpcBlockPublicAccessOptions: { ...vpcBlockOf(call), State: "update-in-progress" } };
}

export const settingsOperations: Record<string, Operation> = {
  GetEbsEncryptionByDefault: (call) => ({
    EbsEncryptionByDefault: settingsOf(call).ebsEncryptionByDefault,
    SseType: settingsOf(call).ebsEncryptionByDefault ? "sse-kms" : "none",
  }),
  EnableEbsEncryptionByDefault: (call) => switchEncryption(call, true),
  DisableEbsEncryptionByDefault: (call) => switchEncryption(call, false),
  GetEbsDefaultKmsKeyId: (call) => ({ KmsKeyId: settingsOf(call).ebsKmsKeyId ?? "alias/aws/ebs" }),
  ModifyEbsDefaultKmsKeyId: modifyDefaultKey,
  ResetEbsDefaultKmsKeyId: (call) => {
    const { ebsKmsKeyId: _, ...settings } = settingsOf(call);
    call.world.collection<RegionSettings>(here(call), "ec2:settings").put("region", settings);
    return { KmsKeyId: "alias/aws/ebs" };
  },
  GetSerialConsoleAccessStatus: (call) => ({
    SerialConsoleAccessEnabled: settingsOf(call).serialConsoleAccess ?? false,
    ManagedBy: "account",
  }),
  EnableSerialConsoleAccess: (call) => {
    change(call, { serialConsoleAccess: true });
    return { SerialConsoleAccessEnabled: true };
  },
  DisableSerialConsoleAccess: (call) => {
    change(call, { serialConsoleAccess: false });
    return { SerialConsoleAccessEnabled: false };
  },
  GetSnapshotBlockPublicAccessState: (call) => ({
    State: settingsOf(call).snapshotBlockPublicAccess,
    ManagedBy: "account",
  }),
  EnableSnapshotBlockPublicAccess: enableSnapshotBlock,
  DisableSnapshotBlockPublicAccess: (call) => {
    change(call, { snapshotBlockPublicAccess: "unblocked" });
    return { State: "unblocked" };
  },
  GetImageBlockPublicAccessState: (call) => ({
    ImageBlockPublicAccessState: settingsOf(call).imageBlockPublicAccess,
    ManagedBy: "account",
  }),
  EnableImageBlockPublicAccess: enableImageBlock,
  DisableImageBlockPublicAccess: (call) => {
    change(call, { imageBlockPublicAccess: "unblocked" });
    return { ImageBlockPublicAccessState: "unblocked" };
  },
  GetInstanceMetadataDefaults: (call) => ({ AccountLevel: settingsOf(call).metadataDefaults }),
  ModifyInstanceMetadataDefaults: modifyMetadataDefaults,
  DescribeVpcBlockPublicAccessOptions: (call) => ({ VpcBlockPublicAccessOptions: vpcBlockOf(call) }),
  ModifyVpcBlockPublicAccessOptions: modifyVpcBlock,
};
