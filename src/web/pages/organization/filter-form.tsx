// The filters of an organization, changed alone: the stored credentials stay untouched (S100).
import { Button, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { changeOrganization, getOrganization, listOrganizations } from "#contract/organization.ts";
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
import css from "./organization.module.css";

interface Values extends ScopeValues {
  nickname: string;
}
const fields = ["nickname", "excludedNamePrefixes", "includedOrganizationalUnits", "syncIntervalMinutes"];

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
  const save = form.onSubmit((values) =>
    change.mutate(
      { params: { id: organization.id }, body: { nickname: values.nickname.trim(), ...scopeBody(values) } },
      {
        onSuccess: () => form.resetDirty(),
        onError: (error) => {
          if (!placeErrors(form, error.errors, fields)) tellFailure(error);
        },
      },
    ),
  );
  return (
    <form onSubmit={save} className={css.form} noValidate>
      <fieldset disabled={isReadOnly} style={{ border: 0, margin: 0, padding: 0 }} className={css.form}>
        <TextInput label="Nickname" {...form.getInputProps("nickname")} />
        <ScopeFields form={form} />
      </fieldset>
      {!isReadOnly && (
        <div className={css.row}>
          <Button type="submit" loading={change.isPending} disabled={!form.isDirty()}>
            Save filters
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
