// What somebody changed of a role by hand; an administrator may call a change intended.
import { Button } from "@mantine/core";
import { getCloud } from "#contract/cloud.ts";
import { acceptRoleDrift, getCloudRole, getOrganizationRoles } from "#contract/cloud-role.ts";
import type { CloudRole } from "../../../nouns.ts";
import { Section } from "../../../parts/section.tsx";
import { tellFailure } from "../../../parts/tell.tsx";
import { Time } from "../../../parts/time.tsx";
import { useMay, useWrite } from "../../../queries.ts";
import css from "../cloud.module.css";

export function RoleDrift({ role, cloudId }: { role: CloudRole; cloudId: string }) {
  const accept = useWrite(acceptRoleDrift, [getCloudRole, getCloud, getOrganizationRoles]);
  const mayWrite = useMay("clouds:write");
  const open = role.differences.filter(({ accepted }) => !accepted);
  const intended = role.differences.filter(({ accepted }) => accepted);
  const submit = () =>
    accept.mutate(
      { params: { id: cloudId }, body: { differences: open.map(({ text }) => text) } },
      { onError: tellFailure },
    );
  return (
    <Section
      title="Changed by hand"
      aside={
        open.length > 0 &&
        mayWrite && (
          <Button variant="default" size="xs" loading={accept.isPending} onClick={submit}>
            Call it intended
          </Button>
        )
      }
    >
      <div className={css.text}>
        {role.driftSince !== null && (
          <p>
            Other than its template makes it, seen since <Time at={role.driftSince} />:
          </p>
        )}
        <Differences of={open} />
        {intended.length > 0 && (
          <>
            <p>Called intended:</p>
            <Differences of={intended} />
          </>
        )}
        {role.differences.length === 0 && <p>{nothingChanged(role)}</p>}
      </div>
    </Section>
  );
}

function nothingChanged({ madeBy, template, readAt }: CloudRole): string {
  if (madeBy === "hand") return "There is no template to compare the role with; it was made by hand.";
  if (readAt === null) return "Not known: the role could not be read as a whole.";
  if (template?.release === null)
    return "Not known: this release does not know the template that made the role. Update the role's stack.";
  return "The role is as its template makes it.";
}

const parts: Record<CloudRole["differences"][number]["part"], string> = {
  trust: "Trust",
  policies: "Policies",
  boundary: "Boundary",
};

function Differences({ of }: { of: CloudRole["differences"] }) {
  return (
    <ul className={css.gaps}>
      {of.map(({ part, text, accepted }) => (
        <li key={`${part} ${text}`} className={accepted ? css.accepted : css.gap}>
          <span className="muted">{parts[part]}.</span> {text}
        </li>
      ))}
    </ul>
  );
}
