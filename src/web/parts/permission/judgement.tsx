// Why a permission is missing and what mends it: every statement in its way, what is blind for it, the change, the proof.
import type { ReactNode } from "react";
import type { PermissionProblem } from "../../nouns.ts";
import { Blind } from "../blind.tsx";
import { CopyText } from "../copy.tsx";
import { PermissionMark } from "../mark.tsx";
import { ComparedTable } from "./compared.tsx";
import { DocumentChange } from "./document-change.tsx";
import css from "./permission.module.css";
import { placeText, statementText } from "./words.ts";

type Judgement = Pick<
  PermissionProblem,
  "verdict" | "blocking" | "conditionKeys" | "blind" | "fix" | "furtherFixes" | "proof"
>;

export function Judgement({ of, children }: { of: Judgement; children?: ReactNode }) {
  const { verdict, blocking, blind, conditionKeys } = of;
  const isOpen = verdict !== "allowed" && verdict !== "not-applicable";
  return (
    <div className={css.judgement}>
      {blocking.length > 0 && (
        <Part title={blocking.length === 1 ? "What is in the way" : "What is in the way, all of it"}>
          {blocking.map((blocker) => (
            <Blocking key={`${blocker.layer} ${blocker.policyName} ${blocker.text}`} blocker={blocker} />
          ))}
        </Part>
      )}
      {children}
      {isOpen && (
        <Part title="Blind because of it">
          <Blind {...blind} />
        </Part>
      )}
      {isOpen && conditionKeys.length > 0 && <UnknownKeys keys={conditionKeys} />}
      {isOpen && <Fixes of={of} />}
    </div>
  );
}

export function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div>
      <h3 className={css.part}>{title}</h3>
      {children}
    </div>
  );
}

function Blocking({ blocker }: { blocker: PermissionProblem["blocking"][number] }) {
  const { kind, layerName: layer, policyName, policyArn, conditions, attachment, text } = blocker;
  return (
    <div className={css.blocking}>
      <p className={css.policy}>
        <span className="muted">{layer}</span> {policyName !== null && <strong>{policyName}</strong>}
        {attachment !== null && <span className="muted"> {placeText(attachment)}</span>}
      </p>
      {policyArn !== null && <CopyText value={policyArn} label="policy ARN" />}
      {kind === "deny" && conditions.length > 0 ? (
        <>
          <p>
            <span className="mono">{statementText(blocker)}</span>{" "}
            {conditions.some(({ holds }) => holds === "unknown") ? "may deny" : "denies"} the request:
          </p>
          <ComparedTable conditions={conditions} of={statementText(blocker)} />
        </>
      ) : (
        <p>{text}</p>
      )}
    </div>
  );
}

function UnknownKeys({ keys }: { keys: string[] }) {
  return (
    <Part title="What decides">
      <p>
        Skywarden does not know <span className="mono">{keys.join(", ")}</span> of its own requests.{" "}
        {keys.some((key) => key.toLowerCase() === "aws:sourceip") && (
          <>
            Set <code className="mono">SKYWARDEN_SOURCE_IPS</code> to the addresses that its calls leave from,
            and this becomes a yes or a no.
          </>
        )}
      </p>
    </Part>
  );
}

function Fixes({ of: { fix, furtherFixes, proof, blocking } }: { of: Judgement }) {
  if (fix === null)
    return (
      <Part title="What mends it">
        <p className="muted">
          {blocking.length === 0
            ? "No policy: nothing that a change of a document would mend."
            : "No change of a document is proposed for this one."}
        </p>
      </Part>
    );
  const isMany = furtherFixes.length > 0;
  return (
    <Part title={isMany ? "What mends it: all of these changes" : "What mends it"}>
      {[fix, ...furtherFixes].map((each) => (
        <DocumentChange key={`${each.document.name} ${each.document.hash} ${each.text}`} fix={each} />
      ))}
      {proof !== null && (
        <p className={css.proof}>
          With {isMany ? "these changes" : "this change"}: <PermissionMark verdict={proof.verdict} />
          <span className="muted">computed again with the new {isMany ? "documents" : "document"}</span>
        </p>
      )}
    </Part>
  );
}
