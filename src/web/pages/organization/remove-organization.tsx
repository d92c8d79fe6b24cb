// Disconnecting an organization (E28): what would go, how its roles are taken away at AWS, whether that is to be
// proven afterwards; then the name typed by hand.
import { Button, Checkbox } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { getSummary } from "#contract/activity.ts";
import { listClouds } from "#contract/cloud.ts";
import { listAccessProofs, proveNoAccess, removeOrganization } from "#contract/leaving.ts";
import { listOrganizations } from "#contract/organization.ts";
import type { Organization, OrganizationRemoval } from "../../nouns.ts";
import { ConfirmRemoval } from "../../parts/confirm-removal.tsx";
import { plural } from "../../parts/number.ts";
import { tellFailure } from "../../parts/tell.tsx";
import { useWrite } from "../../queries.ts";
import css from "./organization.module.css";
import { TearDown } from "./tear-down.tsx";

export function RemoveOrganization({ organization }: { organization: Organization }) {
  const navigate = useNavigate();
  const preview = useWrite(removeOrganization, []);
  const prove = useWrite(proveNoAccess, [listAccessProofs]);
  const params = { id: organization.id };
  const tryNow = () =>
    prove.mutate(
      { params },
      {
        onSuccess: ({ id }) => void navigate({ to: "/access-proofs/$id", params: { id } }),
        onError: tellFailure,
      },
    );
  return (
    <>
      <p className={css.help}>
        Its clouds, their resources and findings leave all lists. Nothing changes at AWS: the roles there are
        yours to delete, and Skywarden can prove that they are gone.
      </p>
      <div className={css.actions}>
        <Button
          variant="default"
          color="red"
          onClick={() => preview.mutate({ params, query: { preview: true } }, { onError: tellFailure })}
          loading={preview.isPending}
        >
          Preview removal
        </Button>
        <Button variant="subtle" color="gray" onClick={tryNow} loading={prove.isPending}>
          Try which roles work now
        </Button>
      </div>
      {preview.data && <Preview organization={organization} removal={preview.data} />}
    </>
  );
}

interface PreviewProps {
  organization: Organization;
  removal: OrganizationRemoval;
}
function Preview({ organization, removal }: PreviewProps) {
  const navigate = useNavigate();
  const remove = useWrite(removeOrganization, [listOrganizations, listClouds, getSummary, listAccessProofs]);
  const [isOpen, setOpen] = useState(false);
  const [isProven, setProven] = useState(true);
  const { restorable } = removal;
  const [isRestored, setRestored] = useState(restorable.length > 0);
  const leaving = removal.clouds - (isRestored ? restorable.length : 0);
  const confirm = () =>
    remove.mutate(
      { params: { id: organization.id }, query: { prove: isProven, restore: isRestored } },
      {
        onSuccess: ({ proof }) =>
          void (proof
            ? navigate({ to: "/access-proofs/$id", params: { id: proof.id } })
            : navigate({ to: "/organizations" })),
        onError: tellFailure,
      },
    );
  return (
    <div className={css.preview} role="status">
      <p>{affected(removal)}</p>
      <TearDown steps={removal.tearDown} />
      <Checkbox
        label="Prove afterwards that no role can be assumed"
        description="Every role is tried; what is needed for that stays stored, encrypted, until all refuse or for a week. Without it nothing shows that the roles are gone."
        checked={isProven}
        onChange={(event) => setProven(event.currentTarget.checked)}
      />
      {restorable.length > 0 && (
        <Checkbox
          label={`Give ${plural(restorable.length, "cloud")} the former access back`}
          description={`Connected by themselves before the organization took them over: ${names(restorable)}.`}
          checked={isRestored}
          onChange={(event) => setRestored(event.currentTarget.checked)}
        />
      )}
      <Button variant="default" color="red" onClick={() => setOpen(true)}>
        Remove organization…
      </Button>
      <ConfirmRemoval
        name={organization.nickname}
        isOpen={isOpen}
        onClose={() => setOpen(false)}
        label={`Remove ${plural(leaving, "cloud")}`}
        isPending={remove.isPending}
        onConfirm={confirm}
      >
        <p>
          {affected(removal)}{" "}
          {isProven
            ? "Then every role is tried, to prove that none can be assumed."
            : "Nothing will show that the roles at AWS are gone: no proof is asked for."}
        </p>
      </ConfirmRemoval>
    </div>
  );
}

function affected({ clouds, resources, findings, exemptions, badges }: OrganizationRemoval): string {
  const more = [
    ...(exemptions > 0 ? [plural(exemptions, "exemption")] : []),
    ...(badges > 0 ? [plural(badges, "badge")] : []),
  ];
  const all = [
    plural(clouds, "cloud"),
    plural(resources, "resource"),
    plural(findings, "open finding"),
    ...more,
  ];
  return `This removes ${all.slice(0, -1).join(", ")} and ${all.at(-1)} from Skywarden.`;
}

const namedAtOnce = 5;

function names(clouds: OrganizationRemoval["restorable"]): string {
  const some = clouds.slice(0, namedAtOnce).map(({ name, accountId }) => `${name} (${accountId})`);
  const more = clouds.length - some.length;
  return more > 0 ? `${some.join(", ")} and ${more} more` : some.join(", ");
}
