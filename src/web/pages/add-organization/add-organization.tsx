// The guided form that connects an AWS Organization: five steps, a check before anything is stored.
import { Alert, Select, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { getSummary, listJobs } from "#contract/activity.ts";
import { listClouds } from "#contract/cloud.ts";
import { createOrganization, listOrganizations, validateOrganization } from "#contract/organization.ts";
import css from "../../parts/connect/connect.module.css";
import { ConnectEnd } from "../../parts/connect/connect-end.tsx";
import { ConnectPage } from "../../parts/connect/connect-page.tsx";
import { RoleFields } from "../../parts/connect/role-fields.tsx";
import { DraftNote, Step } from "../../parts/connect/step.tsx";
import { StackSetLines, TemplateLinks } from "../../parts/connect/templates.tsx";
import { ExternalId, knownRoles, PlatformRoles, type TrustValues } from "../../parts/connect/trust.tsx";
import { useConnect } from "../../parts/connect/use-connect.ts";
import { Icon } from "../../parts/icon.tsx";
import { ScopeFields } from "../../parts/scope-fields.tsx";
import { useWrite } from "../../queries.ts";
import { bodyOf, draft, emptyForm, type FormValues, fields, validate } from "./form-values.ts";
import { ImportPreview } from "./import-preview.tsx";

export function AddOrganization() {
  return (
    <ConnectPage
      title="Add organization"
      parent={{ to: "/organizations", label: "Organizations" }}
      permission="organizations:write"
      needs="Connecting an organization needs a domain administrator."
    >
      {(trust) => <OrganizationForm trust={trust} />}
    </ConnectPage>
  );
}

function OrganizationForm({ trust }: { trust: TrustValues }) {
  const [restored] = useState(draft.read);
  const navigate = useNavigate();
  const form = useForm<FormValues>({
    initialValues: restored ?? emptyForm,
    validate,
    validateInputOnBlur: true,
  });
  const check = useWrite(validateOrganization, []);
  const create = useWrite(createOrganization, [listOrganizations, listClouds, listJobs, getSummary]);
  useEffect(() => draft.keep(form.values), [form.values]);
  const templateTrust = { externalId: trust.externalId, principals: knownRoles(trust.identity) };
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
    form.setValues(emptyForm);
    connecting.reset();
  };

  return (
    <form className={css.form} onSubmit={connecting.submit} noValidate>
      {restored && <DraftNote onStartOver={startOver} />}
      <Step number={1} title="Choose the cloud and note who will be trusted">
        <Select
          label="Cloud type"
          data={[{ value: "aws", label: "Amazon Web Services" }]}
          allowDeselect={false}
          comboboxProps={{ transitionProps: { duration: 0 } }}
          {...form.getInputProps("provider")}
        />
        <ExternalId value={trust.externalId} />
        <PlatformRoles identity={trust.identity} />
      </Step>
      <Step number={2} title="Create the organization role in the management account">
        <p className={css.help}>
          It reads the organization itself: accounts, OUs, tags, policies. Sign in to the management account,
          create a CloudFormation stack from this template, and acknowledge that it creates named IAM
          resources.
        </p>
        <TemplateLinks name="organization-role" trust={templateTrust} />
        <RoleFields
          form={form}
          paths={rolePaths("organizationRole")}
          label="Organization role ARN"
          example="Skywarden-Harvest-Org-Role"
        />
      </Step>
      <Step number={3} title="Create the member role in the management account">
        <p className={css.help}>
          The management account has resources of its own. Create a second stack there, from the member
          template.
        </p>
        <TemplateLinks name="member-role" trust={templateTrust} />
      </Step>
      <Step number={4} title="Create the same member role in every other account">
        <p className={css.help}>
          Deploy the member template as a StackSet to the root or to the OUs you want, in exactly one region:
          IAM is global. Name, External ID and policy must be the same everywhere. A service control policy
          can still deny what the role allows; such gaps are shown per cloud.
        </p>
        <StackSetLines partition={trust.identity.partitions[0]?.partition ?? "aws"} />
        <ExternalId value={trust.externalId} />
        <RoleFields
          form={form}
          paths={rolePaths("memberRole")}
          label="Member role ARN"
          example="Skywarden-Harvest-Member-Role"
        />
        <p className={css.help}>
          Give the ARN in any one account. For each other account its own account id is put in its place.
        </p>
      </Step>
      <Step number={5} title="Name it and choose what is imported">
        <TextInput
          label="Nickname"
          description="Becomes a badge of all its clouds, to search and filter by."
          placeholder="acme"
          {...form.getInputProps("nickname")}
        />
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

const rolePaths = (role: "organizationRole" | "memberRole") => ({
  arn: `${role}.arn`,
  sessionName: `${role}.sessionName`,
  durationSeconds: `${role}.durationSeconds`,
});
