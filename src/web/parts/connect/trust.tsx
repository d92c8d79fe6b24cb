// Whom the roles will trust: the tenant's External ID and the platform's own role, to copy.
import { Alert } from "@mantine/core";
import type { getPlatformIdentity } from "#contract/platform.ts";
import type { ResponseOf } from "#contract/route.ts";
import { CopyField } from "../copy.tsx";
import { Icon } from "../icon.tsx";
import css from "./connect.module.css";

type Identity = ResponseOf<typeof getPlatformIdentity>;
export interface TrustValues {
  externalId: string;
  identity: Identity;
}

export const knownRoles = (identity: Identity): string[] =>
  identity.partitions.flatMap(({ roleArn }) => (roleArn === null ? [] : [roleArn]));

export function ExternalId({ value }: { value: string }) {
  return (
    <div>
      <p className={css.label}>External ID</p>
      <CopyField value={value} label="External ID" />
      <p className={css.under}>
        One for all your accounts. AWS asks for it on every assumed role, so that nobody else can make
        Skywarden use yours. The templates below hold it already.
      </p>
    </div>
  );
}

export function PlatformRoles({ identity }: { identity: Identity }) {
  const isDoubtful = identity.partitions.some(({ source }) => source === "guessed" || source === "none");
  return (
    <div>
      <p className={css.label}>Platform role ARN</p>
      {identity.partitions.map(({ partition, roleArn, note }) => (
        <div key={partition} className={css.partition}>
          {identity.partitions.length > 1 && <span className={css.under}>{partition}</span>}
          {roleArn === null ? (
            <p className={css.under}>Not known in this partition. {note}</p>
          ) : (
            <CopyField value={roleArn} label={`platform role ARN in ${partition}`} />
          )}
        </div>
      ))}
      {isDoubtful && (
        <Alert color="yellow" icon={<Icon name="warning" />} mt="xs" title="The platform role is not certain">
          {identity.partitions
            .filter(({ source }) => source === "guessed" || source === "none")
            .map(
              ({ partition, source, note }) =>
                `${partition}: ${note ?? (source === "guessed" ? "guessed from the session, so a path in the role's name would be missing" : "there are no credentials of a platform role")}.`,
            )
            .join(" ")}{" "}
          Compare it with the role in IAM before you create stacks.
        </Alert>
      )}
    </div>
  );
}
