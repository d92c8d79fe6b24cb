// Whom roles trust when a stored key assumes them: the key's user, for the templates only.
import { TextInput } from "@mantine/core";

const pattern = /^arn:(aws|aws-us-gov|aws-cn):iam::\d{12}:user\/[\w+=,.@/-]+$/;

/** The user to trust; none as long as it is not right. */
export const keyUsers = (arn: string): string[] => (pattern.test(arn.trim()) ? [arn.trim()] : []);

interface KeyUserFieldProps {
  value: string;
  onChange: (arn: string) => void;
}
export function KeyUserField({ value, onChange }: KeyUserFieldProps) {
  const isWrong = value.trim() !== "" && keyUsers(value).length === 0;
  return (
    <TextInput
      label="ARN of the key's user"
      description="Whom the role will trust; goes into the templates only, and is not stored."
      placeholder="arn:aws:iam::111111111111:user/skywarden"
      classNames={{ input: "mono" }}
      spellCheck={false}
      value={value}
      error={isWrong ? "Give a user's ARN, as in the example" : undefined}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
