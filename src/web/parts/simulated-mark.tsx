// Says on every page that this estate is invented.
import { Tooltip } from "@mantine/core";
import css from "./simulated-mark.module.css";

export function SimulatedMark({ isSimulated }: { isSimulated: boolean }) {
  if (!isSimulated) return null;
  return (
    <Tooltip label="This installation talks to a simulator on this machine. No AWS account is involved.">
      <span className={css.mark}>Simulated</span>
    </Tooltip>
  );
}
