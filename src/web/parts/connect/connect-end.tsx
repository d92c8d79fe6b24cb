// The end of a guided form: what the check found, what was refused, and the two buttons.
import { Button } from "@mantine/core";
import { lazy, type ReactNode, Suspense } from "react";
import type { CloudValidation, Validation } from "../../nouns.ts";
import { Refused } from "../refused.tsx";
import css from "./connect.module.css";
import { keepFocus } from "./step.tsx";
import type { Connecting } from "./use-connect.ts";

const Found = lazy(() => import("./found.tsx"));

interface ConnectEndProps {
  connecting: Connecting<Validation | CloudValidation>;
  isWrong: boolean;
  label: string;
  /** What stands below the checks. */
  children?: ReactNode;
}
export function ConnectEnd({ connecting, isWrong, label, children }: ConnectEndProps) {
  const { result, isOutdated, unplaced, runCheck, isChecking, isSubmitting } = connecting;
  return (
    <>
      {result && (
        <Suspense>
          <Found result={result} isOutdated={isOutdated}>
            {children}
          </Found>
        </Suspense>
      )}
      {unplaced && <Refused error={unplaced} />}
      {isWrong && (
        <p className={css.wrong} role="alert">
          Some fields above are wrong; each says what to do.
        </p>
      )}
      <div className={css.buttons}>
        <Button variant="default" size="sm" onMouseDown={keepFocus} onClick={runCheck} loading={isChecking}>
          Check
        </Button>
        <Button type="submit" size="sm" onMouseDown={keepFocus} loading={isSubmitting}>
          {label}
        </Button>
      </div>
    </>
  );
}
