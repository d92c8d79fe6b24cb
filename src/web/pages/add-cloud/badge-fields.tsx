// The badges that the new cloud gets at once: rows of key and value.
import { ActionIcon, Button, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import css from "../../parts/connect/connect.module.css";
import { keepFocus } from "../../parts/connect/step.tsx";
import { focusFirst } from "../../parts/field-errors.ts";
import { Icon } from "../../parts/icon.tsx";
import own from "./add-cloud.module.css";
import type { FormValues } from "./form-values.ts";

export function BadgeFields({ form }: { form: UseFormReturnType<FormValues> }) {
  const addRow = () => {
    const path = `badges.${form.values.badges.length}.key`;
    form.insertListItem("badges", { key: "", value: "" });
    focusFirst([path], [path]);
  };
  return (
    <fieldset className={own.badges}>
      <legend className={css.label}>Badges</legend>
      <p className={css.under}>
        Keys with values, to filter this cloud and all that is in it. They can be changed later.
      </p>
      {form.values.badges.map((_, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are told apart by their place alone, and hold no state.
        <div key={at} className={own.badge}>
          <TextInput label="Key" placeholder="env" {...form.getInputProps(`badges.${at}.key`)} />
          <TextInput label="Value" placeholder="prod" {...form.getInputProps(`badges.${at}.value`)} />
          <ActionIcon
            aria-label={`Remove badge ${at + 1}`}
            size={36}
            onMouseDown={keepFocus}
            onClick={() => form.removeListItem("badges", at)}
          >
            <Icon name="close" size={14} />
          </ActionIcon>
        </div>
      ))}
      <Button
        variant="default"
        leftSection={<Icon name="plus" size={14} />}
        onMouseDown={keepFocus}
        onClick={addRow}
      >
        Add badge
      </Button>
    </fieldset>
  );
}
