// What a user or role can do: by service and level of access, and on demand action by action with its statements.
import { UnstyledButton } from "@mantine/core";
import { useState } from "react";
import { getResourcePermissions } from "#contract/access.ts";
import type { PrincipalService } from "../../../nouns.ts";
import { Icon } from "../../../parts/icon.tsx";
import { PermissionMark } from "../../../parts/mark.tsx";
import { plural, whole } from "../../../parts/number.ts";
import { Section } from "../../../parts/section.tsx";
import { Loaded } from "../../../parts/state.tsx";
import { useRead } from "../../../queries.ts";
import { NotRead } from "./not-read.tsx";
import css from "./resource-access.module.css";
import { Statements } from "./statements.tsx";

const levels = ["list", "read", "tagging", "write", "permissions"] as const;

export function WhatCan({ resourceId }: { resourceId: string }) {
  const read = useRead(getResourcePermissions, { params: { id: resourceId }, query: {} });
  return (
    <Section title="What it can do">
      <Loaded read={read} rows={5}>
        {({ services, notRead }) => (
          <>
            {services.length === 0 ? (
              <p className={css.quiet}>No policy allows it anything.</p>
            ) : (
              <ul className={css.list} aria-label="Services">
                {services.map((service) => (
                  <Service key={service.service} service={service} resourceId={resourceId} />
                ))}
              </ul>
            )}
            <NotRead of={notRead} />
          </>
        )}
      </Loaded>
    </Section>
  );
}

function Service({ service, resourceId }: { service: PrincipalService; resourceId: string }) {
  const [isOpen, setOpen] = useState(false);
  const { takenAway } = service;
  const lost = (takenAway.boundary ?? 0) + (takenAway.scp ?? 0) + (takenAway.deny ?? 0);
  const held = levels.flatMap((level) => {
    const counts = service.levels[level];
    const open = (counts?.allowed ?? 0) + (counts?.conditional ?? 0) + (counts?.unknown ?? 0);
    return open > 0 ? [`${whole(open)} ${level}`] : [];
  });
  return (
    <li className={css.service}>
      <UnstyledButton className={css.serviceHead} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <Icon name={isOpen ? "down" : "right"} size={14} />
        <strong className="mono">{service.service}</strong>
        <span>{held.length > 0 ? held.join(", ") : "nothing is left of what its policies grant"}</span>
        {lost > 0 && <span className="muted">{plural(lost, "action")} taken away by another policy</span>}
      </UnstyledButton>
      {isOpen && <ServiceActions resourceId={resourceId} service={service.service} />}
    </li>
  );
}

function ServiceActions({ resourceId, service }: { resourceId: string; service: string }) {
  const read = useRead(getResourcePermissions, { params: { id: resourceId }, query: { service } });
  return (
    <div className={css.inside}>
      <Loaded read={read} rows={3}>
        {({ actions }) => (
          <ul className={css.list}>
            {(actions ?? []).map((one) => (
              <li key={one.action}>
                <details className={css.holding}>
                  <summary>
                    <PermissionMark verdict={one.verdict} /> <span className="mono">{one.action}</span>{" "}
                    <span className="muted">{one.level}</span>
                  </summary>
                  <div className={css.inside}>
                    <p>
                      On <span className="mono">{one.resources.join(", ")}</span>
                      {one.conditionKeys.length > 0 && ` if ${one.conditionKeys.join(", ")} fits`}
                    </p>
                    <Statements title="Granted by" of={one.statements} none="no statement" />
                    {one.deniedBy.length > 0 && <Statements title="Denied by" of={one.deniedBy} none="" />}
                    {one.notAllowedBy.length > 0 && (
                      <p className="muted">Not allowed by {one.notAllowedBy.join(", ")}.</p>
                    )}
                  </div>
                </details>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </div>
  );
}
