// The fields and values that decided a verdict, as they were read.
import css from "./evidence.module.css";

export function Evidence({ evidence }: { evidence: { path: string; value: unknown }[] }) {
  return (
    <table className={css.evidence}>
      <thead>
        <tr>
          <th>Field</th>
          <th>Value</th>
        </tr>
      </thead>
      <tbody>
        {evidence.map(({ path, value }) => (
          <tr key={path}>
            <td>{path}</td>
            <td>
              {value === undefined ? <span className="muted">not set</span> : JSON.stringify(value, null, 1)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
