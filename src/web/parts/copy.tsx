// A value that people take elsewhere: monospace, with a copy button.
import { ActionIcon, CopyButton, Tooltip } from "@mantine/core";
import css from "./copy.module.css";
import { Icon } from "./icon.tsx";

export function CopyMark({ value, label }: { value: string; label: string }) {
  return (
    <CopyButton value={value} timeout={1500}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? "Copied" : `Copy ${label}`}>
          <ActionIcon
            size={22}
            aria-label={copied ? "Copied" : `Copy ${label}`}
            onClick={(event) => {
              event.stopPropagation();
              copy();
            }}
          >
            <Icon name={copied ? "check" : "copy"} size={13} />
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  );
}

/** Whole, over several lines where it must be: people compare it with what another console shows. */
export function CopyText({ value, label }: { value: string; label: string }) {
  return (
    <span className={css.text}>
      <span className={css.whole}>{value}</span>
      <CopyMark value={value} label={label} />
    </span>
  );
}

/** A boxed value to be pasted into another console. */
export function CopyField({ value, label }: { value: string; label: string }) {
  return (
    <span className={css.field}>
      <span className={css.fieldValue} data-copy={label}>
        {value}
      </span>
      <CopyMark value={value} label={label} />
    </span>
  );
}

export function CopyBlock({ text, label }: { text: string; label: string }) {
  return (
    <div className={css.block}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard. */}
      <section className={css.code} tabIndex={0} aria-label={label}>
        <pre>{text}</pre>
      </section>
      <span className={css.corner}>
        <CopyMark value={text} label={label} />
      </span>
    </div>
  );
}
