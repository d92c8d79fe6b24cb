// The templates that users run in their accounts, in the format they prefer.
import { cloudFormation } from "./cloudformation.ts";
import { type ConcreteRole, concreteRole } from "./concrete-role.ts";
import { roleModel, type TemplateName, type TemplateParameters } from "./role-model.ts";

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
  harvestActions: string[],
): RenderedTemplate {
  const model = roleModel(name, harvestActions);
  const base = `skywarden-${name}`;
  if (format === "cloudformation")
    return {
      fileName: `${base}.yaml`,
      mediaType: "application/yaml; charset=utf-8",
      text: cloudFormation(model, given),
    };
  const role = concreteRole(model, given);
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
  name   = ${JSON.stringify(name)}
  path   = ${JSON.stringify(role.path)}
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
  policy_arn = ${JSON.stringify(arn)}
}
`,
  );
  const boundary = role.permissionsBoundaryArn
    ? `\n  permissions_boundary = ${JSON.stringify(role.permissionsBoundaryArn)}`
    : "";
  return [
    `# ${role.title}. ${role.description}
resource "aws_iam_role" "skywarden" {
  name                 = ${JSON.stringify(role.roleName)}
  path                 = ${JSON.stringify(role.path)}
  max_session_duration = 3600${boundary}
  assume_role_policy   = <<-JSON
${indent(role.trustPolicy)}
  JSON
}
`,
    ...policies,
    ...managed,
    `output "role_arn" {
  value = aws_iam_role.skywarden.arn
}
`,
  ].join("\n");
}

/** Terraform reads ${ and %{ in a heredoc as its own. */
function indent(document: object): string {
  return JSON.stringify(document, null, 2)
    .replaceAll("${", "$${")
    .replaceAll("%{", "%%{")
    .replace(/^/gm, "    ");
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
    `# ${role.title}. ${role.description}`,
    "set -eu",
    `aws iam create-role --role-name ${name} --path ${quoted(role.path)} --max-session-duration 3600${boundary} --assume-role-policy-document ${json(role.trustPolicy)}`,
    ...role.managedPolicyArns.map(
      (arn) => `aws iam attach-role-policy --role-name ${name} --policy-arn ${quoted(arn)}`,
    ),
    ...role.policies.map(
      (policy) =>
        `policy_arn=$(aws iam create-policy --policy-name ${quoted(policy.name)} --path ${quoted(role.path)} --policy-document ${json(policy.document)} --query Policy.Arn --output text)\naws iam attach-role-policy --role-name ${name} --policy-arn "$policy_arn"`,
    ),
    `aws iam get-role --role-name ${name} --query Role.Arn --output text`,
    "",
  ].join("\n");
}
