// The role that a cloud is reached by: which template made it, what it lacks for this release, who changed it.
import { Alert } from "@mantine/core";
import type { ReactNode } from "react";
import { getCloudRole } from "#contract/cloud-role.ts";
import type { CloudDetail, CloudRole } from "../../../nouns.ts";
import { Actions, Blind } from "../../../parts/blind.tsx";
import { CopyText } from "../../../parts/copy.tsx";
import { Icon } from "../../../parts/icon.tsx";
import { Mend } from "../../../parts/mend.tsx";
import { plural } from "../../../parts/number.ts";
import { Facts, Section } from "../../../parts/section.tsx";
import { Empty, Loaded } from "../../../parts/state.tsx";
import { TemplateMark } from "../../../parts/template-mark.tsx";
import { Time } from "../../../parts/time.tsx";
import { useRead } from "../../../queries.ts";
import css from "../cloud.module.css";
import { RoleDrift } from "./role-drift.tsx";

export function CloudRolePanel({ cloud }: { cloud: CloudDetail }) {
  const read = useRead(getCloudRole, { params: { id: cloud.id } });
  return (
    <Loaded read={read}>
      {({ role, note }) =>
        role === null ? (
          <Empty title="Nothing is known of the role yet">{note}</Empty>
        ) : (
          <Role role={role} cloudId={cloud.id} />
        )
      }
    </Loaded>
  );
}

function Role({ role, cloudId }: { role: CloudRole; cloudId: string }) {
  return (
    <>
      <Unread role={role} />
      <div className={css.columns}>
        <div>
          <Section title="Role">
            <Facts rows={factsOf(role)} />
          </Section>
          <RoleDrift role={role} cloudId={cloudId} />
          <Trust role={role} />
        </div>
        <div>
          <Lacks role={role} />
          {role.mend && (
            <Section title="What mends it">
              <div className={css.text}>
                <Mend {...role.mend} />
              </div>
            </Section>
          )}
        </div>
      </div>
    </>
  );
}

function factsOf(role: CloudRole): [string, ReactNode][] {
  return [
    ["ARN", <CopyText key="arn" value={role.roleArn} label="role ARN" />],
    [
      "Template",
      role.madeBy === "unknown" ? (
        <span key="template" className="muted">
          ? The role could not be read
        </span>
      ) : (
        <TemplateMark key="template" template={role.template} />
      ),
    ],
    ...(role.template?.isCurrent === false
      ? [
          [
            "This release makes",
            <span key="current" className="mono">
              {role.currentTemplate}
            </span>,
          ] as [string, ReactNode],
        ]
      : []),
    ["Read", <Time key="read" at={role.readAt} none="never as a whole" />],
    ...(role.readAt === role.inspectedAt
      ? []
      : [["Tried last", <Time key="tried" at={role.inspectedAt} />] as [string, ReactNode]]),
    ["Next look", <Time key="next" at={role.nextInspectionAt} />],
  ];
}

function Unread({ role }: { role: CloudRole }) {
  const [first] = role.unread;
  if (!first) return null;
  const operations = [...new Set(role.unread.map(({ operation }) => operation))].join(", ");
  return (
    <Alert
      color="gray"
      icon={<Icon name="warning" />}
      className={css.alert ?? ""}
      title={
        role.readAt === null
          ? "The role could not be read as a whole"
          : "What follows is from an earlier look"
      }
    >
      <span className="mono">{operations}</span> answered {first.code}. The member-role template allows it;
      update the role from it, or allow the actions by hand. <span className="muted">{first.message}</span>
    </Alert>
  );
}

function Lacks({ role }: { role: CloudRole }) {
  const { missing, limited, blind } = role;
  return (
    <Section title="What this release needs">
      <div className={css.text}>
        {missing === null && <p>Not known: the role's policies could not all be read.</p>}
        {missing?.length === 0 && <p>The role's policies list every action that this release needs.</p>}
        {missing && missing.length > 0 && (
          <>
            <p>The role's policies do not list {plural(missing.length, "action")} that this release needs:</p>
            <Actions names={missing.map(({ action }) => action)} label="Actions that are not listed" />
            <p>Not seen without them:</p>
            <Blind {...blind} />
          </>
        )}
        {limited.length > 0 && (
          <>
            <p>Listed, but under a condition or for some resources only:</p>
            <Actions names={limited} label="Actions with limits" />
          </>
        )}
        <p className="muted">
          This compares names of actions. What AWS really allows shows in the harvest, where other policies
          count too.
        </p>
      </div>
    </Section>
  );
}

function Trust({ role }: { role: CloudRole }) {
  if (role.warnings.length === 0) return null;
  return (
    <Section title="Who may assume it">
      <ul className={css.gaps}>
        {role.warnings.map(({ code, text }) => (
          <li key={`${code} ${text}`} className={css.gap}>
            {text}
          </li>
        ))}
      </ul>
    </Section>
  );
}
