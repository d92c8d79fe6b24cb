// The whole credential block of a cloud by itself, changed at once; what is left blank of it stays as it is (E24).
import { Button } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import { getCloud, listClouds } from "#contract/cloud.ts";
import { changeCloud } from "#contract/single-cloud.ts";
import type { CallFailed } from "../../../call.ts";
import type { CloudDetail } from "../../../nouns.ts";
import { AccessRoleFields, KeyFields, SourceField } from "../../../parts/connect/access-fields.tsx";
import {
  type AccessFacts,
  type AccessValues,
  accessBody,
  emptyAccess,
  wrongAccess,
} from "../../../parts/connect/access-values.ts";
import { ExternalIdField } from "../../../parts/connect/external-id-field.tsx";
import { keepFocus } from "../../../parts/connect/step.tsx";
import { knownRoles, type TrustValues } from "../../../parts/connect/trust.tsx";
import { focusFirst, placeErrors } from "../../../parts/field-errors.ts";
import { Refused } from "../../../parts/refused.tsx";
import { useWrite } from "../../../queries.ts";
import css from "../cloud.module.css";
import type { Access } from "./own-access.tsx";

const fields = [
  "credentialSource",
  "accessKeyId",
  "secretAccessKey",
  "roleArn",
  "sessionName",
  "durationSeconds",
  "externalIdChoice",
  "externalId",
];

function valuesOf({ roleArn }: CloudDetail, access: Access): AccessValues {
  const isWithout = access.sessionName === null || access.isOwnRole;
  return {
    credentialSource: access.credentialSource,
    roleArn: roleArn ?? "",
    sessionName: access.sessionName ?? emptyAccess.sessionName,
    durationSeconds: access.durationSeconds ?? emptyAccess.durationSeconds,
    externalIdChoice: isWithout || access.externalId === "tenant" ? "own" : storedChoice(access),
    externalId: "",
    accessKeyId: access.accessKeyId ?? "",
    secretAccessKey: "",
  };
}

const storedChoice = ({ externalId }: Access) => (externalId === "own" ? "stored" : "none");

interface ChangeAccessProps {
  cloud: CloudDetail;
  access: Access;
  trust: TrustValues;
  onClose: (hasChanged: boolean) => void;
}
export function ChangeAccess({ cloud, access, trust, onClose }: ChangeAccessProps) {
  const facts: AccessFacts = {
    externalId: trust.externalId,
    ownRoles: knownRoles(trust.identity),
    storedKeyId: access.accessKeyId,
  };
  const [unplaced, setUnplaced] = useState<CallFailed | null>(null);
  const change = useWrite(changeCloud, [getCloud, listClouds]);
  const form = useForm<AccessValues>({
    initialValues: valuesOf(cloud, access),
    validate: (values) => wrongAccess(values, facts),
    validateInputOnBlur: true,
  });
  const save = form.onSubmit(
    (values) => {
      setUnplaced(null);
      change.mutate(
        { params: { id: cloud.id }, body: accessBody(values, facts) },
        {
          onSuccess: () => onClose(true),
          onError: (error) => setUnplaced(placeErrors(form, error.errors, fields) ? null : error),
        },
      );
    },
    (errors) => focusFirst(Object.keys(errors), fields),
  );
  const source = form.values.credentialSource;
  return (
    <form className={css.form} onSubmit={save} noValidate>
      <p className={css.help}>
        The new access is tried before it replaces the old one, and must lead to the same account,{" "}
        <span className="mono">{cloud.accountId}</span>.
        {access.accessKeyId !== null && " A secret left blank keeps what is stored."}
        {access.externalId === "own" && " An External ID left as “The stored one” stays as it is."}
      </p>
      <SourceField form={form} />
      {source !== "host" && <KeyFields form={form} storedKeyId={access.accessKeyId} />}
      {source !== "access-key" && (
        <>
          <AccessRoleFields form={form} />
          <ExternalIdField form={form} facts={facts} hasStored={access.externalId === "own"} />
        </>
      )}
      {unplaced && <Refused error={unplaced} />}
      <div className={css.actions}>
        <Button type="submit" onMouseDown={keepFocus} loading={change.isPending}>
          Save access
        </Button>
        <Button variant="subtle" color="gray" onMouseDown={keepFocus} onClick={() => onClose(false)}>
          Discard
        </Button>
      </div>
    </form>
  );
}
