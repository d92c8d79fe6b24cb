// Whom the roles of one partition will trust: the platform's own role there to copy, or why there is none and, for
// who rules the installation, the key that gives it one.
import { Alert, Button } from "@mantine/core";
import { lazy, Suspense, useState } from "react";
import { getTemplate } from "#contract/template.ts";
import { type PartitionName, partitionTitles } from "#model/partition.ts";
import { urlOf } from "../../call.ts";
import { useMay } from "../../queries.ts";
import { CopyField } from "../copy.tsx";
import { Icon } from "../icon.tsx";
import { Time } from "../time.tsx";
import css from "./connect.module.css";
import { identityIn, type TrustValues } from "./trust.tsx";

/** Loaded when it is opened: few need it, and with its dialog it is a tenth of what the page may load. */
const PlatformKeyForm = lazy(() =>
  import("./platform-key-form.tsx").then(({ PlatformKeyForm }) => ({ default: PlatformKeyForm })),
);

export function PlatformIdentity({ trust, partition }: { trust: TrustValues; partition: PartitionName }) {
  const may = useMay("platform:write");
  const [isOpen, setOpen] = useState(false);
  const identity = identityIn(trust.identity, partition);
  const title = partitionTitles[partition];
  const isStored = identity?.source === "stored-key";
  const isNone = !identity || identity.source === "none";
  return (
    <div>
      <p className={css.label}>Platform role ARN</p>
      {identity?.roleArn && (
        <CopyField value={identity.roleArn} label={`platform role ARN in ${partition}`} />
      )}
      {identity?.source === "worker" && <p className={css.under}>Of a worker that runs there.</p>}
      {isStored && (
        <p className={css.under}>
          By the stored access key <span className="mono">{identity.accessKeyId}</span>.
        </p>
      )}
      {isNone && (
        <Alert
          color="yellow"
          icon={<Icon name="warning" />}
          title={`Skywarden has no identity of its own in ${title}`}
        >
          {identity?.note} Until it has one, accounts there can be connected by STS Assume Role alone.
          {!may && " A domain administrator can store a key for it here."}
          {may && <InstallRole />}
        </Alert>
      )}
      {identity && !isNone && identity.note !== null && (
        <Alert color="yellow" icon={<Icon name="warning" />} mt="xs" title="The platform role is not certain">
          {identity.note} Compare it with the role in IAM before you create stacks.
        </Alert>
      )}
      {identity && identity.hosts.length > 0 && <Hosts hosts={identity.hosts} />}
      {may && (isNone || isStored) && !isOpen && (
        <Button variant="default" mt="xs" onClick={() => setOpen(true)}>
          {isStored ? "Change the platform key" : "Store a platform key"}
        </Button>
      )}
      {isOpen && (
        <Suspense>
          <PlatformKeyForm
            partition={partition}
            storedKeyId={identity?.accessKeyId ?? null}
            onClose={() => setOpen(false)}
          />
        </Suspense>
      )}
    </div>
  );
}

/** What gives a host its role. */
function InstallRole() {
  const href = urlOf(getTemplate, { params: { name: "install-role" }, query: { format: "cloudformation" } });
  return (
    <p className={css.under}>
      On a host of AWS: create its role from the{" "}
      <a href={href} download="skywarden-install-role.yaml">
        install-role template
      </a>{" "}
      in the hosting account, and attach it to the instance, task or pod. It is found without a restart.
    </p>
  );
}

type Host = TrustValues["identity"]["partitions"][number]["hosts"][number];

/** Who runs the installation sees which of its hosts runs as what, so that one that differs is found (E21). */
function Hosts({ hosts }: { hosts: Host[] }) {
  if (!hosts.some(({ differs }) => differs))
    return (
      <p className={css.under}>
        {hosts.length === 1 ? "One process" : `All ${hosts.length} processes`} of this installation here run
        {hosts.length === 1 ? "s" : ""} as it.
      </p>
    );
  const differing = hosts.filter(({ differs }) => differs);
  return (
    <Alert
      color="yellow"
      icon={<Icon name="warning" />}
      mt="xs"
      title={`${differing.length} of ${hosts.length} processes do not run as this role`}
    >
      Roles that trust this one alone refuse them. Give all hosts the same role.
      <ul className={css.hosts} aria-label="Processes of this installation">
        {[...differing, ...hosts.filter(({ differs }) => !differs)].map(
          ({ host, kind, roleArn, differs, error, reportedAt }, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: several processes of a host may be alike
            <li key={i}>
              {kind} on {host}: <span className="mono">{roleArn ?? "no identity"}</span>
              {differs && <b> (differs)</b>}
              {error !== null && `: ${error}`}{" "}
              <span className="muted">
                reported <Time at={reportedAt} />
              </span>
            </li>
          ),
        )}
      </ul>
    </Alert>
  );
}
