// How a cloud is reached, for those who may change it: what is stored, tried now, changed; and its removal.
import { Alert } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { CloudDetail } from "../../../nouns.ts";
import { CopyText } from "../../../parts/copy.tsx";
import { Icon } from "../../../parts/icon.tsx";
import { Facts, Section } from "../../../parts/section.tsx";
import css from "../cloud.module.css";
import { FormerAccess } from "./former-access.tsx";
import { NameForm } from "./name-form.tsx";
import { OwnAccess } from "./own-access.tsx";
import { RemoveCloud } from "./remove-cloud.tsx";

/** What an organization manages is removed there, unless the organization itself lets it go. */
const removableStates = ["out-of-scope", "suspended"];

export function CloudAccess({ cloud }: { cloud: CloudDetail }) {
  const { managed, status } = cloud;
  const isRemovable = status.state !== "removing" && (!managed || removableStates.includes(status.state));
  return (
    <div className={css.columns}>
      <div>
        {managed ? <ManagedAccess cloud={cloud} /> : <OwnAccess cloud={cloud} />}
        <FormerAccess cloud={cloud} />
      </div>
      <div>
        {!managed && (
          <Section title="Name and harvesting">
            <NameForm cloud={cloud} />
          </Section>
        )}
        {isRemovable && (
          <Section title="Remove">
            <RemoveCloud cloud={cloud} />
          </Section>
        )}
      </div>
    </div>
  );
}

function ManagedAccess({ cloud }: { cloud: CloudDetail }) {
  return (
    <Section title="How it is reached">
      <Alert color="gray" icon={<Icon name="clouds" />} mb="sm" title="An organization manages this cloud">
        Its access and its strategies are set on the organization's page, for all of its clouds. Changing and
        removing it here is not available.{" "}
        {cloud.organizationId !== null && (
          <span className="inline">
            <Link to="/organizations/$id" params={{ id: cloud.organizationId }}>
              Open {cloud.organizationNickname ?? "the organization"}
            </Link>
          </span>
        )}
      </Alert>
      {cloud.roleArn !== null && (
        <Facts rows={[["Member role", <CopyText key="role" value={cloud.roleArn} label="role ARN" />]]} />
      )}
    </Section>
  );
}
