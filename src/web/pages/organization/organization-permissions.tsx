// What keeps the roles of an organization's clouds from reading: one SCP that blocks eighty accounts is one row.
import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { summarizeOrganizationPermissions } from "#contract/permission.ts";
import type { Organization, PermissionProblem } from "../../nouns.ts";
import { Icon } from "../../parts/icon.tsx";
import { plural, whole } from "../../parts/number.ts";
import { PermissionCounts } from "../../parts/permission/counts.tsx";
import { FalseAlarms } from "../../parts/permission/false-alarms.tsx";
import { Part } from "../../parts/permission/judgement.tsx";
import { PermissionProblems } from "../../parts/permission/problem-list.tsx";
import { Section } from "../../parts/section.tsx";
import { Empty, Loaded } from "../../parts/state.tsx";
import { Time } from "../../parts/time.tsx";
import { useRead } from "../../queries.ts";
import css from "./organization.module.css";

export default function OrganizationPermissions({ organization }: { organization: Organization }) {
  const read = useRead(summarizeOrganizationPermissions, { params: { id: organization.id } });
  return (
    <Loaded read={read}>
      {({ clouds, counts, problems, falseAlarms, checkedAt }) =>
        clouds === 0 ? (
          <Empty
            title="Nothing is known of the roles yet"
            action={
              <Link to="/clouds" search={{ filter: `organization:${organization.id}` }}>
                See why, cloud by cloud
              </Link>
            }
          >
            What they may do appears here when they were first assumed and looked at.
          </Empty>
        ) : (
          <>
            <PermissionCounts counts={counts}>
              <span className="muted">
                {plural(clouds, "cloud")}, judged <Time at={checkedAt} />
              </span>
              <Button
                variant="default"
                loading={read.isFetching}
                leftSection={<Icon name="sync" size={13} />}
                onClick={() => void read.refetch()}
              >
                Judge again
              </Button>
            </PermissionCounts>
            <Section title={problems.length === 0 ? "Problems" : plural(problems.length, "problem")}>
              {problems.length === 0 ? (
                <p className={css.help}>Nothing stands in the way of any role that was looked at.</p>
              ) : (
                <PermissionProblems
                  problems={problems}
                  size={(problem) => <strong>{plural(problem.clouds, "cloud")}</strong>}
                >
                  {(problem) => (
                    <Part title={plural(problem.clouds, "cloud")}>
                      <Examples of={problem} />
                    </Part>
                  )}
                </PermissionProblems>
              )}
            </Section>
            <FalseAlarms
              alarms={falseAlarms}
              clouds={(alarm) => (
                <>
                  In {plural(alarm.clouds, "cloud")}: <Examples of={alarm} />
                </>
              )}
            />
          </>
        )
      }
    </Loaded>
  );
}

function Examples({ of: { clouds, examples } }: { of: Pick<PermissionProblem, "clouds" | "examples"> }) {
  return (
    <span className="inline">
      {examples.map(({ id, name, accountId }, at) => (
        <span key={id}>
          {at > 0 && ", "}
          <Link to="/clouds/$id" params={{ id }} search={{ tab: "permissions" }} title={accountId}>
            {name}
          </Link>
        </span>
      ))}
      {clouds > examples.length && ` and ${whole(clouds - examples.length)} more`}
    </span>
  );
}
