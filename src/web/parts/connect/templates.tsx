// The templates of a role to download in each format, filled with External ID and platform ARN, and the
// command lines that deploy them.
import { Button, Collapse, Select } from "@mantine/core";
import { useState } from "react";
import { getTemplate, roleTypes, type templateFormats } from "#contract/template.ts";
import { urlOf } from "../../call.ts";
import { useRead } from "../../queries.ts";
import { CopyBlock } from "../copy.tsx";
import { Icon } from "../icon.tsx";
import { Loaded } from "../state.tsx";
import css from "./connect.module.css";
import { PublishedLinks } from "./published-links.tsx";

/** What the templates are filled with. */
export interface TemplateTrust {
  externalId: string;
  /** While that is rotated: the old one, accepted as well. */
  previousExternalId?: string;
  /** The ARNs of those who will assume the role. */
  principals: string[];
}

type Name = "organization-role" | "member-role";
const formats: { format: (typeof templateFormats)[number]; label: string; ending: string }[] = [
  { format: "cloudformation", label: "CloudFormation", ending: "yaml" },
  { format: "terraform", label: "Terraform", ending: "tf" },
  { format: "cli", label: "AWS CLI script", ending: "sh" },
  { format: "json", label: "JSON policies", ending: "json" },
];
const typeNames: Record<(typeof roleTypes)[number], string> = {
  standard: "Standard (our own read-only policy)",
  "standard-managed": "Standard-Managed (AWS's read-only policy and a supplement)",
  "power-user": "Power User (also for repairs)",
};

function inputOf(name: Name, trust: TemplateTrust, roleType: (typeof roleTypes)[number]) {
  return {
    params: { name },
    query: {
      externalId: trust.externalId,
      ...(trust.previousExternalId === undefined ? {} : { previousExternalId: trust.previousExternalId }),
      platformRoleArn: trust.principals,
      ...(name === "member-role" ? { roleType } : {}),
    },
  };
}
const fileOf = (name: Name, ending: string) => `skywarden-${name}.${ending}`;

export function TemplateLinks({ name, trust }: { name: Name; trust: TemplateTrust }) {
  const [roleType, setRoleType] = useState<(typeof roleTypes)[number]>("standard-managed");
  const [isShown, setShown] = useState(false);
  const input = inputOf(name, trust, roleType);
  const stack = name === "organization-role" ? "Skywarden-Org-Role" : "Skywarden-Member-Role";
  return (
    <div className={css.templates}>
      {name === "member-role" && (
        <Select
          label="Role type"
          data={roleTypes.map((value) => ({ value, label: typeNames[value] }))}
          value={roleType}
          allowDeselect={false}
          onChange={(value) => value !== null && setRoleType(value)}
        />
      )}
      <div className={css.links}>
        {formats.map(({ format, label, ending }) => (
          <Button
            key={format}
            component="a"
            variant="default"
            href={urlOf(getTemplate, { ...input, query: { ...input.query, format } })}
            download={fileOf(name, ending)}
            leftSection={<Icon name="download" size={14} />}
          >
            {label}
          </Button>
        ))}
        <Button variant="subtle" color="gray" onClick={() => setShown(!isShown)} aria-expanded={isShown}>
          {isShown ? "Hide AWS CLI lines" : "Show AWS CLI lines"}
        </Button>
      </div>
      <PublishedLinks name={name} principals={trust.principals} roleType={roleType} />
      <Collapse expanded={isShown}>
        <p className={css.under}>Deploy the downloaded CloudFormation template:</p>
        <CopyBlock text={stackLines(stack, fileOf(name, "yaml"))} label="stack command" />
        {isShown && (
          <>
            <p className={css.under}>Or, without CloudFormation:</p>
            <CliScript name={name} trust={trust} roleType={roleType} />
          </>
        )}
      </Collapse>
    </div>
  );
}

function CliScript({
  name,
  trust,
  roleType,
}: {
  name: Name;
  trust: TemplateTrust;
  roleType: (typeof roleTypes)[number];
}) {
  const input = inputOf(name, trust, roleType);
  const read = useRead(getTemplate, { ...input, query: { ...input.query, format: "cli" } });
  return (
    <Loaded read={read} rows={3}>
      {(text) => <CopyBlock text={text} label="AWS CLI lines" />}
    </Loaded>
  );
}

const stackLines = (stack: string, file: string) =>
  [
    "aws cloudformation create-stack \\",
    `  --stack-name ${stack} \\`,
    `  --template-body file://${file} \\`,
    "  --capabilities CAPABILITY_NAMED_IAM",
  ].join("\n");

/** IAM is global, so one region per partition is enough for a StackSet. */
const homeRegions: Record<string, string> = {
  aws: "us-east-1",
  "aws-us-gov": "us-gov-west-1",
  "aws-cn": "cn-north-1",
};

export function StackSetLines({ partition }: { partition: string }) {
  const region = homeRegions[partition] ?? "us-east-1";
  const lines = [
    "aws cloudformation create-stack-set \\",
    "  --stack-set-name Skywarden-Member-Role \\",
    `  --template-body file://${fileOf("member-role", "yaml")} \\`,
    "  --capabilities CAPABILITY_NAMED_IAM \\",
    "  --permission-model SERVICE_MANAGED \\",
    "  --auto-deployment Enabled=true,RetainStacksOnAccountRemoval=false",
    "aws cloudformation create-stack-instances \\",
    "  --stack-set-name Skywarden-Member-Role \\",
    "  --deployment-targets OrganizationalUnitIds=\"$(aws organizations list-roots --query 'Roots[0].Id' --output text)\" \\",
    `  --regions ${region} \\`,
    "  --operation-preferences MaxConcurrentPercentage=100,FailureTolerancePercentage=10",
  ];
  return <CopyBlock text={lines.join("\n")} label="StackSet commands" />;
}
