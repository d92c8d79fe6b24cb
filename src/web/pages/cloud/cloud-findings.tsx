// The open findings of one cloud, gravest first as the server gives them.
import { useNavigate } from "@tanstack/react-router";
import { listFindings } from "#contract/inventory.ts";
import type { Finding } from "../../nouns.ts";
import { Identity } from "../../parts/identity.tsx";
import { type Column, List } from "../../parts/list.tsx";
import { SeverityMark } from "../../parts/mark.tsx";
import { Empty } from "../../parts/state.tsx";
import { Time } from "../../parts/time.tsx";
import { usePages } from "../../queries.ts";

const columns: Column<Finding>[] = [
  {
    id: "insight",
    header: "Finding",
    width: "minmax(240px, 2fr)",
    narrow: "first",
    cell: (finding) => (
      <Identity mark={<SeverityMark severity={finding.severity} />} name={finding.insightTitle} />
    ),
  },
  {
    id: "resource",
    header: "Resource",
    width: "minmax(180px, 1.6fr)",
    narrow: "second",
    cell: (finding) => (
      <Identity name={finding.resourceName ?? finding.resourceNativeId} second={finding.resourceType} />
    ),
  },
  { id: "region", header: "Region", width: "110px", narrow: "second", cell: (finding) => finding.region },
  {
    id: "opened",
    header: "Opened",
    width: "90px",
    narrow: "beside",
    cell: (finding) => <Time at={finding.openedAt} />,
  },
];

export function CloudFindings({ cloudId }: { cloudId: string }) {
  const navigate = useNavigate();
  const source = usePages(listFindings, { query: { cloudId: [cloudId] } });
  return (
    <List
      words={["finding", "findings"]}
      columns={columns}
      source={source}
      idOf={(finding) => finding.id}
      onOpen={({ id }) =>
        void navigate({ to: "/findings/$id", params: { id }, search: { filter: `cloud:${cloudId}` } })
      }
      empty={
        <Empty title="No open findings">
          Nothing that was read and judged in this cloud fails an insight.
        </Empty>
      }
    />
  );
}
