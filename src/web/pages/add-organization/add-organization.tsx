// The guided form that connects an AWS Organization: five steps, a check before anything is stored.
import { Alert, Button, Select, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { Link, useNavigate } from "@tanstack/react-router";
import { type MouseEvent, useEffect, useState } from "react";
import { getSummary, listJobs } from "#contract/activity.ts";
import { listClouds } from "#contract/cloud.ts";
import {
  createOrganization,
  getExternalId,
  getPlatformIdentity,
  listOrganizations,
  validateOrganization,
} from "#contract/organization.ts";
import type { CallFailed } from "../../call.ts";
import { focusFirst, placeErrors } from "../../parts/field-errors.ts";
import { Page } from "../../parts/frame.tsx";
import { Icon } from "../../parts/icon.tsx";
import { ScopeFields } from "../../parts/scope-fields.tsx";
import { Failed, Loading } from "../../parts/state.tsx";
import { useMay, useMe, useRead, useWrite } from "../../queries.ts";
import css from "./add-organization.module.css";
import { CheckResult } from "./check-result.tsx";
import {
  bodyOf,
  dropDraft,
  emptyForm,
  type FormValues,
  fields,
  keepDraft,
  readDraft,
  validate,
} from "./form-values.ts";
import { RoleFields } from "./role-fields.tsx";
import { StackSetLines, TemplateLinks } from "./templates.tsx";
import { ExternalId, PlatformRoles, type TrustValues } from "./trust.tsx";

export function AddOrganization() {
  const me = useMe();
  const mayAdd = useMay("organizations:write");
  return (
    <Page title="Add organization" parent={{ to: "/organizations", label: "Organizations" }}>
      {me.data === undefined ? <Loading /> : mayAdd ? <Guide /> : <NotAllowed />}
    </Page>
  );
}

function NotAllowed() {
  return (
    <Alert color="gray" icon={<Icon name="warning" />} title="Your role does not allow this">
      Connecting an organization needs a domain administrator.{" "}
      <Link to="/organizations">Back to the organizations</Link>
    </Alert>
  );
}

function Guide() {
  const externalId = useRead(getExternalId, {});
  const identity = useRead(getPlatformIdentity, {});
  const failed = externalId.error ?? identity.error;
  if (failed && (!externalId.data || !identity.data)) {
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
  if (!externalId.data || !identity.data) return <Loading rows={14} />;
  return <OrganizationForm trust={{ externalId: externalId.data.externalId, identity: identity.data }} />;
}

function OrganizationForm({ trust }: { trust: TrustValues }) {
  const [draft] = useState(readDraft);
  const [unplaced, setUnplaced] = useState<CallFailed | null>(null);
  const [checkedText, setCheckedText] = useState("");
  const navigate = useNavigate();
  const form = useForm<FormValues>({
    initialValues: draft ?? emptyForm,
    validate,
    validateInputOnBlur: true,
  });
  const check = useWrite(validateOrganization, []);
  const create = useWrite(createOrganization, [listOrganizations, listClouds, listJobs, getSummary]);
  useEffect(() => keepDraft(form.values), [form.values]);
  const text = JSON.stringify(bodyOf(form.values));
  const refused = (error: CallFailed) => {
    const isPlaced = placeErrors(form, error.errors, fields);
    setUnplaced(isPlaced ? null : error);
  };
  const wrongHere = (errors: Record<string, unknown>) => focusFirst(Object.keys(errors), fields);
  const runCheck = form.onSubmit((values) => {
    setUnplaced(null);
    check.mutate(
      { body: bodyOf(values) },
      {
        onSuccess: ({ errors }) => {
          setCheckedText(text);
          if (errors.length > 0) placeErrors(form, errors, fields);
        },
        onError: refused,
      },
    );
  }, wrongHere);
  const submit = form.onSubmit((values) => {
    setUnplaced(null);
    create.mutate(
      { body: bodyOf(values) },
      {
        onSuccess: () => {
          dropDraft();
          void navigate({ to: "/organizations" });
        },
        onError: refused,
      },
    );
  }, wrongHere);
  const startOver = () => {
    dropDraft();
    form.setValues(emptyForm);
    form.clearErrors();
    check.reset();
  };

  return (
    <form className={css.form} onSubmit={submit} noValidate>
      {draft && (
        <p className={css.draft}>
          Your draft was restored.{" "}
          <Button variant="subtle" onClick={startOver}>
            Start over
          </Button>
        </p>
      )}
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
        <TemplateLinks name="organization-role" trust={trust} />
        <RoleFields
          form={form}
          name="organizationRole"
          label="Organization role ARN"
          example="Skywarden-Harvest-Org-Role"
        />
      </Step>
      <Step number={3} title="Create the member role in the management account">
        <p className={css.help}>
          The management account has resources of its own. Create a second stack there, from the member
          template.
        </p>
        <TemplateLinks name="member-role" trust={trust} />
      </Step>
      <Step number={4} title="Create the same member role in every other account">
        <p className={css.help}>
          Deploy the member template as a StackSet to the root or to the OUs you want, in exactly one region:
          IAM is global. Name, External ID and policy must be the same everywhere. A service control policy
          can still deny what the role allows; such gaps are shown per cloud.
        </p>
        <StackSetLines trust={trust} />
        <ExternalId value={trust.externalId} />
        <RoleFields
          form={form}
          name="memberRole"
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
        {check.data && <CheckResult validation={check.data} isOutdated={checkedText !== text} />}
        {unplaced && (
          <Alert color="red" icon={<Icon name="cross" />} role="alert" title={unplaced.title}>
            {unplaced.message} <span className="mono">{unplaced.code}</span>
          </Alert>
        )}
        {Object.keys(form.errors).length > 0 && (
          <p className={css.wrong} role="alert">
            Some fields above are wrong; each says what to do.
          </p>
        )}
        <div className={css.buttons}>
          <Button
            variant="default"
            size="sm"
            onMouseDown={keepFocus}
            onClick={() => runCheck()}
            loading={check.isPending}
          >
            Check
          </Button>
          <Button type="submit" size="sm" onMouseDown={keepFocus} loading={create.isPending}>
            Add organization
          </Button>
        </div>
      </Step>
    </form>
  );
}

/** A press must not blur the field first: an error that appears on blur would move the button from under the pointer. */
const keepFocus = (event: MouseEvent) => event.preventDefault();

function Step({ number, title, children }: { number: number; title: string; children: React.ReactNode }) {
  return (
    <section className={css.step} aria-label={`Step ${number}: ${title}`}>
      <h2 className={css.title}>
        <span className={css.number} aria-hidden="true">
          {number}
        </span>
        {title}
      </h2>
      <div className={css.body}>{children}</div>
    </section>
  );
}
