// The plain building blocks of a page: a section with a rule above, a list of facts.
import type { ReactNode } from "react";
import css from "./section.module.css";

interface SectionProps {
  title: string;
  aside?: ReactNode;
  children: ReactNode;
  id?: string;
}
export function Section({ title, aside, children, id }: SectionProps) {
  return (
    <section className={css.section} id={id} aria-label={title}>
      <div className={css.head}>
        <h2 className={css.title}>{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  );
}

export function Facts({ rows }: { rows: [string, ReactNode][] }) {
  return (
    <dl className={css.facts}>
      {rows.map(([name, value], at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a name may stand there twice, and rows keep their order.
        <div key={`${name} ${at}`} className={css.fact}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
