// What connecting would mean day by day: the calls, with what the number rests on, and what the accounts' own
// monitoring will see, to copy.
import { Button, Collapse } from "@mantine/core";
import { useState } from "react";
import type { Validation } from "../../nouns.ts";
import { CopyBlock } from "../copy.tsx";
import { whole } from "../number.ts";
import css from "./connect.module.css";

type OutlookProps = Pick<Validation, "estimate" | "allowList">;
export function Outlook({ estimate, allowList }: OutlookProps) {
  const [isShown, setShown] = useState(false);
  return (
    <>
      {estimate && (
        <>
          <p className={css.verdict}>About {whole(estimate.callsPerDay)} calls to AWS a day</p>
          <ul className={css.basis}>
            {estimate.basis.map(({ name, callsPerDay, detail }) => (
              <li key={name}>
                <span>{name}</span>
                <span className={css.amount}>{whole(callsPerDay)}</span>
                <span className="muted">{detail}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      {allowList !== null && (
        <>
          <Button
            variant="subtle"
            color="gray"
            className={css.fold}
            onClick={() => setShown(!isShown)}
            aria-expanded={isShown}
          >
            {isShown ? "Hide" : "Show"} what your monitoring will see
          </Button>
          <Collapse expanded={isShown}>
            {isShown && <CopyBlock text={allowList} label="text for an allow-list" />}
          </Collapse>
        </>
      )}
    </>
  );
}
