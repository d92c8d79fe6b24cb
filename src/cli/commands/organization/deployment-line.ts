// The progress of a deployment on one line of the terminal's error output: done of total, failed, rate, time left.
import type { DeploymentProgress } from "#onboarding/deploy/deploy.ts";
import type { InstanceProgress } from "#onboarding/deploy/put-stack-set.ts";
import { openProgressLine } from "../../demo/progress-line.ts";

export interface DeploymentLine extends DeploymentProgress {
  /** The accounts as they were last seen, for a run that ends on the way. */
  soFar(): string;
  end(): void;
}

export function openDeploymentLine(): DeploymentLine {
  const line = openProgressLine(process.stderr, performance.now());
  let instancesSince: number | null = null;
  let seen: InstanceProgress | null = null;
  return {
    onUpload: ({ roleName, bucket }) => line.show(`template of ${roleName}: to ${bucket}`),
    onStack: ({ name, status }) => line.show(`stack ${name}: ${status}`),
    onInstances({ done, failed, total }) {
      instancesSince ??= performance.now();
      seen = { done, failed, total };
      const seconds = (performance.now() - instancesSince) / 1000;
      line.show(instancesText({ done, failed, total }, seconds));
    },
    soFar: () => (seen ? `, with ${seen.done} of ${seen.total} accounts done and ${seen.failed} failed` : ""),
    end: () => line.end(),
  };
}

function instancesText(
  { done, failed, total }: { done: number; failed: number; total: number },
  seconds: number,
) {
  const rate = done / seconds;
  const isKnown = done > 0 && seconds > 0.5 && done < total;
  const left = isKnown ? `, ${rate.toFixed(1)}/s, ${Math.ceil((total - done) / rate)} s left` : "";
  return `${done} of ${total} accounts${failed > 0 ? `, ${failed} failed` : ""}${left}`;
}
