// One step: what it does in a sentence, its buttons, how far Skywarden has followed, and what to look at.
import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { listJobs } from "#contract/activity.ts";
import { type DemoAct, getDemo, takeDemoStep } from "#contract/demo.ts";
import type { DemoStep } from "../../nouns.ts";
import { CloudStateMark } from "../../parts/mark.tsx";
import { Reason } from "../../parts/reason.tsx";
import { Section } from "../../parts/section.tsx";
import { tellFailure } from "../../parts/tell.tsx";
import { useWrite } from "../../queries.ts";
import { isUnderWay, ProgressLine } from "./progress.tsx";
import css from "./try.module.css";
import { actNames, outcomes, texts } from "./words.ts";

export interface StepProps {
  step: DemoStep;
  organizationId: string;
  /** Something is under way with its account. */
  isWaiting: boolean;
}
interface AnyStepProps extends StepProps {
  /** Of the change that is shown, without which it cannot be applied. */
  fixHash?: string | undefined;
  children?: ReactNode;
}
export function Step({ step, organizationId, isWaiting, fixHash, children }: AnyStepProps) {
  const { title, does } = texts[step.id];
  const outcome = outcomes[step.state];
  return (
    <Section title={title} aside={outcome && <span className={css.outcome}>{outcome}</span>} id={step.id}>
      <p className={css.does}>{does(step)}</p>
      <Acts step={step} isWaiting={isWaiting} fixHash={fixHash} />
      {step.progress && <ProgressLine progress={step.progress} />}
      <LookAt step={step} organizationId={organizationId} />
      {children}
    </Section>
  );
}

function Acts({ step, isWaiting, fixHash }: Pick<AnyStepProps, "step" | "isWaiting" | "fixHash">) {
  const take = useWrite(takeDemoStep, [getDemo, listJobs]);
  const run = (act: DemoAct) =>
    take.mutate(
      { params: { step: step.id }, body: { act, ...(act === "fix" && fixHash ? { hash: fixHash } : {}) } },
      { onError: tellFailure },
    );
  if (step.acts.length === 0)
    return <p className="muted">No account of this world has a role that could be used for it.</p>;
  return (
    <div className={css.acts}>
      {step.acts.map((act, at) => (
        <Button
          key={act}
          variant={at === 0 ? "filled" : "default"}
          loading={take.isPending && take.variables.body.act === act}
          disabled={isWaiting || take.isPending || (act === "fix" && !fixHash)}
          onClick={() => run(act)}
        >
          {actNames[act]}
        </Button>
      ))}
    </div>
  );
}

function LookAt({ step, organizationId }: Pick<StepProps, "step" | "organizationId">) {
  const { id, state, cloud, account, progress } = step;
  if (!account) return null;
  const params = { id: cloud?.id ?? "" };
  return (
    <div className={css.look}>
      {cloud ? (
        <>
          <Link to="/clouds/$id" params={params}>
            {cloud.name}
          </Link>
          <CloudStateMark state={cloud.state} />
          <span className="muted">{cloud.path}</span>
        </>
      ) : (
        <>
          <span>{account.name}</span>
          <span className="muted">not known to Skywarden yet</span>
        </>
      )}
      {progress && (
        <span className={css.links}>
          {id === "account" && <Link to="/clouds">Clouds</Link>}
          {cloud && id !== "account" && id !== "role" && (
            <Link to="/clouds/$id" params={params} search={{ tab: "permissions" }}>
              Permissions
            </Link>
          )}
          {cloud && (
            <Link to="/clouds/$id" params={params} search={{ tab: id === "role" ? "findings" : "history" }}>
              {id === "role" ? "Findings" : "History"}
            </Link>
          )}
          <Link to="/organizations/$id" params={{ id: organizationId }}>
            Organization
          </Link>
          {id === "role" && <Link to="/">Overview</Link>}
        </span>
      )}
      {cloud?.reason && (state !== "untouched" || isUnderWay(step)) && (
        <p className={css.reason}>
          <Reason text={cloud.reason} />
        </p>
      )}
    </div>
  );
}
