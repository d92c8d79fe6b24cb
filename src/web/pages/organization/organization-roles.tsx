// The roles of an organization's clouds: how many lack the same actions, what is not seen for it, what mends them.
import { Link } from "@tanstack/react-router";
import { getOrganizationRoles } from "#contract/cloud-role.ts";
import type { Organization, OrganizationRoles as Roles } from "../../nouns.ts";
import { Actions, Blind } from "../../parts/blind.tsx";
import { Mend } from "../../parts/mend.tsx";
import { plural, whole } from "../../parts/number.ts";
import { Facts, Section } from "../../parts/section.tsx";
import { Loaded } from "../../parts/state.tsx";
import { TemplateMark } from "../../parts/template-mark.tsx";
import { useRead } from "../../queries.ts";
import css from "./organization.module.css";
import { OwnRole } from "./own-role.tsx";

export function OrganizationRoles({ organization }: { organization: Organization }) {
  const read = useRead(getOrganizationRoles, { params: { id: organization.id } });
  return (
    <>
      <Section title="Organization role">
        <Loaded read={read} rows={4}>
          {({ organizationRole }) => <OwnRole role={organizationRole} />}
        </Loaded>
      </Section>
      <Section title="Roles of its clouds">
        <Loaded read={read} rows={4}>
          {(roles) => <Content roles={roles} />}
        </Loaded>
      </Section>
    </>
  );
}

function Content({ roles }: { roles: Roles }) {
  const { clouds, inspected, byHand, unreadable, templates, lacking, drifted, unsafeTrust } = roles;
  if (inspected === 0 && unreadable === 0)
    return <p className={css.help}>The roles appear here when they are first assumed.</p>;
  return (
    <>
      <Facts
        rows={[
          ["Looked at", `${whole(inspected)} of ${plural(clouds, "role")}`],
          ...templates.map((template): [string, React.ReactNode] => [
            plural(template.clouds, "role"),
            <TemplateMark key={template.version} template={template} />,
          ]),
          ...(byHand > 0 ? [["Made by hand", whole(byHand)] as [string, string]] : []),
          ...(unreadable > 0 ? [["Not read as a whole", whole(unreadable)] as [string, string]] : []),
          ["Changed by hand", <Some key="drifted" of={drifted} />],
          ["Unsafe trust", <Some key="trust" of={unsafeTrust} />],
        ]}
      />
      {lacking.length === 0 && inspected > 0 && (
        <p className={css.help}>No role that was read lacks an action of this release.</p>
      )}
      {lacking.map((group) => (
        <Group key={`${group.template?.version} ${group.missing.join()}`} group={group} />
      ))}
    </>
  );
}

function Group({ group }: { group: Roles["lacking"][number] }) {
  const { clouds, missing, examples, resourceTypes, insights, mend } = group;
  const verb = clouds === 1 ? "lacks" : "lack";
  return (
    <details className={css.group}>
      <summary>
        {plural(clouds, "role")} {verb} {plural(missing.length, "action")} of this release
      </summary>
      <Actions names={missing} label="Actions that are not listed" />
      <p className={css.help}>Not seen without them:</p>
      <Blind resourceTypes={resourceTypes} insights={insights} />
      <Mend {...mend} />
      <p className={css.help}>
        <Clouds of={examples} />
        {clouds > examples.length && ` and ${whole(clouds - examples.length)} more`}
      </p>
    </details>
  );
}

function Some({ of }: { of: Roles["drifted"] }) {
  if (of.clouds === 0) return "0";
  return (
    <span>
      {whole(of.clouds)}: <Clouds of={of.examples} />
      {of.clouds > of.examples.length && " …"}
    </span>
  );
}

function Clouds({ of }: { of: Roles["drifted"]["examples"] }) {
  return of.map(({ id, name }, at) => (
    <span key={id}>
      {at > 0 && ", "}
      <Link to="/clouds/$id" params={{ id }} search={{ tab: "role" }}>
        {name}
      </Link>
    </span>
  ));
}
