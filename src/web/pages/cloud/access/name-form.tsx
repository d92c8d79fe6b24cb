// The name of a cloud by itself, and how it is harvested. The access is not touched.
import { Button, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { getCloud, getHarvest, listClouds } from "#contract/cloud.ts";
import { changeCloud } from "#contract/single-cloud.ts";
import type { CloudDetail } from "../../../nouns.ts";
import { StrategyField } from "../../../parts/connect/strategy-field.tsx";
import { focusFirst, placeErrors } from "../../../parts/field-errors.ts";
import { tellFailure } from "../../../parts/tell.tsx";
import { useWrite } from "../../../queries.ts";
import css from "../cloud.module.css";

const fields = ["name", "strategyIds"];

export function NameForm({ cloud }: { cloud: CloudDetail }) {
  const change = useWrite(changeCloud, [getCloud, listClouds, getHarvest]);
  const form = useForm({
    initialValues: { name: cloud.name, strategyIds: cloud.strategyIds },
    validate: { name: (name: string) => (name.trim() === "" ? "Give the cloud a name" : null) },
  });
  const save = form.onSubmit(
    ({ name, strategyIds }) => {
      const body = {
        ...(form.isDirty("name") ? { name: name.trim() } : {}),
        ...(form.isDirty("strategyIds") ? { strategyIds } : {}),
      };
      change.mutate(
        { params: { id: cloud.id }, body },
        {
          onSuccess: () => form.resetDirty(),
          onError: (error) => {
            if (!placeErrors(form, error.errors, fields)) tellFailure(error);
          },
        },
      );
    },
    (errors) => focusFirst(Object.keys(errors), fields),
  );
  return (
    <form className={css.form} onSubmit={save} noValidate>
      <TextInput label="Name" {...form.getInputProps("name")} />
      <StrategyField form={form} />
      <div className={css.saving}>
        <Button type="submit" loading={change.isPending} disabled={!form.isDirty()}>
          Save
        </Button>
        {form.isDirty() && (
          <Button variant="subtle" color="gray" onClick={() => form.reset()}>
            Discard
          </Button>
        )}
        {change.isSuccess && !form.isDirty() && <span className="muted">Saved.</span>}
      </div>
    </form>
  );
}
