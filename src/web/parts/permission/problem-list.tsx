// Permissions that are missing, equal causes told once; what becomes visible by mending it comes first.
import { UnstyledButton } from "@mantine/core";
import { type ReactNode, useState } from "react";
import type { SeverityCounts } from "#model/verdict.ts";
import type { PermissionProblem } from "../../nouns.ts";
import { Actions } from "../blind.tsx";
import { Icon } from "../icon.tsx";
import { PermissionMark, SeverityCountsMark } from "../mark.tsx";
import { plural } from "../number.ts";
import { Judgement, Part } from "./judgement.tsx";
import css from "./permission.module.css";
import { headlines } from "./words.ts";

interface ProblemsProps {
  problems: PermissionProblem[];
  /** Of the head of a problem: how many clouds have it. */
  size?: (problem: PermissionProblem) => ReactNode;
  /** Below what mends it. */
  children?: (problem: PermissionProblem) => ReactNode;
}
export function PermissionProblems({ problems, size, children }: ProblemsProps) {
  return (
    <ul className={css.problems}>
      {problems.map((problem) => (
        <Problem key={problem.id} problem={problem} size={size?.(problem)}>
          {children?.(problem)}
        </Problem>
      ))}
    </ul>
  );
}

interface ProblemProps {
  problem: PermissionProblem;
  size: ReactNode;
  children: ReactNode;
}
function Problem({ problem, size, children }: ProblemProps) {
  const [isOpen, setOpen] = useState(false);
  const { verdict, actions, regions, blind, acknowledged, rows } = problem;
  return (
    <li className={css.problem} data-known={acknowledged === rows || undefined}>
      <UnstyledButton className={css.head} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <span className={css.fold}>
          <Icon name={isOpen ? "down" : "right"} size={14} />
        </span>
        <PermissionMark verdict={verdict} />
        <span className={css.title}>
          {headlines(problem).map((line) => (
            <span key={line}>{line} </span>
          ))}
        </span>
        <span className={css.reach}>
          {size}
          <span>{plural(actions.length, "action")}</span>
          <span>{plural(regions.length, "region")}</span>
          <span>{plural(blind.resourceTypes.length, "type")} blind</span>
          <SeverityCountsMark counts={countsOf(blind.insights)} />
          {acknowledged > 0 && <span>{acknowledged === rows ? "known" : "partly known"}</span>}
        </span>
      </UnstyledButton>
      {isOpen && (
        <div className={css.body}>
          <Judgement of={problem}>
            <Part title={`${plural(actions.length, "action")} in ${plural(regions.length, "region")}`}>
              <Actions names={actions} label="Actions that it hits" />
              <p className={css.regions}>
                {regions.map((region, at) => (
                  <span key={region}>{at === regions.length - 1 ? region : `${region},`} </span>
                ))}
              </p>
            </Part>
          </Judgement>
          {children && <div className={css.after}>{children}</div>}
        </div>
      )}
    </li>
  );
}

function countsOf(insights: PermissionProblem["blind"]["insights"]) {
  const counts: SeverityCounts = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
  for (const { severity } of insights) counts[severity] += 1;
  return counts;
}
