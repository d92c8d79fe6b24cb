// Disconnecting an organization: first a preview of what would go, then the name typed by hand.
import { Button } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { getSummary } from "#contract/activity.ts";
import { listClouds } from "#contract/cloud.ts";
import { removeOrganization } from "#contract/leaving.ts";
import { listOrganizations } from "#contract/organization.ts";
import type { Organization } from "../../nouns.ts";
import { ConfirmRemoval } from "../../parts/confirm-removal.tsx";
import { plural } from "../../parts/number.ts";
import { tellFailure } from "../../parts/tell.tsx";
import { useWrite } from "../../queries.ts";

export function RemoveOrganization({ organization }: { organization: Organization }) {
  const navigate = useNavigate();
  const preview = useWrite(removeOrganization, []);
  const remove = useWrite(removeOrganization, [listOrganizations, listClouds, getSummary]);
  const [isOpen, setOpen] = useState(false);
  const params = { id: organization.id };
  const open = () =>
    preview.mutate(
      { params, query: { preview: true } },
      { onSuccess: () => setOpen(true), onError: tellFailure },
    );
  const confirm = () =>
    remove.mutate(
      { params, query: {} },
      { onSuccess: () => void navigate({ to: "/organizations" }), onError: tellFailure },
    );
  return (
    <>
      <p className="muted">
        Its clouds, their resources and findings leave all lists. Nothing changes at AWS.
      </p>
      <Button variant="default" color="red" onClick={open} loading={preview.isPending}>
        Preview removal
      </Button>
      <ConfirmRemoval
        name={organization.nickname}
        isOpen={isOpen}
        onClose={() => setOpen(false)}
        label={`Remove ${plural(preview.data?.clouds ?? 0, "cloud")}`}
        isPending={remove.isPending}
        onConfirm={confirm}
      >
        {preview.data && (
          <p>
            This removes {plural(preview.data.clouds, "cloud")}, {plural(preview.data.resources, "resource")}{" "}
            and {plural(preview.data.findings, "open finding")} from Skywarden. The roles at AWS stay; delete
            their stacks there.
          </p>
        )}
      </ConfirmRemoval>
    </>
  );
}
