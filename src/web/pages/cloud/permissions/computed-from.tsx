// The policies that the verdicts were computed from, each with its version and when it was read.
import type { Permissions } from "../../../nouns.ts";
import { CopyText } from "../../../parts/copy.tsx";
import { plural } from "../../../parts/number.ts";
import { placeText } from "../../../parts/permission/words.ts";
import { Section } from "../../../parts/section.tsx";
import { Time } from "../../../parts/time.tsx";
import css from "./cloud-permissions.module.css";

interface ComputedFromProps {
  sources: Permissions["computedFrom"];
  roleArn: string | null;
}
export function ComputedFrom({ sources, roleArn }: ComputedFromProps) {
  return (
    <Section title="Computed from">
      <div className={css.role}>
        <span className="muted">Role</span>
        {roleArn === null ? (
          <span className="muted">none</span>
        ) : (
          <CopyText value={roleArn} label="role ARN" />
        )}
      </div>
      <details className={css.details}>
        <summary>{plural(sources.length, "policy", "policies")}</summary>
        <ul className={css.sources}>
          {sources.map((source) => (
            <Source
              key={`${source.layer} ${source.name} ${source.attachedTo?.id} ${source.hash}`}
              source={source}
            />
          ))}
        </ul>
      </details>
    </Section>
  );
}

function Source({ source }: { source: Permissions["computedFrom"][number] }) {
  const { layer, name, version, hash, attachedTo, readAt } = source;
  return (
    <li className={css.source}>
      <span className={css.layer}>{layer}</span>
      <span className={css.policy}>
        {name} {version !== null && <span className="muted">{version}</span>}{" "}
        {attachedTo !== null && <span className="muted">{placeText(attachedTo)}</span>}
      </span>
      <span className="mono muted" title={`SHA-256 ${hash}`}>
        {hash.slice(0, 12)}
      </span>
      <span className="muted">
        read <Time at={readAt} none="at an unknown time" />
      </span>
    </li>
  );
}
