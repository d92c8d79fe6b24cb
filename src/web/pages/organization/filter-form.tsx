// The filters of an organization, changed alone: the stored credentials stay untouched (S100). Only what was changed
// here is sent, so that nobody's other change is undone; who would be imported is shown before it is saved (E13).
import { Button, TextInput } from "@mantine/core";
import { type UseFormReturnType, useForm } from "@mantine/form";
import { useState } from "react";
import {
  changeOrganization,
  getOrganization,
  listOrganizations,
  validateOrganizationChange,
} from "#contract/organization.ts";
import type { CallFailed } from "../../call.ts";
import type { Organization } from "../../nouns.ts";
import { placeErrors } from "../../parts/field-errors.ts";
import {
  ScopeFields,
  type ScopeValues,
  scopeBody,
  validateInterval,
  validateScope,
} from "../../parts/scope-fields.tsx";
import { tellFailure } from "../../parts/tell.tsx";
import { useWrite } from "../../queries.ts";
import { FilterPreview } from "./filter-preview.tsx";
import css from "./organization.module.css";

interface Values extends ScopeValues {
  nickname: string;
}
const fields = ["nickname", "excludedNamePrefixes", "includedOrganizationalUnits", "syncIntervalMinutes"];

const scopeFields = ["excludedNamePrefixes", "includedOrganizationalUnits", "autoRemoveSuspended"] as const;

function changedBody(form: UseFormReturnType<Values>) {
  const { values } = form;
  const whole = { nickname: values.nickname.trim(), ...scopeBody(values) };
  const isChanged = (field: string) =>
    form.isDirty(field) || (field === "includedOrganizationalUnits" && form.isDirty("isLimited"));
  return Object.fromEntries(Object.entries(whole).filter(([field]) => isChanged(field))) as Partial<
    typeof whole
  >;
}

export function FilterForm({
  organization,
  isReadOnly,
}: {
  organization: Organization;
  isReadOnly: boolean;
}) {
  const change = useWrite(changeOrganization, [getOrganization, listOrganizations]);
  const form = useForm<Values>({
    initialValues: {
      nickname: organization.nickname,
      excludedNamePrefixes: organization.excludedNamePrefixes,
      isLimited: organization.includedOrganizationalUnits.length > 0,
      includedOrganizationalUnits: organization.includedOrganizationalUnits,
      autoRemoveSuspended: organization.autoRemoveSuspended,
      autoBadge: organization.autoBadge,
      syncIntervalMinutes: organization.syncIntervalMinutes,
    },
    validate: {
      nickname: (nickname) => (nickname.trim() === "" ? "Give the organization a nickname" : null),
      includedOrganizationalUnits: (_, values) => validateScope(values),
      syncIntervalMinutes: validateInterval,
    },
  });
  const check = useWrite(validateOrganizationChange, []);
  const [seen, setSeen] = useState("");
  const body = changedBody(form);
  const text = JSON.stringify(body);
  const isPreviewed = seen === text || !scopeFields.some((field) => field in body);
  const onError = (error: CallFailed) => {
    if (!placeErrors(form, error.errors, fields)) tellFailure(error);
  };
  const save = form.onSubmit((values) => {
    const input = { params: { id: organization.id }, body };
    const onSuccess = () => {
      // What is discarded from now on goes back to what was saved.
      form.setInitialValues(values);
      form.resetDirty(values);
    };
    if (isPreviewed) return change.mutate(input, { onSuccess, onError });
    check.mutate(input, {
      onSuccess: ({ errors }) => {
        if (errors.length === 0 || !placeErrors(form, errors, fields)) setSeen(text);
      },
      onError,
    });
  });
  return (
    <form onSubmit={save} className={css.form} noValidate>
      <fieldset disabled={isReadOnly} style={{ border: 0, margin: 0, padding: 0 }} className={css.form}>
        <TextInput label="Nickname" {...form.getInputProps("nickname")} />
        <ScopeFields form={form} />
      </fieldset>
      {check.data && form.isDirty() && seen === text && <FilterPreview checked={check.data} />}
      {!isReadOnly && (
        <div className={css.row}>
          <Button type="submit" loading={change.isPending || check.isPending} disabled={!form.isDirty()}>
            {isPreviewed ? "Save filters" : "Preview changes"}
          </Button>
          {form.isDirty() && (
            <Button variant="subtle" color="gray" onClick={() => form.reset()}>
              Discard
            </Button>
          )}
          {change.isSuccess && !form.isDirty() && (
            <span className="muted">Saved. The next sync applies it.</span>
          )}
        </div>
      )}
    </form>
  );
}
