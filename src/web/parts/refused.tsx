// What the server refused of a form, where no field is to blame.
import { Alert } from "@mantine/core";
import type { CallFailed } from "../call.ts";
import { Icon } from "./icon.tsx";

export function Refused({ error }: { error: CallFailed }) {
  return (
    <Alert color="red" icon={<Icon name="cross" />} role="alert" title={error.title}>
      {error.message} <span className="mono">{error.code}</span>
    </Alert>
  );
}
