// The templates that users run in their accounts, in the format they prefer.
import { roleTemplate } from "./cloudformation.ts";
import { combinedTemplate } from "./combined.ts";
import { type ConcreteRole, concreteRole } from "./concrete-role.ts";
import { roleModel, type TemplateName, type TemplateParameters } from "./role-model.ts";
import { asStack, escaped } from "./stack-formats.ts";
import { roleTags } from "./template-version.ts";

export type TemplateFormat = "cloudformation" | "terraform" | "json" | "cli";

export interface RenderedTemplate {
  fileName: string;
  mediaType: string;
  text: string;
}

/** `harvestActions` are the IAM actions of the whole catalog. */
export function renderTemplate(
  name: TemplateName,
  format: TemplateFormat,
  given: TemplateParameters,
  harvestActions: readonly string[],
): RenderedTemplate {
  const base = `skywarden-${name}`;
  if (name === "combined") return asStack(base, format, combinedTemplate(given, harvestActions));
  const model = roleModel(name, harvestActions);
  if (format === "cloudformation") return asStack(base, format, roleTemplate(model, given));
  const role = concreteRole(model, { ...given, tags: roleTags(model, given) });
  if (format === "json")
    return {
      fileName: `${base}.json`,
      mediaType: "application/json; charset=utf-8",
      text: `${JSON.stringify(role, null, 2)}\n`,
    };
  if (format === "terraform")
    return { fileName: `${base}.tf`, mediaType: "text/plain; charset=utf-8", text: terraform(role) };
  return { fileName: `${base}.sh`, mediaType: "text/x-shellscript; charset=utf-8", text: awsCli(role) };
}

function terraform(role: ConcreteRole): string {
  const policies = role.policies.map(
    ({ name, document }, i) => `resource "aws_iam_policy" "skywarden_${i + 1}" {
  name   = ${literal(name)}
  path   = ${literal(role.path)}
  policy = <<-JSON
${indent(document)}
  JSON
}

resource "aws_iam_role_policy_attachment" "skywarden_${i + 1}" {
  role       = aws_iam_role.skywarden.name
  policy_arn = aws_iam_policy.skywarden_${i + 1}.arn
}
`,
  );
  const managed = role.managedPolicyArns.map(
    (arn, i) => `resource "aws_iam_role_policy_attachment" "managed_${i + 1}" {
  role       = aws_iam_role.skywarden.name
  policy_arn = ${literal(arn)}
}
`,
  );
  const boundary = role.permissionsBoundaryArn
    ? `\n  permissions_boundary = ${literal(role.permissionsBoundaryArn)}`
    : "";
  return [
    `${comment(role)}
resource "aws_iam_role" "skywarden" {
  name                 = ${literal(role.roleName)}
  path                 = ${literal(role.path)}
  max_session_duration = 3600${boundary}${terraformTags(role)}
  assume_role_policy = <<-JSON
${indent(role.trustPolicy)}
  JSON
}
`,
    ...policies,
    ...managed,
    ...(role.instanceProfileName
      ? [
          `resource "aws_iam_instance_profile" "skywarden" {
  name = ${literal(role.instanceProfileName)}
  path = ${literal(role.path)}
  role = aws_iam_role.skywarden.name
}
`,
        ]
      : []),
    `output "role_arn" {
  value = aws_iam_role.skywarden.arn
}
`,
  ].join("\n");
}

function comment({ title, description, note }: ConcreteRole): string {
  return `# ${title}. ${description}${note ? `\n# ${note}` : ""}`;
}

function terraformTags({ tags }: ConcreteRole): string {
  if (tags.length === 0) return "";
  // As terraform fmt sets them.
  const width = Math.max(...tags.map(({ key }) => literal(key).length));
  const lines = tags.map(({ key, value }) => `    ${literal(key).padEnd(width)} = ${literal(value)}`);
  return `\n  tags = {\n${lines.join("\n")}\n  }`;
}

function indent(document: object): string {
  return escaped(JSON.stringify(document, null, 2)).replace(/^/gm, "    ");
}

function literal(text: string): string {
  return escaped(JSON.stringify(text));
}

function awsCli(role: ConcreteRole): string {
  const quoted = (value: string) => `'${value.replaceAll("'", `'\\''`)}'`;
  const json = (document: object) => quoted(JSON.stringify(document));
  const boundary = role.permissionsBoundaryArn
    ? ` --permissions-boundary ${quoted(role.permissionsBoundaryArn)}`
    : "";
  const name = quoted(role.roleName);
  return [
    "#!/bin/sh",
    comment(role),
    "set -eu",
    `aws iam create-role --role-name ${name} --path ${quoted(role.path)} --max-session-duration 3600${boundary}${tagArguments(role, quoted)} --assume-role-policy-document ${json(role.trustPolicy)}`,
    ...role.managedPolicyArns.map(
      (arn) => `aws iam attach-role-policy --role-name ${name} --policy-arn ${quoted(arn)}`,
    ),
    ...role.policies.map(
      (policy) =>
        `policy_arn=$(aws iam create-policy --policy-name ${quoted(policy.name)} --path ${quoted(role.path)} --policy-document ${json(policy.document)} --query Policy.Arn --output text)\naws iam attach-role-policy --role-name ${name} --policy-arn "$policy_arn"`,
    ),
    ...(role.instanceProfileName
      ? [
          `aws iam create-instance-profile --instance-profile-name ${name} --path ${quoted(role.path)}`,
          `aws iam add-role-to-instance-profile --instance-profile-name ${name} --role-name ${name}`,
        ]
      : []),
    `aws iam get-role --role-name ${name} --query Role.Arn --output text`,
    "",
  ].join("\n");
}

function tagArguments({ tags }: ConcreteRole, quoted: (value: string) => string): string {
  if (tags.length === 0) return "";
  return ` --tags ${quoted(JSON.stringify(tags.map(({ key, value }) => ({ Key: key, Value: value }))))}`;
}
