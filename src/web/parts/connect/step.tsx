// The frame of a guided form that connects something: numbered steps, and what a restored draft says.
import { Button } from "@mantine/core";
import type { MouseEvent, ReactNode } from "react";
import css from "./connect.module.css";

interface StepProps {
  number: number;
  title: string;
  children: ReactNode;
}
export function Step({ number, title, children }: StepProps) {
  return (
    <section className={css.step} aria-label={`Step ${number}: ${title}`}>
      <h2 className={css.title}>
        <span className={css.number} aria-hidden="true">
          {number}
        </span>
        {title}
      </h2>
      <div className={css.body}>{children}</div>
    </section>
  );
}

export function DraftNote({ onStartOver, children }: { onStartOver: () => void; children?: ReactNode }) {
  return (
    <p className={css.draft}>
      Your draft was restored. {children}
      <Button variant="subtle" onClick={onStartOver}>
        Start over
      </Button>
    </p>
  );
}

/** A press must not blur the field first: an error that appears on blur would move the button from under the pointer. */
export const keepFocus = (event: MouseEvent) => event.preventDefault();
