// One action in one region: what our calls, the policies and AWS's policy simulator say, what is believed and why.
import { useNavigate, useSearch } from "@tanstack/react-router";
import { listPermissions } from "#contract/permission.ts";
import type { PermissionRow } from "../../../nouns.ts";
import { PermissionMark } from "../../../parts/mark.tsx";
import { Judgement, Part } from "../../../parts/permission/judgement.tsx";
import { SideSheet } from "../../../parts/side-sheet.tsx";
import { Empty, Loaded } from "../../../parts/state.tsx";
import { Time } from "../../../parts/time.tsx";
import { useRead } from "../../../queries.ts";
import type { SearchText } from "../../../search-text.ts";
import { AcknowledgeRow } from "./acknowledge.tsx";
import css from "./cloud-permissions.module.css";

/** Open while the address names an action and a region. */
export function RowDrawer({ cloudId }: { cloudId: string }) {
  const { action, region } = useSearch({ strict: false }) as SearchText;
  const navigate = useNavigate();
  if (action === undefined || region === undefined) return null;
  const close = () =>
    void navigate({
      to: ".",
      search: ({ action: _, region: __, ...rest }: SearchText) => rest,
      resetScroll: false,
    });
  return (
    <SideSheet title={`${action} in ${region}`} onClose={close}>
      <Row cloudId={cloudId} action={action} region={region} />
    </SideSheet>
  );
}

function Row({ cloudId, action, region }: { cloudId: string; action: string; region: string }) {
  const read = useRead(listPermissions, { params: { id: cloudId }, query: { action, region } });
  return (
    <Loaded read={read}>
      {({ items: [row] }) =>
        row === undefined ? (
          <Empty title="This is not asked here">
            No resource type needs {action} in {region}, or the role was not looked at yet.
          </Empty>
        ) : (
          <div className={css.row}>
            <Opinions row={row} />
            <Judgement of={row} />
            <AcknowledgeRow key={`${action} ${region}`} cloudId={cloudId} row={row} />
          </div>
        )
      }
    </Loaded>
  );
}

const kinds = [
  { kind: "observed", name: "Our calls" },
  { kind: "computed", name: "The policies" },
  { kind: "simulated", name: "AWS's simulator" },
] as const;

function Opinions({ row: { verdict, evidence, opinions, checkedAt } }: { row: PermissionRow }) {
  return (
    <Part title="What is believed">
      <p className={css.believed}>
        <PermissionMark verdict={verdict} /> {opinions.believed}{" "}
        <span className="muted">
          As of <Time at={checkedAt} />.
        </span>
      </p>
      <table className={css.opinions} aria-label="Opinions">
        <thead>
          <tr>
            <th scope="col">Who</th>
            <th scope="col">Verdict</th>
            <th scope="col">In words</th>
          </tr>
        </thead>
        <tbody>
          {kinds.map(({ kind, name }) => {
            const opinion = opinions[kind];
            return (
              <tr key={kind} data-believed={kind === evidence || undefined}>
                <th scope="row">
                  {name}
                  {kind === evidence && <span className={css.tag}>believed</span>}
                </th>
                <td>
                  {opinion === null ? (
                    <span className="muted">none</span>
                  ) : (
                    opinion.verdict.replaceAll("-", " ")
                  )}
                </td>
                <td>
                  {opinion?.detail}
                  {opinion?.at != null && (
                    <span className="muted">
                      {" "}
                      <Time at={opinion.at} />
                    </span>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Part>
  );
}
