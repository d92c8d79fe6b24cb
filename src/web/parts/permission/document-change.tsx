// A change of one policy document: which document, its lines before and after, the new text to copy.
import { Button, CopyButton } from "@mantine/core";
import type { PermissionProblem } from "../../nouns.ts";
import { Icon } from "../icon.tsx";
import { lineDiff } from "./line-diff.ts";
import css from "./permission.module.css";

type Fix = NonNullable<PermissionProblem["fix"]>;

const textOf = (document: unknown) => (document === null ? "" : JSON.stringify(document, null, 2));
const signs = { same: " ", gone: "−", new: "+", folded: "" } as const;

export function DocumentChange({ fix }: { fix: Fix }) {
  const after = textOf(fix.after);
  const name = fix.document.name === "" ? "the new document" : fix.document.name;
  return (
    <div className={css.change}>
      <div className={css.changeHead}>
        <p>{fix.text}</p>
        <CopyButton value={after} timeout={1500}>
          {({ copied, copy }) => (
            <Button
              variant="default"
              onClick={copy}
              leftSection={<Icon name={copied ? "check" : "copy"} size={13} />}
            >
              {copied ? "Copied" : "Copy new document"}
            </Button>
          )}
        </CopyButton>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard. */}
      <section className={css.diff} tabIndex={0} aria-label={`Change of ${name}`}>
        {lineDiff(textOf(fix.before), after).map(({ kind, text }, at) => {
          const Line = kind === "gone" ? "del" : kind === "new" ? "ins" : "span";
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines of a fixed text keep their order.
            <Line key={at} className={css.line} data-kind={kind}>
              <span className={css.sign} aria-hidden="true">
                {signs[kind]}
              </span>
              {kind === "folded" ? `… ${text} unchanged lines` : text}
            </Line>
          );
        })}
      </section>
    </div>
  );
}
