// How the roles are made to accept both External IDs. The values are read, and the reading audited, only when asked for.
import { Button } from "@mantine/core";
import { useState } from "react";
import { getExternalId } from "#contract/external-id.ts";
import { CopyBlock, CopyField } from "../../parts/copy.tsx";
import { Loaded } from "../../parts/state.tsx";
import { useRead } from "../../queries.ts";
import css from "./organization.module.css";

export function RotationSteps() {
  const [isOpen, setOpen] = useState(false);
  return (
    <div className={css.steps}>
      <Button variant="subtle" px={0} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {isOpen ? "Hide how to update the roles" : "Show how to update the roles"}
      </Button>
      {isOpen && <Steps />}
    </div>
  );
}

function Steps() {
  const read = useRead(getExternalId, {});
  return (
    <Loaded read={read} rows={4}>
      {({ externalId, nextExternalId }) =>
        nextExternalId === null ? (
          <p className={css.help}>The rotation has ended.</p>
        ) : (
          <>
            <p className={css.help}>
              Update each stack and StackSet from this release's template with the new External ID as
              ExternalId and the old one as PreviousExternalId. Roles made otherwise accept a list in the
              condition sts:ExternalId.
            </p>
            <p className={css.label}>New External ID</p>
            <CopyField value={nextExternalId} label="new External ID" />
            <p className={css.label}>Old External ID</p>
            <CopyField value={externalId} label="old External ID" />
            <p className={css.label}>With the AWS CLI, in the management account</p>
            <CopyBlock text={commands(externalId, nextExternalId)} label="commands" />
            <p className={css.help}>
              Then check here. When all use the new one, finish the rotation and update the stacks once more
              with an empty PreviousExternalId.
            </p>
          </>
        )
      }
    </Loaded>
  );
}

const commands = (old: string, next: string) =>
  `skywarden template combined --external-id ${next} --previous-external-id ${old} > skywarden.yaml
aws cloudformation deploy --stack-name Skywarden --template-file skywarden.yaml --capabilities CAPABILITY_NAMED_IAM --parameter-overrides ExternalId=${next} PreviousExternalId=${old}`;
