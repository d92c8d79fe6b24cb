// What the roles are made with: the tenant's External ID to copy, and the platform's own roles.
import type { getPlatformIdentity } from "#contract/platform.ts";
import type { ResponseOf } from "#contract/route.ts";
import type { PartitionName } from "#model/partition.ts";
import { CopyField } from "../copy.tsx";
import css from "./connect.module.css";

type Identity = ResponseOf<typeof getPlatformIdentity>;
export interface TrustValues {
  externalId: string;
  identity: Identity;
}

export const identityIn = ({ partitions }: Identity, partition: PartitionName) =>
  partitions.find((row) => row.partition === partition) ?? null;

/** Where the installation itself is, for who has not chosen yet. */
export const firstPartition = ({ partitions }: Identity): PartitionName =>
  partitions.find(({ roleArn }) => roleArn !== null)?.partition ?? "aws";

export const knownRoles = (identity: Identity): string[] =>
  identity.partitions.flatMap(({ roleArn }) => (roleArn === null ? [] : [roleArn]));

export function ExternalId({ value }: { value: string }) {
  return (
    <div>
      <p className={css.label}>External ID</p>
      <CopyField value={value} label="External ID" />
      <p className={css.under}>
        One for all your accounts. AWS asks for it on every assumed role, so that nobody else can make
        Skywarden use yours. The templates here hold it already.
      </p>
    </div>
  );
}
