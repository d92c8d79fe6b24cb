// The matrix where there is no room for one: a list by action, what is not allowed first.
import { UnstyledButton } from "@mantine/core";
import { PermissionMark, type PermissionVerdict } from "../../../parts/mark.tsx";
import { plural } from "../../../parts/number.ts";
import css from "./cloud-permissions.module.css";
import type { MatrixProps } from "./matrix.tsx";

export function ByAction({ rows, regions, wanted, onOpen }: MatrixProps) {
  return (
    <ul className={css.byAction}>
      {rows.map(({ action, verdicts }) => {
        const places = Map.groupBy(
          verdicts.flatMap((verdict, at) =>
            verdict === null ? [] : [{ verdict, region: regions[at] ?? "" }],
          ),
          ({ verdict }) => verdict,
        );
        const shown = [...places].filter(([verdict]) => wanted.length === 0 || wanted.includes(verdict));
        return (
          <li key={action} className={css.oneAction}>
            <span className={css.action}>{action}</span>
            {shown.toSorted(byWeight).map(([verdict, found]) => (
              <details key={verdict} className={css.details}>
                <summary className={css.inRegions}>
                  <PermissionMark verdict={verdict} />
                  <span className="muted">
                    {found.length === 1 ? found[0]?.region : plural(found.length, "region")}
                  </span>
                </summary>
                <div className={css.places}>
                  {found.map(({ region }) => (
                    <UnstyledButton
                      key={region}
                      className={css.place}
                      aria-label={`${action} in ${region}`}
                      onClick={() => onOpen(action, region)}
                    >
                      {region}
                    </UnstyledButton>
                  ))}
                </div>
              </details>
            ))}
          </li>
        );
      })}
    </ul>
  );
}

const weights: PermissionVerdict[] = ["denied", "conditional", "unknown", "not-applicable", "allowed"];
const byWeight = ([one]: [PermissionVerdict, unknown], [other]: [PermissionVerdict, unknown]) =>
  weights.indexOf(one) - weights.indexOf(other);
