// The identity of a thing in a list: glyph, name, and a muted second text that is cut first.
import type { ReactNode } from "react";
import { classes } from "./classes.ts";
import css from "./identity.module.css";

interface IdentityProps {
  mark?: ReactNode;
  name: ReactNode;
  second?: ReactNode;
}
export function Identity({ mark, name, second }: IdentityProps) {
  return (
    <span className={css.identity}>
      {mark}
      <span className={classes("trim", css.name)}>{name}</span>
      {second && <span className={classes("trim", css.second)}>{second}</span>}
    </span>
  );
}
