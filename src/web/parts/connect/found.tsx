// What a dry run of a guided form found, with what connecting would mean. Loaded when there is something to show.
import type { ReactNode } from "react";
import type { CloudValidation, Validation } from "../../nouns.ts";
import { CheckResult, dryRunVerdict } from "./check-result.tsx";
import { Outlook } from "./outlook.tsx";

interface FoundProps {
  result: Validation | CloudValidation;
  isOutdated: boolean;
  children: ReactNode;
}
export default function Found({ result, isOutdated, children }: FoundProps) {
  return (
    <CheckResult verdict={dryRunVerdict(result)} checks={result.checks} isOutdated={isOutdated}>
      {children}
      <Outlook estimate={result.estimate} allowList={result.allowList} />
    </CheckResult>
  );
}
