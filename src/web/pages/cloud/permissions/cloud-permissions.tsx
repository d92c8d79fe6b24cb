// What the role of a cloud may really do: the numbers, what stands in the way and mends it, the matrix of verdicts.
import { Button } from "@mantine/core";
import { summarizePermissions } from "#contract/permission.ts";
import type { CloudDetail, Permissions } from "../../../nouns.ts";
import { Icon } from "../../../parts/icon.tsx";
import { plural } from "../../../parts/number.ts";
import { PermissionCounts } from "../../../parts/permission/counts.tsx";
import { FalseAlarms } from "../../../parts/permission/false-alarms.tsx";
import { PermissionProblems } from "../../../parts/permission/problem-list.tsx";
import { Section } from "../../../parts/section.tsx";
import { Empty, Loaded } from "../../../parts/state.tsx";
import { Time } from "../../../parts/time.tsx";
import { useRead } from "../../../queries.ts";
import { AcknowledgeProblem } from "./acknowledge.tsx";
import css from "./cloud-permissions.module.css";
import { ComputedFrom } from "./computed-from.tsx";
import { MatrixSection } from "./matrix-section.tsx";
import { RowDrawer } from "./row-drawer.tsx";

export default function CloudPermissions({ cloud }: { cloud: CloudDetail }) {
  const read = useRead(summarizePermissions, { params: { id: cloud.id } });
  return (
    <>
      <Loaded read={read}>
        {(permissions) =>
          permissions.note === null ? (
            <Content
              permissions={permissions}
              cloudId={cloud.id}
              isReading={read.isFetching}
              onRead={() => void read.refetch()}
            />
          ) : (
            <Empty
              title="Nothing is known of the role yet"
              action={
                <Button variant="default" loading={read.isFetching} onClick={() => void read.refetch()}>
                  Look again
                </Button>
              }
            >
              {permissions.note}
            </Empty>
          )
        }
      </Loaded>
      <RowDrawer cloudId={cloud.id} />
    </>
  );
}

interface ContentProps {
  permissions: Permissions;
  cloudId: string;
  isReading: boolean;
  onRead: () => void;
}
function Content({ permissions, cloudId, isReading, onRead }: ContentProps) {
  const { problems, falseAlarms, checkedAt } = permissions;
  return (
    <>
      <PermissionCounts counts={permissions.counts} isLinked>
        <span className="muted">
          Judged <Time at={checkedAt} />
        </span>
        <Button
          variant="default"
          loading={isReading}
          leftSection={<Icon name="sync" size={13} />}
          onClick={onRead}
        >
          Judge again
        </Button>
      </PermissionCounts>
      <Section title={problems.length === 0 ? "Problems" : plural(problems.length, "problem")}>
        {problems.length === 0 ? (
          <p className={css.none}>Nothing stands in the role's way: it may do all that is asked of it.</p>
        ) : (
          <PermissionProblems problems={problems}>
            {(problem) => <AcknowledgeProblem cloudId={cloudId} problem={problem} />}
          </PermissionProblems>
        )}
      </Section>
      <FalseAlarms alarms={falseAlarms} />
      <MatrixSection permissions={permissions} />
      <ComputedFrom sources={permissions.computedFrom} roleArn={permissions.roleArn} />
    </>
  );
}
