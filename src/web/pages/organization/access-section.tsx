// How an organization is reached: what is stored, without its secrets, and the way to change it.
import { Button } from "@mantine/core";
import { type ReactNode, useState } from "react";
import type { Organization } from "../../nouns.ts";
import { sourceName } from "../../parts/connect/access-fields.tsx";
import { CopyText } from "../../parts/copy.tsx";
import { whole } from "../../parts/number.ts";
import { Facts, Section } from "../../parts/section.tsx";
import { Time } from "../../parts/time.tsx";
import { ChangeAccess } from "./change-access.tsx";

interface AccessSectionProps {
  organization: Organization;
  mayWrite: boolean;
}
export function AccessSection({ organization, mayWrite }: AccessSectionProps) {
  const [isChanging, setChanging] = useState(false);
  const [isChanged, setChanged] = useState(false);
  if (isChanging)
    return (
      <Section title="Change access">
        <ChangeAccess
          organization={organization}
          onClose={(hasChanged) => {
            setChanging(false);
            setChanged(hasChanged);
          }}
        />
      </Section>
    );
  const change = mayWrite && (
    <Button variant="default" onClick={() => setChanging(true)}>
      Change access
    </Button>
  );
  return (
    <Section title="Access" aside={change}>
      <Facts rows={factsOf(organization)} />
      {isChanged && (
        <p role="status" className="muted">
          Changed. All checks ran before it was stored, and a sync has started.
        </p>
      )}
    </Section>
  );
}

function factsOf(organization: Organization): [string, ReactNode][] {
  const { organizationRole, memberRole, accessKeyId } = organization;
  return [
    ["Organization id", <CopyText key="id" value={organization.awsOrganizationId} label="organization id" />],
    [
      "Management account",
      <CopyText key="account" value={organization.managementAccountId} label="account id" />,
    ],
    ["Authentication type", sourceName(organization.credentialSource)],
    ...(accessKeyId === null
      ? []
      : ([
          ["Access key id", <CopyText key="key" value={accessKeyId} label="access key id" />],
          ["Secret access key", "Stored, not shown"],
        ] satisfies [string, ReactNode][])),
    ["Organization role", <CopyText key="org" value={organizationRole.arn} label="role ARN" />],
    ["Member role", <CopyText key="member" value={memberRole.arn} label="role ARN" />],
    [
      "Sessions",
      `${organizationRole.sessionName}, ${whole(organizationRole.durationSeconds)}\u00a0s; members ${memberRole.sessionName}, ${whole(memberRole.durationSeconds)}\u00a0s`,
    ],
    ["External ID", organization.customExternalId ? "One of its own, stored" : "The tenant's"],
    ["Connected", <Time key="created" at={organization.createdAt} />],
  ];
}
