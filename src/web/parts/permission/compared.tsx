// The conditions of a statement as AWS compares them: key, operator, what is asked for, what the request carries.
import type { PermissionProblem } from "../../nouns.ts";
import css from "./permission.module.css";

type Compared = PermissionProblem["blocking"][number]["conditions"][number];

const outcomes: Record<Compared["holds"], string> = {
  yes: "holds",
  no: "does not hold",
  unknown: "may hold",
};

export function ComparedTable({ conditions, of }: { conditions: Compared[]; of: string }) {
  return (
    <table className={css.compared} aria-label={`Conditions of ${of}`}>
      <thead>
        <tr>
          <th scope="col">Key</th>
          <th scope="col">In the request</th>
          <th scope="col">Asked for</th>
          <th scope="col">Outcome</th>
        </tr>
      </thead>
      <tbody>
        {conditions.map((condition) => (
          <tr key={`${condition.operator} ${condition.key}`}>
            <td data-label="Key">
              <span className="mono">{condition.key}</span>
            </td>
            <td data-label="In the request">
              <Actual values={condition.actual} />
            </td>
            <td data-label="Asked for">
              <span>
                <span className="muted">{condition.operator}</span>{" "}
                <span className="mono">{condition.expected.join(", ")}</span>
              </span>
            </td>
            <td data-label="Outcome">{outcomes[condition.holds]}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Actual({ values }: { values: string[] | null }) {
  if (values === null) return <span className="muted">? not known</span>;
  if (values.length === 0) return <span className="muted">not in the request</span>;
  return <span className="mono">{values.join(", ")}</span>;
}
