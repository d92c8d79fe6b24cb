// What is to be deleted at AWS, step by step, with the commands for this organization.
import type { OrganizationRemoval } from "../../nouns.ts";
import { CopyBlock } from "../../parts/copy.tsx";
import css from "./organization.module.css";

export function TearDown({ steps }: { steps: OrganizationRemoval["tearDown"] }) {
  return (
    <section aria-label="What to delete at AWS">
      <p className={css.label}>What to delete at AWS, before or after</p>
      {steps.map(({ title, detail, commands, console }, at) => (
        <details key={title} className={css.group}>
          <summary>
            {at + 1}. {title}
          </summary>
          <p className="muted">{detail}</p>
          <CopyBlock text={commands.join("\n")} label={`commands: ${title}`} />
          {console !== null && (
            <p>
              <a href={console} target="_blank" rel="noreferrer">
                Open it in the AWS console
              </a>
            </p>
          )}
        </details>
      ))}
    </section>
  );
}
