// The demo's "Try it": changes the simulated world while one watches. The world itself says how far each step is.
import { Alert } from "@mantine/core";
import { useState } from "react";
import { getDemo } from "#contract/demo.ts";
import type { DemoStep } from "../../nouns.ts";
import { Page } from "../../parts/frame.tsx";
import { Icon } from "../../parts/icon.tsx";
import { Empty, Loaded } from "../../parts/state.tsx";
import { useRead } from "../../queries.ts";
import { ExceptionStep } from "./exception-step.tsx";
import { isUnderWay } from "./progress.tsx";
import { Scores } from "./scores.tsx";
import { Step, type StepProps } from "./step.tsx";
import css from "./try.module.css";

const pollMs = { busy: 1_000, calm: 10_000 };

export function TryIt() {
  const [isBusy, setBusy] = useState(false);
  const read = useRead(getDemo, {}, { refetchInterval: isBusy ? pollMs.busy : pollMs.calm });
  const now = read.data?.steps.some(isUnderWay) ?? false;
  if (now !== isBusy) setBusy(now);
  return (
    <Page title="Try it">
      <Loaded read={read} rows={14}>
        {({ steps, organizationId }) =>
          organizationId === null ? (
            <NotConnected />
          ) : (
            <>
              <p className={css.intro}>
                Change the simulated AWS and watch Skywarden follow. Nothing of it leaves this machine.
              </p>
              {read.error && (
                <Alert color="red" icon={<Icon name="warning" />} mb="md" title={read.error.title}>
                  {read.error.message} What is shown is from before.
                </Alert>
              )}
              <div className={css.steps}>
                {steps.map((step) => (
                  <Card
                    key={step.id}
                    step={step}
                    organizationId={organizationId}
                    isWaiting={steps.some((other) => isUnderWay(other) && isOnSameCloud(other, step))}
                  />
                ))}
              </div>
            </>
          )
        }
      </Loaded>
    </Page>
  );
}

function NotConnected() {
  return (
    <Empty title="The simulated organization is not connected yet">
      The demo connects it when it starts. What can be tried appears here then.
    </Empty>
  );
}

/** In a small world several steps share one account; one at a time shows what came of it. */
function isOnSameCloud(one: DemoStep, other: DemoStep): boolean {
  return one.id === other.id || (one.cloud !== null && one.cloud.id === other.cloud?.id);
}

function Card(props: StepProps) {
  const { step } = props;
  if (step.id === "named-exception" || step.id === "missed-exception") return <ExceptionStep {...props} />;
  return <Step {...props}>{step.scores && step.state === "broken" && <Scores scores={step.scores} />}</Step>;
}
