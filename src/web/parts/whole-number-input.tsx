// A field for a whole number. Mantine's own brings a library for formatting along, 10 KB of what a page may load.
import { TextInput, type TextInputProps } from "@mantine/core";

interface WholeNumberInputProps extends Omit<TextInputProps, "value" | "defaultValue" | "onChange"> {
  value?: number | string;
  defaultValue?: number | string;
  onChange?: (value: number | "") => void;
}
/** What is no digit cannot be typed; the form says what is too little or too much. */
export function WholeNumberInput({ onChange, ...rest }: WholeNumberInputProps) {
  return (
    <TextInput
      {...rest}
      inputMode="numeric"
      maxLength={9}
      onChange={(event) => {
        const digits = event.currentTarget.value.replace(/\D/g, "");
        onChange?.(digits === "" ? "" : Number(digits));
      }}
    />
  );
}
