// The stored access of a cloud by itself: shown without its secrets, tested, and changed in place.
import { Button } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { getCloud } from "#contract/cloud.ts";
import { testCloud } from "#contract/single-cloud.ts";
import type { CloudDetail, CloudValidation } from "../../../nouns.ts";
import { sourceName } from "../../../parts/connect/access-fields.tsx";
import { CheckResult } from "../../../parts/connect/check-result.tsx";
import { WithTrust } from "../../../parts/connect/connect-page.tsx";
import { CopyText } from "../../../parts/copy.tsx";
import { whole } from "../../../parts/number.ts";
import { Refused } from "../../../parts/refused.tsx";
import { Facts, Section } from "../../../parts/section.tsx";
import { Empty } from "../../../parts/state.tsx";
import { useWrite } from "../../../queries.ts";
import css from "../cloud.module.css";
import { ChangeAccess } from "./change-access.tsx";

export type Access = NonNullable<CloudDetail["access"]>;

export function OwnAccess({ cloud }: { cloud: CloudDetail }) {
  const test = useWrite(testCloud, [getCloud]);
  const [isChanging, setChanging] = useState(false);
  const [isChanged, setChanged] = useState(false);
  const { access } = cloud;
  if (access === null)
    return (
      <Section title="How it is reached">
        <Empty title="No access is stored">Nothing can be read of this cloud any more.</Empty>
      </Section>
    );
  if (isChanging)
    return (
      <Section title="Change access">
        <WithTrust rows={8}>
          {(trust) => (
            <ChangeAccess
              cloud={cloud}
              access={access}
              trust={trust}
              onClose={(hasChanged) => {
                setChanging(false);
                setChanged(hasChanged);
              }}
            />
          )}
        </WithTrust>
      </Section>
    );
  const actions = (
    <span className={css.actions}>
      <Button
        variant="default"
        loading={test.isPending}
        onClick={() => {
          setChanged(false);
          test.mutate({ params: { id: cloud.id } });
        }}
      >
        Test access
      </Button>
      <Button
        variant="default"
        onClick={() => {
          test.reset();
          setChanging(true);
        }}
      >
        Change access
      </Button>
    </span>
  );
  return (
    <Section title="How it is reached" aside={actions}>
      <Facts rows={factsOf(cloud, access)} />
      <div className={css.tested}>
        {isChanged && (
          <p role="status" className="muted">
            Changed. The new access was tried before it was stored.
          </p>
        )}
        {test.data && <CheckResult verdict={verdictOf(test.data)} checks={test.data.checks} />}
        {test.error && <Refused error={test.error} />}
      </div>
    </Section>
  );
}

function verdictOf({ ok, checks }: CloudValidation): string {
  if (!ok) return "The access does not work. What is stored stays as it is.";
  return checks.some(({ outcome }) => outcome === "warning")
    ? "The access works, but something is missing."
    : "The access works.";
}

const externalIdTexts: Record<Access["externalId"], string> = {
  tenant: "Your tenant's own; it follows its rotation",
  own: "One of its own, stored, not shown",
  none: "None. Strongly recommended: require one in the role's trust, and store it here.",
};

function factsOf(cloud: CloudDetail, access: Access): [string, ReactNode][] {
  const { credentialSource, sessionName, durationSeconds, accessKeyId, isOwnRole } = access;
  const facts: [string, ReactNode][] = [["Authentication type", sourceName(credentialSource)]];
  if (cloud.roleArn !== null)
    facts.push(["Role", <CopyText key="role" value={cloud.roleArn} label="role ARN" />]);
  if (isOwnRole) facts.push(["Assumed", "No: it is the installation's own role, used as it is"]);
  else if (sessionName !== null && durationSeconds !== null) {
    facts.push(["Session", `${sessionName}, ${whole(durationSeconds)} s`]);
    facts.push(["External ID", externalIdTexts[access.externalId]]);
  }
  if (accessKeyId !== null) {
    facts.push(["Access key id", <CopyText key="key" value={accessKeyId} label="access key id" />]);
    facts.push(["Secret access key", "Stored, not shown"]);
  }
  return facts;
}
