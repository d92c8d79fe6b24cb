// Systems Manager: parameters, documents and with whom they are shared, account settings, and the managed instances that a world holds.
import { createHash } from "node:crypto";
import type * as aws from "@aws-sdk/client-ssm";
import { AwsFault, type Call, type ServiceDefinition } from "../operation.ts";
import type { Stored } from "../stored.ts";
import { arnIn, here, pageAs, permissionsOn, records, type Tagged, tagOperations } from "./records.ts";
import { documentOperations, documents } from "./ssm/document.ts";
import {
  byPath,
  deleteParameters,
  describeParameters,
  nameFrom,
  paging,
  parameterArn,
  parameters,
  putParameter,
  value,
} from "./ssm/parameter.ts";

/** Value of "ssm:managed-instance" under its id. */
export type StoredManaged = Stored<aws.InstanceInformation> & {
  InstanceId: string;
  patch?: Stored<aws.InstancePatchState>;
};

const managed = records<StoredManaged>(
  "ssm:managed-instance",
  "InstanceId",
  (id) => new AwsFault("InvalidInstanceId", `Instance ${id} is not valid`),
);
/** AWS's own values of the settings that posture reads (API reference, GetServiceSetting). */
const standardSettings: Record<string, string> = {
  "/ssm/documents/console/public-sharing-permission": "Enable",
  "/ssm/parameter-store/default-parameter-tier": "Standard",
  "/ssm/parameter-store/high-throughput-enabled": "false",
  "/ssm/managed-instance/activation-tier": "standard",
  "/ssm/managed-instance/default-ec2-instance-management-role": "",
  "/ssm/automation/customer-script-log-destination": "",
};

function setting(
  call: Call<{ SettingId?: string | undefined; SettingValue?: string | undefined }>,
  change?: "update" | "reset",
) {
  const id = (call.input.SettingId ?? "").replace(/^arn:[^/]*servicesetting/, "");
  const standard = standardSettings[id];
  if (standard === undefined)
    throw new AwsFault("ServiceSettingNotFound", `Setting ID ${call.input.SettingId} was not found.`);
  const settings = call.world.collection<{ value: string; at: string; by: string }>(
    here(call),
    "ssm:setting",
  );
  if (change === "update")
    settings.put(id, {
      value: call.input.SettingValue ?? "",
      at: call.now.toISOString(),
      by: call.principal.arn,
    });
  if (change === "reset") settings.delete(id);
  const kept = settings.get(id);
  return {
    SettingId: id,
    SettingValue: kept?.value ?? standard,
    LastModifiedDate: kept?.at ?? call.world.bornAt.toISOString(),
    LastModifiedUser: kept?.by ?? "System",
    ARN: arnIn(call, "ssm", `servicesetting${id}`),
    Status: kept ? "Customized" : "Default",
  };
}

function tagTarget(call: Call<{ ResourceType?: string }>, id: string) {
  const { ResourceType = "" } = call.input;
  const invalid = () =>
    new AwsFault(
      "InvalidResourceId",
      "The resource ID isn't valid. Verify that you entered the correct ID and try again.",
    );
  if (ResourceType === "Parameter") {
    const found = parameters.find(call, nameFrom(id));
    if (!found) throw invalid();
    return {
      tags: found.tagMap,
      store: (tagMap: Tagged["tagMap"]) => void parameters.change(call, found, { tagMap }),
    };
  }
  const found = ResourceType === "Document" ? documents.find(call, id) : undefined;
  if (!found) throw invalid();
  return {
    tags: found.tagMap,
    store: (tagMap: Tagged["tagMap"]) => void documents.change(call, found, { tagMap }),
  };
}

const digest = (text: string) => createHash("sha256").update(text).digest("hex");

export const ssm: ServiceDefinition = {
  client: "ssm",
  operations: {
    DescribeParameters: describeParameters,
    GetParameter: (call: Call<aws.GetParameterRequest>) => ({
      Parameter: value(parameters.need(call, nameFrom(call.input.Name)), call.input.WithDecryption),
    }),
    GetParameters: (call: Call<aws.GetParametersRequest>) => {
      const names = call.input.Names ?? [];
      return {
        Parameters: names
          .flatMap((name) => parameters.find(call, nameFrom(name)) ?? [])
          .map((each) => value(each, call.input.WithDecryption)),
        InvalidParameters: names.filter((name) => !parameters.find(call, nameFrom(name))),
      };
    },
    GetParametersByPath: byPath,
    PutParameter: putParameter,
    DeleteParameter: (call: Call<aws.DeleteParameterRequest>) => {
      parameters.remove(call, parameters.need(call, nameFrom(call.input.Name)));
      return {};
    },
    DeleteParameters: deleteParameters,
    ...documentOperations(digest),
    GetServiceSetting: (call: Call<aws.GetServiceSettingRequest>) => ({ ServiceSetting: setting(call) }),
    UpdateServiceSetting: (call: Call<aws.UpdateServiceSettingRequest>) => {
      setting(call, "update");
      return {};
    },
    ResetServiceSetting: (call: Call<aws.ResetServiceSettingRequest>) => ({
      ServiceSetting: setting(call, "reset"),
    }),
    DescribeInstanceInformation: (call: Call<aws.DescribeInstanceInformationRequest>) =>
      pageAs(call, "InstanceInformationList", managed.list(call), paging),
    DescribeInstancePatchStates: (call: Call<aws.DescribeInstancePatchStatesRequest>) =>
      pageAs(
        call,
        "InstancePatchStates",
        (call.input.InstanceIds ?? []).flatMap((id) => managed.find(call, id)?.patch ?? []),
        paging,
      ),
    ...tagOperations(
      {
        tag: "AddTagsToResource",
        untag: "RemoveTagsFromResource",
        list: "ListTagsForResource",
        arn: "ResourceId",
        output: "TagList",
      },
      tagTarget as never,
    ),
  },
  permissions: {
    ...permissionsOn(
      "ssm",
      ["GetParameter", "PutParameter", "DeleteParameter"],
      (call: Call<{ Name: string }>) => parameterArn(call, nameFrom(call.input.Name)),
    ),
    ...permissionsOn(
      "ssm",
      [
        "CreateDocument",
        "GetDocument",
        "DescribeDocument",
        "DeleteDocument",
        "DescribeDocumentPermission",
        "ModifyDocumentPermission",
      ],
      (call: Call<{ Name: string }>) => arnIn(call, "ssm", `document/${call.input.Name}`),
    ),
  },
};
