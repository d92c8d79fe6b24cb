// What is wrong with clouds, equal causes told once: how many have it, what mends it, and the clouds themselves.
import { Anchor, Button, Collapse, UnstyledButton } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { listJobs } from "#contract/activity.ts";
import { listClouds } from "#contract/cloud.ts";
import { checkCloudProblem, listCloudProblems } from "#contract/cloud-problem.ts";
import type { CloudProblem } from "../../nouns.ts";
import { CopyBlock } from "../../parts/copy.tsx";
import { badgeQuery, badgeText, withBadges } from "../../parts/filter-badges.ts";
import { type Filter, valuesOf } from "../../parts/filter-text.ts";
import { Icon } from "../../parts/icon.tsx";
import { CloudStateMark } from "../../parts/mark.tsx";
import { plural, whole } from "../../parts/number.ts";
import { PathLink } from "../../parts/path-link.tsx";
import { Reason } from "../../parts/reason.tsx";
import { Section } from "../../parts/section.tsx";
import { tellFailure } from "../../parts/tell.tsx";
import { Time } from "../../parts/time.tsx";
import { useMay, useRead, useWrite } from "../../queries.ts";
import css from "./problems.module.css";

const shownAtFirst = 3;

export function useProblems(filter: Filter) {
  return useRead(listCloudProblems, { query: badgeQuery(filter) }, { keepPrevious: true });
}

const idOf = ({ state, code, cause }: CloudProblem) => [state, code, cause].join(" ");

/** With a filter for a status only its problems, for one cause only that one, opened. Its absence is no news: then there is no section. */
export function Problems({ problems, filter }: { problems: CloudProblem[]; filter: Filter }) {
  const [isWhole, setWhole] = useState(false);
  const codes = valuesOf(filter, "code");
  const causes = valuesOf(filter, "cause");
  const states = valuesOf(filter, "status");
  const isOne = codes.length > 0 || causes.length > 0;
  const meant = problems.filter(
    ({ state, code, cause }) =>
      (states.length === 0 || states.includes(state)) &&
      (codes.length === 0 || codes.includes(code ?? "")) &&
      (causes.length === 0 || causes.includes(cause ?? "")),
  );
  if (meant.length === 0) return null;
  const shown = isWhole ? meant : meant.slice(0, shownAtFirst);
  const clouds = meant.reduce((sum, problem) => sum + problem.clouds, 0);
  const more = meant.length - shown.length;
  return (
    <Section title={`${plural(meant.length, "problem")} of ${plural(clouds, "cloud")}`}>
      <ul className={css.problems}>
        {shown.map((problem) => (
          <Problem
            key={idOf(problem)}
            problem={problem}
            badges={badgeText(filter)}
            startsOpen={isOne && meant.length === 1}
          />
        ))}
      </ul>
      {more > 0 && (
        <Button variant="subtle" onClick={() => setWhole(true)}>
          Show {whole(more)} more
        </Button>
      )}
    </Section>
  );
}

interface ProblemProps {
  problem: CloudProblem;
  badges: string;
  startsOpen: boolean;
}
function Problem({ problem, badges, startsOpen }: ProblemProps) {
  const [isOpen, setOpen] = useState(startsOpen);
  const { state, title, clouds, since, link, repair } = problem;
  return (
    <li className={css.problem}>
      <div className={css.line}>
        <UnstyledButton
          className={css.toggle}
          aria-expanded={isOpen}
          aria-label={`How to mend: ${title}`}
          onClick={() => setOpen(!isOpen)}
        >
          <Icon name={isOpen ? "down" : "right"} size={14} />
        </UnstyledButton>
        <span className={css.count}>
          <PathLink path={withBadges(link, badges)}>{plural(clouds, "cloud")}</PathLink>
        </span>
        <span className={css.title}>{title}</span>
        <span className={css.state}>
          <CloudStateMark state={state} />
          <span className="muted">
            since <Time at={since} />
          </span>
        </span>
        <CheckAgain problem={problem} />
      </div>
      <Collapse expanded={isOpen}>
        <div className={css.repair}>
          {problem.reason !== null && (
            <p className={css.reason}>
              <Reason text={problem.reason} />
            </p>
          )}
          <ol className={css.steps}>
            {repair.steps.map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ol>
          {repair.commands.map(({ label, text }) => (
            <div key={label}>
              <p className={css.label}>{label}</p>
              <CopyBlock label={label} text={text} />
            </div>
          ))}
          <p className={css.links}>
            {repair.links.map(({ label, url }) => (
              <RepairLink key={url} label={label} url={url} />
            ))}
          </p>
        </div>
      </Collapse>
    </li>
  );
}

function RepairLink({ label, url }: { label: string; url: string }) {
  if (!url.startsWith("http") && !url.startsWith("/api/")) return <PathLink path={url}>{label}</PathLink>;
  const isDownload = url.startsWith("/api/");
  return (
    <Anchor
      href={url}
      size="sm"
      {...(isDownload ? { download: true } : { target: "_blank", rel: "noreferrer" })}
    >
      {label}
    </Anchor>
  );
}

function CheckAgain({ problem }: { problem: CloudProblem }) {
  const mayRun = useMay("harvest:run");
  const check = useWrite(checkCloudProblem, [listJobs, listClouds, listCloudProblems]);
  const { state, code, cause, title } = problem;
  if (!mayRun) return null;
  return (
    <Button
      variant="default"
      loading={check.isPending}
      aria-label={`Check again: ${title}`}
      onClick={() =>
        check.mutate(
          { body: { state, code, cause } },
          {
            onSuccess: ({ clouds }) =>
              notifications.show({
                title: `Checking ${plural(clouds, "cloud")} again`,
                message: "Its progress stands under running work.",
                color: "teal",
              }),
            onError: tellFailure,
          },
        )
      }
    >
      Check again
    </Button>
  );
}
