// A score is never shown without how much of the estate it covers. Unknown is hatched.
import { Tooltip } from "@mantine/core";
import type { Score } from "../nouns.ts";
import { percent, whole } from "./number.ts";
import css from "./score.module.css";

export function ScoreBar({ score }: { score: Score }) {
  // The hatched part is what is not seen, so that a full bar needs a full view.
  const judged = score.passed + score.failed;
  const seen = score.coverage ?? 0;
  const share = (count: number) => `${judged === 0 ? 0 : (count / judged) * seen * 100}%`;
  const text = `${whole(score.passed)} passed, ${whole(score.failed)} failed, ${whole(score.unknown)} unknown, ${percent(score.coverage)} seen`;
  return (
    <Tooltip label={score.stale > 0 ? `${text}; ${whole(score.stale)} of them stale` : text}>
      <span className={css.bar} role="img" aria-label={text}>
        <span className={css.passed} style={{ width: share(score.passed) }} />
        <span className={css.failed} style={{ width: share(score.failed) }} />
        <span className={`${css.unknown} hatched`} style={{ flex: 1 }} />
      </span>
    </Tooltip>
  );
}

export function ScoreText({ score }: { score: Score }) {
  if (score.value === null) return <span className="muted">not judged</span>;
  return (
    <span className={css.text}>
      <strong>{percent(score.value)}</strong>
      <span className="muted">seen {percent(score.coverage)}</span>
    </span>
  );
}
