// The guided form that connects one AWS account: how it is reached, a check before anything is stored.
import { TextInput } from "@mantine/core";
import { type UseFormReturnType, useForm } from "@mantine/form";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { getSummary, listJobs } from "#contract/activity.ts";
import { listClouds } from "#contract/cloud.ts";
import { createCloud, validateCloud } from "#contract/single-cloud.ts";
import { AccessRoleFields, KeyFields, SourceField } from "../../parts/connect/access-fields.tsx";
import type { AccessFacts } from "../../parts/connect/access-values.ts";
import css from "../../parts/connect/connect.module.css";
import { ConnectEnd } from "../../parts/connect/connect-end.tsx";
import { ConnectPage } from "../../parts/connect/connect-page.tsx";
import { PartitionField } from "../../parts/connect/partition-field.tsx";
import { DraftNote, Step } from "../../parts/connect/step.tsx";
import { StrategyField } from "../../parts/connect/strategy-field.tsx";
import { firstPartition, knownRoles, type TrustValues } from "../../parts/connect/trust.tsx";
import { useConnect } from "../../parts/connect/use-connect.ts";
import { useWrite } from "../../queries.ts";
import { BadgeFields } from "./badge-fields.tsx";
import { CreateRole } from "./create-role.tsx";
import { bodyOf, draftIn, emptyForm, type FormValues, fieldsOf, validate } from "./form-values.ts";

export function AddCloud() {
  return (
    <ConnectPage
      title="Add cloud"
      parent={{ to: "/clouds", label: "Clouds" }}
      permission="clouds:write"
      needs="Connecting a cloud needs an administrator of your tenant."
    >
      {(trust, owner) => <CloudForm trust={trust} owner={owner} />}
    </ConnectPage>
  );
}

function CloudForm({ trust, owner }: { trust: TrustValues; owner: string }) {
  const [home] = useState(() => firstPartition(trust.identity));
  const [draft] = useState(() => draftIn(home, owner));
  const [restored] = useState(draft.read);
  const navigate = useNavigate();
  const facts: AccessFacts = {
    externalId: trust.externalId,
    ownRoles: knownRoles(trust.identity),
    storedKeyId: null,
  };
  const form = useForm<FormValues>({
    initialValues: restored ?? emptyForm(home),
    validate: (values) => validate(values, facts),
    validateInputOnBlur: true,
  });
  const check = useWrite(validateCloud, []);
  const create = useWrite(createCloud, [listClouds, listJobs, getSummary]);
  useEffect(() => draft.keep(form.values), [draft, form.values]);
  const connecting = useConnect({
    form,
    fields: fieldsOf(form.values),
    bodyOf: (values) => bodyOf(values, facts),
    check,
    create,
    onMade: ({ id }) => {
      draft.drop();
      void navigate({ to: "/clouds/$id", params: { id } });
    },
  });
  const startOver = () => {
    draft.drop();
    form.setValues(emptyForm(home));
    connecting.reset();
  };
  const hasRole = form.values.credentialSource !== "access-key";
  return (
    <form className={css.form} onSubmit={connecting.submit} noValidate>
      {restored && <DraftNote onStartOver={startOver}>Secrets are not part of it.</DraftNote>}
      <Step number={1} title="Choose how the account is reached">
        <PartitionField form={form} />
        <SourceField form={form} />
      </Step>
      {hasRole && (
        <Step number={2} title="Create the role in the account">
          <CreateRole form={form} trust={trust} facts={facts} />
        </Step>
      )}
      <Step number={hasRole ? 3 : 2} title={accessTitle(form)}>
        {form.values.credentialSource !== "host" && <KeyFields form={form} storedKeyId={null} />}
        {hasRole && <AccessRoleFields form={form} />}
      </Step>
      <Step number={hasRole ? 4 : 3} title="Name it and choose how it is harvested">
        <TextInput
          label="Name"
          description="How the account is called here."
          placeholder="Production"
          {...form.getInputProps("name")}
        />
        <StrategyField form={form} />
        <BadgeFields form={form} />
        <ConnectEnd connecting={connecting} isWrong={Object.keys(form.errors).length > 0} label="Add cloud" />
      </Step>
    </form>
  );
}

const titles = {
  host: "Give the role",
  "user-key": "Give the key and the role",
  "access-key": "Give the access key",
};
const accessTitle = (form: UseFormReturnType<FormValues>) => titles[form.values.credentialSource];
