// A stack's template in each format: as it is, and as what makes the stack in the formats that know no StackSets.
import { type Template, yamlOf } from "./cloudformation.ts";
import type { RenderedTemplate, TemplateFormat } from "./template.ts";
import { hashOf } from "./template-version.ts";

/** A StackSet is CloudFormation's own, so the other formats of what holds one make its stack. */
export function asStack(base: string, format: TemplateFormat, template: Template): RenderedTemplate {
  if (format === "cloudformation")
    return { fileName: `${base}.yaml`, mediaType: "application/yaml; charset=utf-8", text: yamlOf(template) };
  const document = JSON.stringify(template, null, 2);
  if (format === "json")
    return { fileName: `${base}.json`, mediaType: "application/json; charset=utf-8", text: `${document}\n` };
  if (format === "terraform")
    return { fileName: `${base}.tf`, mediaType: "text/plain; charset=utf-8", text: stackResource(document) };
  return {
    fileName: `${base}.sh`,
    mediaType: "text/x-shellscript; charset=utf-8",
    text: stackLines(document),
  };
}

/** What Terraform and the AWS CLI pass in a call; a longer one goes through a bucket, which the user names. */
const mostInlineBytes = 51_200;
const isTooLong = (document: string) => Buffer.byteLength(document) > mostInlineBytes;

function stackResource(document: string): string {
  const text = `<<-JSON
${escaped(document).replace(/^/gm, "    ")}
  JSON`;
  const stack = (argument: string, value: string) => `resource "aws_cloudformation_stack" "skywarden" {
  ${"name".padEnd(argument.length)} = "Skywarden"
  ${"capabilities".padEnd(argument.length)} = ["CAPABILITY_NAMED_IAM"]
  ${argument} = ${value}
}
`;
  if (!isTooLong(document)) return stack("template_body", text);
  const url =
    '"https://${data.aws_s3_bucket.skywarden.bucket_regional_domain_name}/${aws_s3_object.skywarden.key}"';
  return `variable "template_bucket" {
  type        = string
  description = "A bucket of yours: the template is too long for a call of CloudFormation."
}

data "aws_s3_bucket" "skywarden" {
  bucket = var.template_bucket
}

resource "aws_s3_object" "skywarden" {
  bucket       = var.template_bucket
  key          = "skywarden/deployments/combined-${hashOf(document)}.json"
  content_type = "application/json"
  content      = ${text}
}

${stack("template_url", url)}`;
}

function stackLines(document: string): string {
  const long = isTooLong(document);
  const ask = `: "\${TEMPLATE_BUCKET:?The template is too long for a call: name a bucket of yours in TEMPLATE_BUCKET}"\n`;
  const bucket = ' --s3-bucket "$TEMPLATE_BUCKET" --s3-prefix skywarden/deployments';
  return `#!/bin/sh
set -eu
${long ? ask : ""}template=$(mktemp)
cat > "$template" <<'JSON'
${document}
JSON
aws cloudformation deploy --stack-name Skywarden --template-file "$template" --capabilities CAPABILITY_NAMED_IAM${long ? bucket : ""}
rm "$template"
`;
}

/** Terraform reads ${ and %{ as its own, in quotes and in heredocs; doubled they are themselves. */
export function escaped(text: string): string {
  return text.replace(/[$%](?=\{)/g, (sign) => sign + sign);
}
