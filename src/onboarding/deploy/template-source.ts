// Where CloudFormation takes a template from: the call itself, or the operator's bucket where it is too long for
// that. CloudFormation reads the object with the credentials of who asks for the stack, a StackSet's once for all of its
// accounts, so that nobody else needs access; the text holds no external id.
import { evaluate } from "#iam/evaluate.ts";
import type { AttachedPolicy } from "#iam/layers.ts";
import { readPolicy } from "#iam/read-policy.ts";
import type { Verdict } from "#iam/verdict.ts";
import { ask, type OrganizationReader, type Reading } from "../organization-reader.ts";
import { copyUrl, type PublishableTemplate } from "../publish-copies.ts";
import { bucketRegion, publishTemplate, uploadRefusal } from "../publish-upload.ts";
import { hashOf } from "../templates/template-version.ts";
import { type Administrator, inRegion } from "./administrator.ts";
import { readThroughCloudFormation } from "./bucket-request.ts";
import type { DeploymentCheck, WantedDeployment, WantedStack } from "./wanted.ts";

/** CloudFormation takes so many in a call. */
const mostInlineBytes = 51_200;
/** AWS's tables say 1 MB; its answer to one byte more is "Template may not exceed 1000000 bytes in size." */
const mostBytes = 1_000_000;

export interface TemplateUpload extends PublishableTemplate {
  roleName: string;
  bucket: string;
  region: string;
  url: string;
  /** An object of the key is there already; its content is looked at before it is used. */
  isThere: boolean;
}

export interface PlannedUploads {
  uploads: TemplateUpload[];
  /** None where every template fits into a call. */
  checks: DeploymentCheck[];
}

/** For the stacks whose template is to be handed over. */
export async function planUploads(
  administrator: Administrator,
  wanted: WantedDeployment,
  stacks: readonly WantedStack[],
): Promise<PlannedUploads> {
  const long = [...new Map(stacks.map((stack) => [stack.template, stack])).values()].filter(
    ({ template }) => Buffer.byteLength(template) > mostInlineBytes,
  );
  const refused = long.flatMap((stack) => refusal(stack, wanted.templateBucket));
  if (long.length === 0 || refused.length > 0) return { uploads: [], checks: refused };
  const bucket = wanted.templateBucket ?? "";
  const region = await bucketRegion(administrator.reader, bucket);
  if (!region.ok)
    return { uploads: [], checks: [told("fail", uploadRefusal(region, bucket, administrator.partition))] };
  const reader = inRegion(administrator, region.value);
  const uploads: TemplateUpload[] = [];
  for (const stack of long) {
    const upload = await planUpload(reader, stack, bucket);
    if (!upload.ok)
      return { uploads: [], checks: [told("fail", uploadRefusal(upload, bucket, administrator.partition))] };
    uploads.push(upload.value);
  }
  return { uploads, checks: [await bucketCheck(administrator, reader, uploads)] };
}

function told(outcome: DeploymentCheck["outcome"], detail: string): DeploymentCheck {
  return { name: "template-bucket", outcome, detail };
}

function refusal({ roleName, template }: WantedStack, bucket: string | null): DeploymentCheck[] {
  const bytes = Buffer.byteLength(template);
  const shorter = "Or give --role-type standard-managed, whose template is shorter.";
  const what = `The template of ${roleName} has ${bytes} bytes; CloudFormation takes`;
  if (bytes > mostBytes)
    return [
      {
        name: "template-size",
        outcome: "fail",
        detail: `${what} ${mostBytes} at most, also from a bucket. ${shorter}`,
      },
    ];
  if (bucket !== null) return [];
  const detail = `${what} ${mostInlineBytes} in a call and ${mostBytes} from a bucket. Name a bucket of yours with --template-bucket, or for all commands with SKYWARDEN_TEMPLATE_BUCKET where the server is started. ${shorter}`;
  return [{ name: "template-size", outcome: "fail", detail }];
}

async function planUpload(
  reader: OrganizationReader,
  { templateName: name, roleName, template: text }: WantedStack,
  bucket: string,
): Promise<Reading<TemplateUpload>> {
  const hash = hashOf(text);
  const place = { bucket, region: reader.region, key: `skywarden/deployments/${name}-${hash}.yaml` };
  const head = await ask(reader, "s3", "HeadObject", { Bucket: bucket, Key: place.key });
  if (!head.ok && head.error.status !== 404) return head;
  return { ok: true, value: { ...place, name, roleName, text, hash, url: copyUrl(place), isThere: head.ok } };
}

const sentences: Record<Verdict["verdict"], [outcome: DeploymentCheck["outcome"], detail: string]> = {
  allowed: ["pass", ""],
  denied: [
    "fail",
    " Its policy denies CloudFormation to read them for these credentials: exempt what is asked through AWS services (aws:ViaAWSService).",
  ],
  conditional: [
    "warning",
    " Its policy may deny CloudFormation to read them; the upload shows it before anything is made.",
  ],
  unknown: [
    "unknown",
    " Its policy could not be understood; the upload shows whether it denies, before anything is made.",
  ],
};

/** The policy as far as it can be known before the upload, which is tried first of all. */
async function bucketCheck(
  administrator: Administrator,
  reader: OrganizationReader,
  uploads: readonly TemplateUpload[],
): Promise<DeploymentCheck> {
  const [first] = uploads;
  const bucket = first?.bucket ?? "";
  const roles = uploads.map(({ roleName, text }) => `${roleName} (${Buffer.byteLength(text)} bytes)`);
  const what = `Too long for a call: the template of ${roles.join(" and ")}. It goes through the bucket ${bucket} in ${reader.region}, and CloudFormation reads it there with these credentials.`;
  const read = await ask<{ Policy?: string }>(reader, "s3", "GetBucketPolicy", { Bucket: bucket });
  if (!read.ok && read.error.code !== "NoSuchBucketPolicy")
    return told("unknown", `${what} Its policy could not be read: ${read.error.message}`);
  if (!read.ok || !read.value.Policy) return told("pass", what);
  const arn = `arn:${administrator.partition}:s3:::${bucket}`;
  const policy: AttachedPolicy = {
    ...{ name: "bucket policy", arn: null, readAt: null, ...readPolicy(read.value.Policy) },
    attachedTo: { kind: "resource", id: arn, path: null },
  };
  const { request, layers } = readThroughCloudFormation(administrator, `${arn}/${first?.key}`, policy);
  const [outcome, detail] = sentences[evaluate(request, layers).verdict];
  return told(outcome, what + detail);
}

/** Before all else, as it leaves nothing behind but the objects; true if one was written. */
export async function putUploads(
  administrator: Administrator,
  stackRegion: string,
  uploads: readonly TemplateUpload[],
  onProgress: (upload: TemplateUpload) => void,
): Promise<Reading<boolean>> {
  let isChanged = false;
  for (const upload of uploads) {
    onProgress(upload);
    const { bucket } = upload;
    const put = await publishTemplate(inRegion(administrator, upload.region), bucket, upload);
    if (!put.ok) {
      const message = uploadRefusal(put, bucket, administrator.partition);
      return { ...put, error: { ...put.error, message } };
    }
    isChanged ||= put.value.isNew;
    // Makes nothing, and reads the object as a stack would.
    const TemplateURL = upload.url;
    const valid = await ask(inRegion(administrator, stackRegion), "cloudformation", "ValidateTemplate", {
      TemplateURL,
    });
    if (valid.ok) continue;
    const why = `CloudFormation does not take ${upload.url}: ${valid.error.message} It reads with these credentials, so the bucket's policy and key must allow them also through AWS services (aws:ViaAWSService).`;
    return { ...valid, error: { ...valid.error, message: why } };
  }
  return { ok: true, value: isChanged };
}

/** What a stack or a StackSet is asked with. */
export function templateInput(
  { template, parameters }: WantedStack,
  uploads: readonly TemplateUpload[],
): Record<string, unknown> {
  const upload = uploads.find(({ text }) => text === template);
  return {
    ...(upload ? { TemplateURL: upload.url } : { TemplateBody: template }),
    Parameters: parameters.map(({ key, value }) => ({ ParameterKey: key, ParameterValue: value })),
  };
}
