// Which harvesting strategies a cloud has: how often, and which types and regions are read.
import { MultiSelect } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { listStrategies } from "#contract/strategy.ts";
import { useRead } from "../../queries.ts";
import { span } from "../number.ts";

interface StrategyFieldProps<Values> {
  form: UseFormReturnType<Values>;
}
export function StrategyField<Values extends { strategyIds: string[] }>({
  form,
}: StrategyFieldProps<Values>) {
  const read = useRead(listStrategies, { query: { limit: 100 } });
  const strategies = read.data?.items ?? [];
  const fallback = strategies.find(({ isDefault }) => isDefault);
  const input = form.getInputProps("strategyIds");
  return (
    <MultiSelect
      label="Harvesting strategies"
      description={
        fallback ? `With none chosen, “${fallback.name}” applies.` : "With none chosen, the default applies."
      }
      placeholder={form.values.strategyIds.length === 0 ? (fallback?.name ?? "") : ""}
      data={strategies.map(({ id, name, intervalMinutes }) => ({
        value: id,
        label: `${name}, every ${span(intervalMinutes * 60)}`,
      }))}
      comboboxProps={{ transitionProps: { duration: 0 } }}
      nothingFoundMessage={read.error ? "The strategies cannot be read now" : "There is none of that name"}
      searchable
      {...input}
      error={input.error ?? read.error?.message}
    />
  );
}
