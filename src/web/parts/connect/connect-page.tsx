// The page of a guided form: for those who may connect, once it is known whom the new roles will trust.
import { Alert } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { getExternalId } from "#contract/external-id.ts";
import { getPlatformIdentity } from "#contract/platform.ts";
import type { Permission } from "#model/permission.ts";
import { useMay, useMe, useRead } from "../../queries.ts";
import { Page } from "../frame.tsx";
import { Icon } from "../icon.tsx";
import { Failed, Loading } from "../state.tsx";
import type { TrustValues } from "./trust.tsx";

interface ConnectPageProps {
  title: string;
  parent: { to: string; label: string };
  permission: Permission;
  /** Who may, in words. */
  needs: string;
  /** `owner`: whose draft of the form this is. */
  children: (trust: TrustValues, owner: string) => ReactNode;
}
export function ConnectPage({ title, parent, permission, needs, children }: ConnectPageProps) {
  const me = useMe().data;
  const owner = me ? `${me.tenantId}.${me.userId ?? "key"}` : null;
  const may = useMay(permission);
  return (
    <Page title={title} parent={parent}>
      {owner === null ? (
        <Loading />
      ) : may ? (
        <WithTrust rows={14}>{(trust) => children(trust, owner)}</WithTrust>
      ) : (
        <Alert color="gray" icon={<Icon name="warning" />} title="Your role does not allow this">
          {needs}{" "}
          <span className="inline">
            <Link to={parent.to}>Back to the {parent.label.toLowerCase()}</Link>
          </span>
        </Alert>
      )}
    </Page>
  );
}

export function WithTrust({ rows, children }: { rows: number; children: (trust: TrustValues) => ReactNode }) {
  const externalId = useRead(getExternalId, {});
  const identity = useRead(getPlatformIdentity, {});
  if (externalId.data && identity.data)
    // While it is rotated, roles are made for the new one.
    return children({
      externalId: externalId.data.nextExternalId ?? externalId.data.externalId,
      identity: identity.data,
    });
  const failed = externalId.error ?? identity.error;
  if (!failed) return <Loading rows={rows} />;
  return (
    <Failed
      error={failed}
      onRetry={() => {
        void externalId.refetch();
        void identity.refetch();
      }}
    />
  );
}
