// The frameworks, each with its score and how much of the estate that score has seen.
import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { listFrameworks } from "#contract/inventory.ts";
import type { Framework } from "../../nouns.ts";
import { badgeQuery, badgeTokens, useBadgeKeys } from "../../parts/filter-badges.ts";
import { FilterBar } from "../../parts/filter-bar.tsx";
import { Page } from "../../parts/frame.tsx";
import { Identity } from "../../parts/identity.tsx";
import { type Column, List } from "../../parts/list.tsx";
import { useListUrl } from "../../parts/list-url.ts";
import { percent, whole } from "../../parts/number.ts";
import { ScoreBar } from "../../parts/score.tsx";
import { Empty } from "../../parts/state.tsx";
import { useRead } from "../../queries.ts";

const columns: Column<Framework>[] = [
  {
    id: "title",
    header: "Framework",
    width: "minmax(240px, 2fr)",
    narrow: "first",
    cell: (framework) => <Identity name={framework.title} second={framework.version} />,
  },
  {
    id: "publisher",
    header: "Publisher",
    width: "minmax(120px, 1fr)",
    narrow: "none",
    cell: ({ publisher }) => publisher,
  },
  {
    id: "bar",
    header: "Passed, failed, unknown",
    width: "minmax(140px, 1.5fr)",
    narrow: "second",
    cell: ({ score }) => <ScoreBar score={score} />,
  },
  {
    id: "failing",
    header: "Failing controls",
    width: "120px",
    isNumber: true,
    narrow: "none",
    cell: ({ controls }) =>
      `${whole(controls.filter(({ score }) => score.failed > 0).length)} of ${whole(controls.length)}`,
  },
  {
    id: "seen",
    header: "Seen",
    width: "72px",
    isNumber: true,
    narrow: "second",
    cell: ({ score }) => <span className="muted">{percent(score.coverage)}</span>,
  },
  {
    id: "score",
    header: "Score",
    width: "72px",
    isNumber: true,
    narrow: "beside",
    cell: ({ score }) => <strong>{percent(score.value)}</strong>,
  },
];

export function Compliance() {
  const navigate = useNavigate();
  const { filter, setFilter } = useListUrl(badgeTokens);
  const keys = useBadgeKeys();
  const read = useRead(listFrameworks, { query: badgeQuery(filter) }, { keepPrevious: true });
  const data = useMemo(() => read.data && { pages: [read.data] }, [read.data]);
  return (
    <Page title="Compliance">
      <FilterBar keys={keys} filter={filter} onChange={setFilter} />
      <List
        words={["framework", "frameworks"]}
        columns={columns}
        source={{ ...read, data, isFetchingNextPage: false, hasNextPage: false, fetchNextPage: () => {} }}
        idOf={(framework) => framework.id}
        onOpen={({ id }) => void navigate({ to: "/compliance/$id", params: { id }, search: true })}
        empty={<Empty title="No frameworks">The catalog of this installation holds no framework.</Empty>}
      />
    </Page>
  );
}
