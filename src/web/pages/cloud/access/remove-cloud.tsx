// Taking a cloud out of the estate: first what would go with it, then its name typed by hand.
import { Button } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { getSummary, listJobs } from "#contract/activity.ts";
import { listClouds, removeCloud } from "#contract/cloud.ts";
import { severities } from "#model/verdict.ts";
import type { CloudDetail } from "../../../nouns.ts";
import { ConfirmRemoval } from "../../../parts/confirm-removal.tsx";
import { SeverityCountsMark } from "../../../parts/mark.tsx";
import { plural } from "../../../parts/number.ts";
import { tellFailure } from "../../../parts/tell.tsx";
import { useWrite } from "../../../queries.ts";

export function RemoveCloud({ cloud }: { cloud: CloudDetail }) {
  const navigate = useNavigate();
  const remove = useWrite(removeCloud, [listClouds, listJobs, getSummary]);
  const [isOpen, setOpen] = useState(false);
  const { resourceCount, findingCounts } = cloud;
  const findings = severities.reduce((sum, severity) => sum + findingCounts[severity], 0);
  const confirm = () =>
    remove.mutate(
      { params: { id: cloud.id } },
      { onSuccess: () => void navigate({ to: "/clouds" }), onError: tellFailure },
    );
  return (
    <>
      <p className="muted">
        The cloud, its resources and findings leave all lists, and its stored access is deleted. Nothing
        changes at AWS.
      </p>
      <Button variant="default" color="red" onClick={() => setOpen(true)}>
        Preview removal
      </Button>
      <ConfirmRemoval
        name={cloud.name}
        isOpen={isOpen}
        onClose={() => setOpen(false)}
        label={`Remove cloud and ${plural(resourceCount, "resource")}`}
        isPending={remove.isPending}
        onConfirm={confirm}
      >
        <p>
          This removes {plural(resourceCount, "resource")} and {plural(findings, "open finding")} of account{" "}
          <span className="mono">{cloud.accountId}</span> from Skywarden. The role or the key at AWS stays;
          delete it there.
        </p>
        {findings > 0 && (
          <p>
            <SeverityCountsMark counts={findingCounts} />
          </p>
        )}
      </ConfirmRemoval>
    </>
  );
}
