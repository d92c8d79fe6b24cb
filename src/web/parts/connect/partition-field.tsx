// Which partition the accounts are in: nothing crosses it, so it comes first.
import { Select } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { type PartitionName, partitionTitles, platformPartitions } from "#model/partition.ts";

export function PartitionField<Values extends { partition: PartitionName }>({
  form,
}: {
  form: UseFormReturnType<Values>;
}) {
  return (
    <Select
      label="Cloud type"
      data={platformPartitions.map((value) => ({ value, label: partitionTitles[value] }))}
      allowDeselect={false}
      comboboxProps={{ transitionProps: { duration: 0 } }}
      {...form.getInputProps("partition")}
    />
  );
}
