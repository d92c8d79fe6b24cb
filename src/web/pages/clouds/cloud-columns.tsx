// Columns of the list of clouds.
import { Tooltip } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { Cloud } from "../../nouns.ts";
import { classes } from "../../parts/classes.ts";
import { Identity } from "../../parts/identity.tsx";
import type { Column } from "../../parts/list.tsx";
import { BadgeMark, CloudStateMark, SeverityCountsMark } from "../../parts/mark.tsx";
import { whole } from "../../parts/number.ts";
import { shortReason } from "../../parts/reason.tsx";
import { Time } from "../../parts/time.tsx";
import css from "./clouds.module.css";

/** So many characters of keys and values stand in the column at its least width; a badge that is cut says nothing. */
const shownCharacters = 26;
const frameCharacters = 4;

export const cloudColumns: Column<Cloud>[] = [
  {
    id: "name",
    header: "Cloud",
    width: "minmax(214px, 1.7fr)",
    narrow: "first",
    sorts: ["name", "-name"],
    cell: (cloud) => <Identity name={cloud.name} second={cloud.accountId} />,
  },
  {
    id: "status",
    header: "Status",
    width: "minmax(120px, 1.1fr)",
    narrow: "second",
    sorts: ["status"],
    cell: (cloud) => <CloudStatusCell cloud={cloud} />,
  },
  {
    id: "badges",
    header: "Badges",
    width: "minmax(178px, 1.3fr)",
    narrow: "none",
    cell: (cloud) => <Badges cloud={cloud} />,
  },
  {
    id: "organization",
    header: "Organization",
    width: "minmax(80px, 0.5fr)",
    narrow: "none",
    cell: (cloud) => <span title={cloud.organizationalPath ?? undefined}>{cloud.organizationNickname}</span>,
  },
  {
    id: "harvest",
    header: "Last harvest",
    width: "84px",
    narrow: "second",
    sorts: ["-lastHarvestAt", "lastHarvestAt"],
    cell: (cloud) => <Time at={cloud.lastHarvestAt} />,
  },
  {
    id: "resources",
    header: "Resources",
    width: "72px",
    isNumber: true,
    narrow: "none",
    sorts: ["-resources"],
    cell: (cloud) => (
      <Link to="/inventory" search={{ filter: `cloud:${cloud.id}` }}>
        {whole(cloud.resourceCount)}
      </Link>
    ),
  },
  {
    id: "findings",
    header: "Findings",
    width: "140px",
    isNumber: true,
    narrow: "beside",
    sorts: ["-findings"],
    cell: (cloud) => (
      <Link to="/findings" search={{ filter: `cloud:${cloud.id}` }} className={css.plain}>
        <SeverityCountsMark counts={cloud.findingCounts} />
      </Link>
    ),
  },
];

const useNames = { new: "New", old: "Old", neither: "Neither", unknown: "?" };

/** While the tenant's External ID is rotated: which one works. */
export const externalIdColumn: Column<Cloud> = {
  id: "external-id",
  header: "External ID",
  width: "84px",
  narrow: "second",
  cell: ({ externalIdUse }) =>
    externalIdUse === null ? null : (
      <span title={externalIdUse === "unknown" ? "Not tried yet" : undefined}>{useNames[externalIdUse]}</span>
    ),
};

function CloudStatusCell({ cloud: { status } }: { cloud: Cloud }) {
  if (status.reason === null) return <CloudStateMark state={status.state} />;
  return (
    <Tooltip label={[shortReason(status.reason), status.action].filter(Boolean).join(" ")}>
      <span className={css.status}>
        <CloudStateMark state={status.state} />
        <span className={classes(css.reason, "muted trim")}>{shortReason(status.reason)}</span>
      </span>
    </Tooltip>
  );
}

const rank = ({ kind, key, value }: Cloud["badges"][number]) =>
  (kind === "user" ? 0 : 1000) + key.length + value.length;

function Badges({ cloud }: { cloud: Cloud }) {
  // The organization has a column of its own and the path stands in its tooltip. People's own badges come
  // first, then the short ones, of which more fit.
  const badges = cloud.badges
    .filter((badge) => badge.kind !== "system" && badge.key !== "cloud_org_path")
    .toSorted((one, other) => rank(one) - rank(other));
  let characters = 0;
  const shown = badges.filter(({ key, value }, at) => {
    characters += key.length + value.length + frameCharacters;
    return at === 0 || characters <= shownCharacters;
  });
  const more = badges.length - shown.length;
  return (
    <span className={css.badges}>
      {shown.map((badge) => (
        <BadgeMark key={badge.key} badge={badge} />
      ))}
      {more > 0 && (
        <Tooltip
          label={badges
            .slice(shown.length)
            .map((badge) => `${badge.key} = ${badge.value}`)
            .join(", ")}
        >
          <span className={`muted ${css.more}`}>+{more}</span>
        </Tooltip>
      )}
    </span>
  );
}
