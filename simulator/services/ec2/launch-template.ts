// Launch templates with their versions. `versions` is kept beside AWS's fields; "$Default" and "$Latest" name two of them.
import type {
  CreateLaunchTemplateRequest,
  CreateLaunchTemplateVersionRequest,
  DeleteLaunchTemplateVersionsRequest,
  DescribeLaunchTemplateVersionsRequest,
  LaunchTemplate,
  LaunchTemplateVersion,
  ModifyLaunchTemplateRequest,
} from "@aws-sdk/client-ec2";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import type { Stored } from "../../stored.ts";
import { type DescribeInput, kept, pageOf, tagsFrom } from "./describe.ts";
import { ec2Id } from "./ids.ts";
import { type Reading, reading } from "./network.ts";

export type StoredTemplate = Stored<LaunchTemplate> & { versions: Stored<LaunchTemplateVersion>[] };

const templateReading: Reading = {
  output: "LaunchTemplates",
  kind: "ec2:launch-template",
  ids: "LaunchTemplateIds",
  noun: "launch template",
  notFound: "InvalidLaunchTemplateId.NotFound",
  filters: { "create-time": "CreateTime", "launch-template-name": "LaunchTemplateName" },
};
const templates = kept<StoredTemplate>(templateReading);

interface Named {
  LaunchTemplateId?: string | undefined;
  LaunchTemplateName?: string | undefined;
}

function needTemplate(call: Call<Named>): StoredTemplate {
  const { LaunchTemplateId, LaunchTemplateName } = call.input;
  if (LaunchTemplateId) return templates.need(call, LaunchTemplateId);
  const found = templates.list(call).find((each) => each.LaunchTemplateName === LaunchTemplateName);
  if (!found)
    throw new AwsFault(
      "InvalidLaunchTemplateName.NotFoundException",
      "At least one of the launch templates specified in the request does not exist.",
    );
  return found;
}

function describeTemplates(
  call: Call<DescribeInput & { LaunchTemplateNames?: string[] } & Record<string, unknown>>,
) {
  const { LaunchTemplateNames, ...input } = call.input;
  if (!LaunchTemplateNames?.length) return reading(templateReading)({ ...call, input });
  const LaunchTemplateIds = LaunchTemplateNames.map(
    (LaunchTemplateName) => needTemplate({ ...call, input: { LaunchTemplateName } }).LaunchTemplateId,
  );
  return reading(templateReading)({ ...call, input: { ...input, LaunchTemplateIds } });
}

function create(call: Call<CreateLaunchTemplateRequest>) {
  const { LaunchTemplateName = "", LaunchTemplateData, VersionDescription } = call.input;
  if (!/^[\w()./-]{3,128}$/.test(LaunchTemplateName))
    throw new AwsFault("InvalidLaunchTemplateName.MalformedException", "The launch template name is invalid");
  if (templates.list(call).some((each) => each.LaunchTemplateName === LaunchTemplateName))
    throw new AwsFault(
      "InvalidLaunchTemplateName.AlreadyExistsException",
      "Launch template name already in use.",
    );
  const id = ec2Id("lt");
  const head = {
    LaunchTemplateId: id,
    LaunchTemplateName,
    CreateTime: call.now.toISOString(),
    CreatedBy: call.principal.arn,
  };
  const first = {
    ...head,
    VersionNumber: 1,
    DefaultVersion: true,
    ...(VersionDescription ? { VersionDescription } : {}),
    LaunchTemplateData: LaunchTemplateData as Stored<LaunchTemplateVersion>["LaunchTemplateData"],
  };
  const LaunchTemplate = templates.put(call, id, {
    ...head,
    DefaultVersionNumber: 1,
    LatestVersionNumber: 1,
    Tags: tagsFrom(call.input.TagSpecifications, "launch-template"),
    versions: [first],
  });
  return { LaunchTemplate };
}

function versionOf(template: StoredTemplate, given = "$Default"): Stored<LaunchTemplateVersion> {
  const wanted =
    given === "$Default"
      ? template.DefaultVersionNumber
      : given === "$Latest"
        ? template.LatestVersionNumber
        : Number(given);
  const found = template.versions.find((each) => each.VersionNumber === wanted);
  if (!found)
    throw new AwsFault(
      "InvalidLaunchTemplateId.VersionNotFound",
      `Could not find launch template version ${given}`,
    );
  return found;
}

function createVersion(call: Call<CreateLaunchTemplateVersionRequest>) {
  const template = needTemplate(call);
  const { SourceVersion, LaunchTemplateData, VersionDescription } = call.input;
  const source = SourceVersion ? versionOf(template, SourceVersion).LaunchTemplateData : {};
  const VersionNumber = (template.LatestVersionNumber ?? 0) + 1;
  const LaunchTemplateVersion = {
    LaunchTemplateId: template.LaunchTemplateId,
    LaunchTemplateName: template.LaunchTemplateName,
    VersionNumber,
    DefaultVersion: false,
    CreateTime: call.now.toISOString(),
    CreatedBy: call.principal.arn,
    ...(VersionDescription ? { VersionDescription } : {}),
    LaunchTemplateData: {
      ...source,
      ...LaunchTemplateData,
    } as Stored<LaunchTemplateVersion>["LaunchTemplateData"],
  };
  templates.put(call, template.LaunchTemplateId, {
    ...template,
    LatestVersionNumber: VersionNumber,
    versions: [...template.versions, LaunchTemplateVersion],
  });
  return { LaunchTemplateVersion };
}

function describeVersions(call: Call<DescribeLaunchTemplateVersionsRequest>) {
  const { LaunchTemplateId, LaunchTemplateName, Versions, MinVersion, MaxVersion } = call.input;
  const chosen = LaunchTemplateId || LaunchTemplateName ? [needTemplate(call)] : templates.list(call);
  const found = chosen.flatMap((template) => {
    if (Versions?.length) return Versions.map((version) => versionOf(template, version));
    return LaunchTemplateId || LaunchTemplateName ? template.versions.toReversed() : [versionOf(template)];
  });
  const least = Number(MinVersion ?? 0);
  const most = Number(MaxVersion ?? Number.POSITIVE_INFINITY);
  const within = found.filter(({ VersionNumber = 0 }) => VersionNumber >= least && VersionNumber <= most);
  const { items, next } = pageOf(within, call.input as DescribeInput);
  return { LaunchTemplateVersions: items, NextToken: next };
}

function modify(call: Call<ModifyLaunchTemplateRequest>) {
  const template = needTemplate(call);
  const { VersionNumber } = versionOf(template, call.input.DefaultVersion);
  const LaunchTemplate = templates.put(call, template.LaunchTemplateId, {
    ...template,
    DefaultVersionNumber: VersionNumber,
    versions: template.versions.map((each) => ({
      ...each,
      DefaultVersion: each.VersionNumber === VersionNumber,
    })),
  });
  return { LaunchTemplate };
}

function deleteVersions(call: Call<DeleteLaunchTemplateVersionsRequest>) {
  const template = needTemplate(call);
  const SuccessfullyDeletedLaunchTemplateVersions = (call.input.Versions ?? []).map((given) => {
    const found = versionOf(template, given);
    if (found.DefaultVersion)
      throw new AwsFault("InvalidLaunchTemplateId.VersionNotFound", "The default version cannot be deleted");
    return found;
  });
  const versions = template.versions.filter(
    (each) => !SuccessfullyDeletedLaunchTemplateVersions.includes(each),
  );
  templates.put(call, template.LaunchTemplateId, { ...template, versions });
  return { SuccessfullyDeletedLaunchTemplateVersions, UnsuccessfullyDeletedLaunchTemplateVersions: [] };
}

export const launchTemplateOperations: Record<string, Operation> = {
  DescribeLaunchTemplates: describeTemplates,
  DescribeLaunchTemplateVersions: describeVersions,
  CreateLaunchTemplate: create,
  CreateLaunchTemplateVersion: createVersion,
  ModifyLaunchTemplate: modify,
  DeleteLaunchTemplateVersions: deleteVersions,
  DeleteLaunchTemplate: (call: Call<Named>) => {
    const LaunchTemplate = needTemplate(call);
    templates.delete(call, LaunchTemplate.LaunchTemplateId);
    return { LaunchTemplate };
  },
};
