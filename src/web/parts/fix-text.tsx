// The steps of a remedy: paragraphs, with `code` set apart and copyable where a line is a command.
import { CopyBlock } from "./copy.tsx";
import css from "./fix-text.module.css";

export function FixText({ steps }: { steps: string }) {
  return (
    <div className={css.steps}>
      {steps.split(/\n+|(?=\b(?:Console|CLI|Terraform|CloudFormation): )/).map((line) =>
        /^\s*(aws|terraform) /.test(line) ? (
          <CopyBlock key={line} text={line.trim()} label="command" />
        ) : (
          <p key={line}>
            {line.split("`").map((part, at) =>
              at % 2 === 1 ? (
                <code key={part} className="mono">
                  {part}
                </code>
              ) : (
                part
              ),
            )}
          </p>
        ),
      )}
    </div>
  );
}
