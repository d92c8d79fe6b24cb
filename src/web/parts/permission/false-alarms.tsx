// What AWS's policy simulator calls denied and is not, with the reason it errs.
import type { ReactNode } from "react";
import type { Permissions } from "../../nouns.ts";
import { Actions } from "../blind.tsx";
import { plural } from "../number.ts";
import { Section } from "../section.tsx";
import css from "./permission.module.css";

interface FalseAlarmsProps {
  alarms: Permissions["falseAlarms"];
  clouds?: (alarm: Permissions["falseAlarms"][number]) => ReactNode;
}
export function FalseAlarms({ alarms, clouds }: FalseAlarmsProps) {
  if (alarms.length === 0) return null;
  return (
    <Section title="False alarms of AWS's policy simulator">
      <ul className={css.alarms}>
        {alarms.map((alarm) => (
          <li key={alarm.reason} className={css.alarm}>
            <p>{alarm.reason}</p>
            {clouds && <p>{clouds(alarm)}</p>}
            <details className={css.details}>
              <summary>{plural(alarm.actions.length, "allowed action")} that it calls denied</summary>
              <Actions names={alarm.actions} label="Allowed actions that it calls denied" />
            </details>
          </li>
        ))}
      </ul>
    </Section>
  );
}
