// One line on the role of a cloud: its template, and what of it needs a person.
import { Link } from "@tanstack/react-router";
import type { CloudDetail } from "../../../nouns.ts";
import { plural } from "../../../parts/number.ts";
import { TemplateMark } from "../../../parts/template-mark.tsx";

export function RoleInShort({ cloud }: { cloud: CloudDetail }) {
  const { role } = cloud;
  if (role === null) return <span className="muted">not known yet</span>;
  const needs = [
    ...(role.missingActions ? [`${plural(role.missingActions, "action")} not listed`] : []),
    ...(role.driftSince ? ["changed by hand"] : []),
    ...(role.warnings > 0 ? ["unsafe trust"] : []),
  ];
  return (
    <span className="inline">
      {role.madeBy === "unknown" ? (
        <span className="muted">? The role could not be read</span>
      ) : (
        <TemplateMark template={role.template} />
      )}{" "}
      <Link to="/clouds/$id" params={{ id: cloud.id }} search={{ tab: "role" }}>
        {needs.length > 0 ? needs.join(", ") : "more"}
      </Link>
    </span>
  );
}
