// The guided form that connects an AWS Organization: five steps, a check before anything is stored.
import { Alert, TextInput } from "@mantine/core";
import { type UseFormReturnType, useForm } from "@mantine/form";
import { useNavigate } from "@tanstack/react-router";
import { lazy, useEffect, useState } from "react";
import { getSummary, listJobs } from "#contract/activity.ts";
import { listClouds } from "#contract/cloud.ts";
import { createOrganization, listOrganizations, validateOrganization } from "#contract/organization.ts";
import { KeyFields, SourceField } from "../../parts/connect/access-fields.tsx";
import { maxSecondsOf } from "../../parts/connect/access-values.ts";
import css from "../../parts/connect/connect.module.css";
import { ConnectEnd } from "../../parts/connect/connect-end.tsx";
import { ConnectPage } from "../../parts/connect/connect-page.tsx";
import { KeyUserField, keyUsers } from "../../parts/connect/key-user-field.tsx";
import { organizationSources } from "../../parts/connect/organization-access.ts";
import { PartitionField } from "../../parts/connect/partition-field.tsx";
import { PlatformIdentity } from "../../parts/connect/platform-identity.tsx";
import { RoleFields } from "../../parts/connect/role-fields.tsx";
import { DraftNote, Step } from "../../parts/connect/step.tsx";
import { StrategyField } from "../../parts/connect/strategy-field.tsx";
import { StackSetLines, TemplateLinks, type TemplateTrust } from "../../parts/connect/templates.tsx";
import { ExternalId, firstPartition, identityIn, type TrustValues } from "../../parts/connect/trust.tsx";
import { useConnect } from "../../parts/connect/use-connect.ts";
import { Icon } from "../../parts/icon.tsx";
import { ScopeFields } from "../../parts/scope-fields.tsx";
import { useWrite } from "../../queries.ts";
import { bodyOf, draftIn, emptyForm, type FormValues, fields, validate } from "./form-values.ts";

const ImportPreview = lazy(() => import("./import-preview.tsx"));

export function AddOrganization() {
  return (
    <ConnectPage
      title="Add organization"
      parent={{ to: "/organizations", label: "Organizations" }}
      permission="organizations:write"
      needs="Connecting an organization needs a domain administrator."
    >
      {(trust, owner) => <OrganizationForm trust={trust} owner={owner} />}
    </ConnectPage>
  );
}

function OrganizationForm({ trust, owner }: { trust: TrustValues; owner: string }) {
  const [home] = useState(() => firstPartition(trust.identity));
  const [draft] = useState(() => draftIn(home, owner));
  const [restored] = useState(draft.read);
  const navigate = useNavigate();
  const form = useForm<FormValues>({
    initialValues: restored ?? emptyForm(home),
    validate,
    validateInputOnBlur: true,
  });
  const check = useWrite(validateOrganization, []);
  const create = useWrite(createOrganization, [listOrganizations, listClouds, listJobs, getSummary]);
  useEffect(() => draft.keep(form.values), [draft, form.values]);
  const connecting = useConnect({
    form,
    fields,
    bodyOf,
    check,
    create,
    onMade: () => {
      draft.drop();
      void navigate({ to: "/organizations" });
    },
  });
  const preview = check.data?.preview;
  const startOver = () => {
    draft.drop();
    form.setValues(emptyForm(home));
    connecting.reset();
  };
  return (
    <form className={css.form} onSubmit={connecting.submit} noValidate>
      {restored && <DraftNote onStartOver={startOver}>Secrets are not part of it.</DraftNote>}
      <Step number={1} title="Choose the cloud and note who will be trusted">
        <Trusted form={form} trust={trust} />
      </Step>
      <RoleSteps form={form} trust={trust} />
      <Step number={5} title="Name it and choose what is imported">
        <TextInput
          label="Nickname"
          description="Becomes a badge of all its clouds, to search and filter by."
          placeholder="acme"
          {...form.getInputProps("nickname")}
        />
        <StrategyField form={form} />
        <ScopeFields form={form} />
        <Alert
          color="yellow"
          icon={<Icon name="warning" />}
          title="Accounts that are already connected change hands"
        >
          Adding an organization replaces the credentials of its accounts that Skywarden already has. Where
          the member role is missing or wrong, their resources can no longer be seen. The check names these
          accounts.
        </Alert>
        <ConnectEnd
          connecting={connecting}
          isWrong={Object.keys(form.errors).length > 0}
          label="Add organization"
        >
          {preview && <ImportPreview preview={preview} />}
        </ConnectEnd>
      </Step>
    </form>
  );
}

interface StepProps {
  form: UseFormReturnType<FormValues>;
  trust: TrustValues;
}

function Trusted({ form, trust }: StepProps) {
  const { credentialSource, partition, keyUserArn } = form.values;
  return (
    <>
      <PartitionField form={form} />
      <SourceField form={form} sources={organizationSources} />
      <ExternalId value={trust.externalId} />
      {credentialSource === "host" ? (
        <PlatformIdentity key={partition} trust={trust} partition={partition} />
      ) : (
        <>
          <KeyFields form={form} storedKeyId={null} />
          <KeyUserField value={keyUserArn} onChange={(arn) => form.setFieldValue("keyUserArn", arn)} />
        </>
      )}
    </>
  );
}

function RoleSteps({ form, trust }: StepProps) {
  const { credentialSource, partition, keyUserArn } = form.values;
  const own = identityIn(trust.identity, partition)?.roleArn;
  const principals = credentialSource === "host" ? (own ? [own] : []) : keyUsers(keyUserArn);
  const templateTrust = { externalId: trust.externalId, principals };
  const maxSeconds = maxSecondsOf(credentialSource);
  return (
    <>
      <Step number={2} title="Create the organization role">
        <p className={css.help}>
          It reads the organization itself: accounts, OUs, tags, policies. Sign in to the management account,
          or to a delegated administrator if nothing is to be installed there, create a CloudFormation stack
          from this template, and acknowledge that it creates named IAM resources.
        </p>
        <Templates name="organization-role" trust={templateTrust} />
        <RoleFields
          form={form}
          paths={rolePaths("organizationRole")}
          label="Organization role ARN"
          example="Skywarden-Harvest-Org-Role"
          partition={partition}
          maxSeconds={maxSeconds}
        />
      </Step>
      <Step number={3} title="Create the member role in the management account">
        <p className={css.help}>
          The management account has resources of its own. Create a second stack there, from the member
          template.
        </p>
        <Templates name="member-role" trust={templateTrust} />
      </Step>
      <Step number={4} title="Create the same member role in every other account">
        <p className={css.help}>
          Deploy the member template as a StackSet to the root or to the OUs you want, in exactly one region:
          IAM is global. Name, External ID and policy must be the same everywhere. A service control policy
          can still deny what the role allows; such gaps are shown per cloud. From a delegated
          administrator&apos;s account add <span className="mono">--call-as DELEGATED_ADMIN</span> to both
          commands.
        </p>
        <StackSetLines partition={partition} />
        <ExternalId value={trust.externalId} />
        <RoleFields
          form={form}
          paths={rolePaths("memberRole")}
          label="Member role ARN"
          example="Skywarden-Harvest-Member-Role"
          partition={partition}
          maxSeconds={maxSeconds}
        />
        <p className={css.help}>
          Give the ARN in any one account, or the name alone as role/Name. For each account its own account id
          is put in its place.
        </p>
      </Step>
    </>
  );
}

/** Without somebody to trust a template would be of no use. */
function Templates({ name, trust }: { name: "organization-role" | "member-role"; trust: TemplateTrust }) {
  if (trust.principals.length > 0) return <TemplateLinks name={name} trust={trust} />;
  return (
    <p className={css.help}>The templates appear here when it is known in step 1 whom the role will trust.</p>
  );
}

const rolePaths = (role: "organizationRole" | "memberRole") => ({
  arn: `${role}.arn`,
  sessionName: `${role}.sessionName`,
  durationSeconds: `${role}.durationSeconds`,
});
