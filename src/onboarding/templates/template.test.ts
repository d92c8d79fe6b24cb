// The formats without parameters of their own: well-formed, and the same role in each.
import { execFileSync, spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { loadCatalog } from "#catalog/load.ts";
import { readPolicy } from "#iam/read-policy.ts";
import type { ConcreteRole } from "./concrete-role.ts";
import { roleModel, type TemplateName, type TemplateParameters } from "./role-model.ts";
import { renderTemplate, type TemplateFormat } from "./template.ts";
import { templateVersion } from "./template-version.ts";

const harvestActions = (await loadCatalog()).allHarvestActions();
const render = (name: TemplateName, format: TemplateFormat, given: TemplateParameters = {}) =>
  renderTemplate(name, format, given, harvestActions);

const platformRoleArn = [
  "arn:aws:iam::999999999999:role/Skywarden-Install-Role",
  "arn:aws:iam::888888888888:role/x/B",
];
const parameterCases: [title: string, name: TemplateName, given: TemplateParameters][] = [
  ["organization role", "organization-role", {}],
  ["member role", "member-role", { platformRoleArn, externalId: "skywarden-0123456789" }],
  [
    "member role with everything",
    "member-role",
    {
      platformRoleArn: ["arn:aws-us-gov:iam::999999999999:role/P"],
      roleName: "R",
      policyName: "P",
      rolePath: "/it's/${a}%{b}/",
      permissionsBoundaryArn: "arn:aws-us-gov:iam::111111111111:policy/B",
      roleType: "standard",
      externalId: "skywarden-0123456789",
    },
  ],
  ["install role", "install-role", { roleName: "Host" }],
];

describe.each(parameterCases)("%s", (_, name, given) => {
  const role = JSON.parse(render(name, "json", given).text) as ConcreteRole;

  test("JSON holds the role with every parameter filled in", () => {
    expect(role).toMatchObject({
      path: given.rolePath ?? "/",
      permissionsBoundaryArn: given.permissionsBoundaryArn ?? null,
      ...(given.roleName ? { roleName: given.roleName } : {}),
    });
    expect(JSON.stringify(role)).not.toMatch(/\{(partition|account|path|roleName|harvestRoles)\}/);
    expect(role.policies.length).toBeGreaterThan(0);
  });

  test("Terraform is one balanced text whose documents are JSON and whose names are quoted", () => {
    const { text, fileName } = render(name, "terraform", given);
    expect(fileName).toMatch(/\.tf$/);
    const documents = [...text.matchAll(/<<-JSON\n([\s\S]*?)\n {2}JSON/g)].map(([, body = ""]) =>
      JSON.parse(body.replaceAll("$${", "${").replaceAll("%%{", "%{")),
    );
    expect(documents).toEqual([role.trustPolicy, ...role.policies.map((policy) => policy.document)]);
    const outside = text.replace(/<<-JSON\n[\s\S]*?\n {2}JSON/g, "").replace(/"(\\.|[^"\\])*"/g, '""');
    expect(outside.split("{").length).toBe(outside.split("}").length);
    // Terraform would take these for its own in any text.
    expect(text.replaceAll("$${", "").replaceAll("%%{", "")).not.toMatch(/[$%]\{/);
  });

  test("the CLI lines are a shell script that passes each document as one argument", () => {
    const { text } = render(name, "cli", given);
    // A stand-in for the AWS CLI prints its arguments; the shell's own parser judges the quoting.
    const script = `aws() { printf '%s\\n' "$@" '--end--'; }\n${text.replace("#!/bin/sh\n", "")}`;
    const printed = execFileSync("sh", ["-c", script], { encoding: "utf8" });
    const lines = printed.split("\n");
    const valuesOf = (option: string) => lines.flatMap((line, i) => (line === option ? [lines[i + 1]] : []));
    expect(valuesOf("--assume-role-policy-document").map((line) => JSON.parse(line ?? ""))).toEqual([
      role.trustPolicy,
    ]);
    expect(valuesOf("--path")[0]).toBe(role.path);
    expect(valuesOf("--permissions-boundary")).toEqual(
      role.permissionsBoundaryArn ? [role.permissionsBoundaryArn] : [],
    );
    const attached = valuesOf("--policy-arn").filter((arn) => arn?.includes(":aws:policy/"));
    expect(attached).toEqual(role.managedPolicyArns);
  });
});

/** Of hashicorp/aws 6: what each block of ours may hold, and what may be asked of it. */
const blocks: Record<string, { arguments: string[]; attributes: string[] }> = {
  aws_iam_role: {
    arguments: [
      ...["name", "path", "max_session_duration", "permissions_boundary", "tags", "assume_role_policy"],
    ],
    attributes: ["name", "arn"],
  },
  aws_iam_policy: { arguments: ["name", "path", "policy"], attributes: ["arn"] },
  aws_iam_role_policy_attachment: { arguments: ["role", "policy_arn"], attributes: [] },
  aws_iam_instance_profile: { arguments: ["name", "path", "role"], attributes: [] },
  aws_cloudformation_stack: {
    arguments: ["name", "capabilities", "template_body", "template_url"],
    attributes: [],
  },
  aws_s3_object: { arguments: ["bucket", "key", "content_type", "content"], attributes: ["key"] },
  aws_s3_bucket: { arguments: ["bucket"], attributes: ["bucket_regional_domain_name"] },
  output: { arguments: ["value"], attributes: [] },
  variable: { arguments: ["type", "description"], attributes: [] },
};

const long = Array.from({ length: 150 }, (_, at) => `service:Do${at}${"x".repeat(60)}`);
const terraformCases: [title: string, text: string][] = [
  ...parameterCases.map(([title, name, given]): [string, string] => [
    title,
    render(name, "terraform", given).text,
  ]),
  ["combined", render("combined", "terraform").text],
  ["combined, through a bucket", renderTemplate("combined", "terraform", {}, long).text],
];
test.each(
  terraformCases,
)("%s: Terraform knows every argument, and each reference leads somewhere", (_, whole) => {
  const text = whole.replace(/<<-JSON\n[\s\S]*?\n {2}JSON/g, '"document"');
  const found = [...text.matchAll(/^(\w+) (?:"(\w+)" )?"(\w+)" \{\n([\s\S]*?)\n\}$/gm)];
  const declared = new Map<string, string>();
  for (const [, kind = "", type, name = "", body = ""] of found) {
    const of = type ?? kind;
    declared.set(
      kind === "data" ? `data.${of}.${name}` : kind === "variable" ? `var.${name}` : `${of}.${name}`,
      of,
    );
    const given = [...body.matchAll(/^ {2}(\w+)\s*=/gm)].map(([, argument]) => argument);
    expect(blocks[of]?.arguments).toEqual(expect.arrayContaining(given));
    expect(new Set(given).size).toBe(given.length);
  }
  const outside = text.replace(/\$\$\{/g, "");
  const references = outside.match(/\b(?:data\.)?aws_\w+\.\w+\.\w+|\bvar\.\w+/g) ?? [];
  expect(found.length).toBe(whole.match(/^\w+ ".*\{$/gm)?.length);
  for (const reference of references) {
    const [, to = "", attribute] = /^(var\.\w+|(?:data\.)?\w+\.\w+)(?:\.(\w+))?$/.exec(reference) ?? [];
    const of = declared.get(to);
    expect(of, reference).toBeDefined();
    if (attribute) expect(blocks[of ?? ""]?.attributes).toContain(attribute);
  }
});

/** A developer's machine may have it: it parses, and its own form is ours. */
const formatter = "terraform";
const hasTerraform = spawnSync(formatter, ["version"], { stdio: "ignore" }).status === 0;
test.each(
  terraformCases,
)("%s: Terraform, where it is installed, reads the text and would write it so", (_, input) => {
  if (!hasTerraform) return;
  const env = { ...process.env, TF_CLI_CONFIG_FILE: "/dev/null", CHECKPOINT_DISABLE: "1" };
  expect(execFileSync(formatter, ["fmt", "-"], { input, encoding: "utf8", env })).toBe(input);
});

const shells = ["sh", "bash"];
const scripts: [title: string, text: string][] = [
  ...parameterCases.map(([title, name, given]): [string, string] => [title, render(name, "cli", given).text]),
  ["combined", render("combined", "cli").text],
  ["combined, through a bucket", renderTemplate("combined", "cli", {}, long).text],
];
test.each(scripts)("%s: the CLI lines are a script to every shell", (_, input) => {
  for (const shell of shells) execFileSync(shell, ["-n"], { input });
});

test("a combined template that is too long for a call asks for a bucket before it does anything", () => {
  const script = renderTemplate("combined", "cli", {}, long).text;
  const noted = `aws() { printf '%s ' "$@"; }\n${script.replace("#!/bin/sh\n", "")}`;
  const run = (env: Record<string, string>) =>
    spawnSync("sh", ["-c", noted], { encoding: "utf8", env: { PATH: "/usr/bin:/bin", ...env } });
  expect(run({})).toMatchObject({ stdout: "", stderr: expect.stringContaining("name a bucket of yours") });
  expect(run({ TEMPLATE_BUCKET: "mine" }).stdout).toMatch(/deploy .*--s3-bucket mine --s3-prefix skywarden/);
  expect(render("combined", "cli").text).not.toContain("TEMPLATE_BUCKET");
});

test.each(
  parameterCases,
)("%s: every document is a policy without a problem to our own evaluator", (_, name, given) => {
  const role = JSON.parse(render(name, "json", given).text) as ConcreteRole;
  for (const document of [role.trustPolicy, ...role.policies.map((policy) => policy.document)])
    expect(readPolicy(document).policy).not.toHaveProperty("problems");
});

const names = ["organization-role", "member-role", "install-role"] as const;
test.each(names)("%s says its version in every format: text, output and the role's tag", (name) => {
  const version = templateVersion(roleModel(name, [...harvestActions]));
  const Tag = { Key: "skywarden:template", Value: version };
  const template = parse(render(name, "cloudformation").text);
  expect(template).toMatchObject({
    Metadata: { Skywarden: { Template: version } },
    Outputs: { TemplateVersion: { Value: version } },
    Resources: { Role: { Properties: { Tags: [Tag] } } },
  });
  expect((JSON.parse(render(name, "json").text) as ConcreteRole).tags).toEqual([
    { key: Tag.Key, value: version },
  ]);
  expect(render(name, "terraform").text).toContain(`"${Tag.Key}" = "${version}"`);
  expect(render(name, "cli").text).toContain(JSON.stringify([Tag]));
});

test("CloudFormation carries the parameters as defaults", () => {
  const { text, mediaType } = render("member-role", "cloudformation", {
    platformRoleArn,
    externalId: "skywarden-0123456789",
    roleName: "R",
    roleType: "power-user",
  });
  expect(mediaType).toContain("yaml");
  expect(parse(text).Parameters).toMatchObject({
    RoleName: { Default: "R" },
    RoleType: { Default: "power-user" },
    ExternalId: { Default: "skywarden-0123456789", NoEcho: true },
    PlatformRoleArn: { Default: platformRoleArn.join(",") },
  });
});

test("each account of the platform roles is a principal once", () => {
  const twins = ["arn:aws:iam::999999999999:role/A", "arn:aws:iam::999999999999:role/B"];
  const role = JSON.parse(render("member-role", "json", { platformRoleArn: twins }).text) as ConcreteRole;
  expect(role.trustPolicy).toMatchObject({
    Statement: [
      {
        Principal: { AWS: ["arn:aws:iam::999999999999:root"] },
        Condition: { ArnEquals: { "aws:PrincipalArn": twins } },
      },
    ],
  });
});
