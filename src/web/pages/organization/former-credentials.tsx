// The credentials before the last change, and the way back to them (E20).
import { Button, Modal } from "@mantine/core";
import { useState } from "react";
import { rollBackOrganization } from "#contract/leaving.ts";
import { getOrganization, listOrganizations } from "#contract/organization.ts";
import type { Organization } from "../../nouns.ts";
import { CopyText } from "../../parts/copy.tsx";
import { Refused } from "../../parts/refused.tsx";
import { Facts, Section } from "../../parts/section.tsx";
import { tellFailure } from "../../parts/tell.tsx";
import { Time } from "../../parts/time.tsx";
import { useWrite } from "../../queries.ts";
import css from "./organization.module.css";

export function FormerCredentials({ organization }: { organization: Organization }) {
  const former = organization.formerCredentials;
  const [isOpen, setOpen] = useState(false);
  const preview = useWrite(rollBackOrganization, []);
  const back = useWrite(rollBackOrganization, [getOrganization, listOrganizations]);
  if (former === null) return null;
  const params = { id: organization.id };
  const open = () =>
    preview.mutate(
      { params, query: { preview: true } },
      { onSuccess: () => setOpen(true), onError: tellFailure },
    );
  return (
    <Section title="Former credentials">
      <p className={css.help}>
        Replaced <Time at={former.replacedAt} />; kept encrypted, and forgotten <Time at={former.keptUntil} />
        .
      </p>
      <Button variant="default" mt="xs" onClick={open} loading={preview.isPending}>
        Preview the way back
      </Button>
      <Modal
        opened={isOpen}
        onClose={() => setOpen(false)}
        title="Return to the former credentials"
        closeButtonProps={{ "aria-label": "Close" }}
      >
        {preview.data && (
          <Facts
            rows={[
              [
                "Organization role",
                <CopyText key="organization" value={preview.data.organizationRole.arn} label="role ARN" />,
              ],
              ["Member role", <CopyText key="member" value={preview.data.memberRole.arn} label="role ARN" />],
              [
                "Credentials",
                preview.data.credentialSource === "host" ? "Of the platform role" : "A stored user key",
              ],
            ]}
          />
        )}
        <p>They are tried first; the present ones are kept for a way back in their turn.</p>
        {back.error && <Refused error={back.error} />}
        <Button
          data-autofocus
          loading={back.isPending}
          onClick={() => back.mutate({ params, query: {} }, { onSuccess: () => setOpen(false) })}
        >
          Try and return to them
        </Button>
      </Modal>
    </Section>
  );
}
