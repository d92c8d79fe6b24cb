// Who would gain and who would lose what if the resource's policy were another. Changes nothing.
import { Button, Textarea } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { previewResourceAccess } from "#contract/access.ts";
import type { AccessPreview, ResourceDetail } from "../../../nouns.ts";
import { PermissionMark, permissionName } from "../../../parts/mark.tsx";
import { plural } from "../../../parts/number.ts";
import { Section } from "../../../parts/section.tsx";
import { useWrite } from "../../../queries.ts";
import { policyText } from "./has-access.ts";
import { NotRead } from "./not-read.tsx";
import css from "./resource-access.module.css";
import { Statements } from "./statements.tsx";

type Change = AccessPreview["items"][number];

export function WhatIf({ resource }: { resource: ResourceDetail }) {
  const [policy, setPolicy] = useState(() => policyText(resource.type, resource.properties));
  const preview = useWrite(previewResourceAccess, []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    preview.mutate({
      params: { id: resource.id },
      query: {},
      body: { policy: policy.trim() === "" ? null : policy },
    });
  };
  const errors = preview.error?.errors.map(({ detail }) => detail).join(" ");
  return (
    <Section title="What would change if the policy were another">
      <form onSubmit={submit} className={css.form}>
        <Textarea
          label="Policy of the resource"
          description="Edit it and see who would gain and who would lose what. Nothing is changed; empty means no policy."
          autosize
          minRows={4}
          maxRows={20}
          classNames={{ input: css.policy ?? "" }}
          value={policy}
          error={preview.error ? errors || preview.error.message : undefined}
          onChange={(event) => setPolicy(event.currentTarget.value)}
        />
        <Button type="submit" variant="default" loading={preview.isPending}>
          Show what would change
        </Button>
      </form>
      {preview.data && <Changes preview={preview.data} />}
    </Section>
  );
}

function Changes({ preview: { items, judged, notRead, nextCursor } }: { preview: AccessPreview }) {
  return (
    <div role="status">
      <p className={css.quiet}>
        {items.length === 0
          ? `Nothing would change for ${plural(judged, "user or role", "users and roles")} and everyone else who was judged.`
          : `The access of ${plural(items.length, "holder")} would change; ${plural(judged, "user or role", "users and roles")} judged.`}
        {nextCursor !== null && " More users and roles were not judged."}
      </p>
      <ul className={css.list}>
        {items.map(({ id, kind, name, changes }) => (
          <li key={`${kind} ${id}`}>
            <details className={css.holding}>
              <summary>
                <strong title={id}>{name ?? nameOf(kind, id)}</strong>{" "}
                <span className="muted">{inShort(changes)}</span>
              </summary>
              <div className={css.inside}>
                {changes.map(({ action, before, after, statements }) => (
                  <div key={action} className={css.need}>
                    <span className="mono">{action}</span> <PermissionMark verdict={before} /> →{" "}
                    <PermissionMark verdict={after} />
                    {statements.length > 0 && <Statements title="By" of={statements} none="" />}
                  </div>
                ))}
              </div>
            </details>
          </li>
        ))}
      </ul>
      <NotRead of={notRead} />
    </div>
  );
}

const nameOf = (kind: Change["kind"], id: string) =>
  id !== "*" ? id : kind === "any-account" ? "Any AWS account" : "Everyone on the internet";

/** "2 actions denied → allowed, 1 action allowed → denied". */
function inShort(changes: Change["changes"]): string {
  const counts = new Map<string, number>();
  for (const { before, after } of changes) {
    const turn = `${permissionName(before)} → ${permissionName(after)}`.toLowerCase();
    counts.set(turn, (counts.get(turn) ?? 0) + 1);
  }
  return [...counts].map(([turn, count]) => `${plural(count, "action")} ${turn}`).join(", ");
}
