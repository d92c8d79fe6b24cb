// Global search (⌘K, Ctrl-K): pages and actions at once, clouds, resources and insights as they answer.
import { Spotlight, type SpotlightActionData, type SpotlightActionGroupData } from "@mantine/spotlight";
import "@mantine/spotlight/styles.layer.css";
import { useDebouncedValue } from "@mantine/hooks";
import { createSpotlight } from "@mantine/spotlight";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { listBadgeValues } from "#contract/badge.ts";
import { listClouds } from "#contract/cloud.ts";
import { listInsights, listResources } from "#contract/inventory.ts";
import { useMay, useRead } from "../queries.ts";
import { entries } from "./entries.ts";
import { pairToken, printFilter } from "./filter-text.ts";
import { Icon, type IconName } from "./icon.tsx";
import { SeverityMark } from "./mark.tsx";
import { plural } from "./number.ts";
import css from "./search.module.css";

const [store, spotlight] = createSpotlight();
const shown = 6;

const badgeFilter = (key: string, value: string) =>
  printFilter({ tokens: [{ key: "badge", value: pairToken(key, value) }], text: "" });

export default function Search({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const [text, setText] = useState("");
  const [q] = useDebouncedValue(text.trim(), 150);
  const navigate = useNavigate();
  const mayAdd = useMay("organizations:write");
  const mayAddCloud = useMay("clouds:write");
  useEffect(() => {
    if (isOpen) spotlight.open();
    else spotlight.close();
  }, [isOpen]);
  const options = { enabled: isOpen && q.length > 1, keepPrevious: true };
  const clouds = useRead(listClouds, { query: { q, limit: shown } }, options);
  const resources = useRead(listResources, { query: { q, limit: shown } }, options);
  const insights = useRead(listInsights, { query: { q } }, options);
  const badges = useRead(listBadgeValues, { query: { q, limit: shown } }, options);

  const page = (to: string, label: string, icon: IconName): SpotlightActionData => ({
    id: to,
    label,
    leftSection: <Icon name={icon} />,
    onClick: () => void navigate({ to }),
  });
  const fits = (action: SpotlightActionData) =>
    action.label?.toLowerCase().includes(text.trim().toLowerCase()) ?? false;
  const pages = entries.map(({ to, label, icon }) => page(to, label, icon));
  pages.push(page("/organizations", "Organizations", "clouds"));
  if (mayAdd) pages.push(page("/organizations/add", "Add organization", "plus"));
  if (mayAddCloud) pages.push(page("/clouds/add", "Add cloud", "plus"));
  const isSearching = q.length > 1 && text.trim().length > 1;
  const groups: SpotlightActionGroupData[] = [{ group: "Pages", actions: pages.filter(fits) }];
  if (isSearching) {
    groups.push(
      {
        group: "Clouds",
        actions: (clouds.data?.items ?? []).map((cloud) => ({
          id: cloud.id,
          label: cloud.name,
          description: cloud.accountId,
          leftSection: <Icon name="clouds" />,
          onClick: () => void navigate({ to: "/clouds/$id", params: { id: cloud.id } }),
        })),
      },
      {
        group: "Badges",
        actions: (badges.data?.items ?? []).map(({ key, value, clouds: count }) => ({
          id: `badge ${key} ${value}`,
          label: `${key} = ${value}`,
          description: plural(count, "cloud"),
          leftSection: <Icon name="clouds" />,
          onClick: () => void navigate({ to: "/clouds", search: { filter: badgeFilter(key, value) } }),
        })),
      },
      {
        group: "Resources",
        actions: (resources.data?.items ?? []).map((resource) => ({
          id: resource.id,
          label: resource.name ?? resource.nativeId,
          description: `${resource.type} · ${resource.cloudName} › ${resource.region}`,
          leftSection: <Icon name="inventory" />,
          onClick: () => void navigate({ to: "/inventory/$id", params: { id: resource.id } }),
        })),
      },
      {
        group: "Insights",
        actions: (insights.data?.items ?? []).slice(0, shown).map((insight) => ({
          id: insight.id,
          label: insight.title,
          description: insight.id,
          leftSection: <SeverityMark severity={insight.severity} />,
          onClick: () => void navigate({ to: "/insights/$id", params: { id: insight.id } }),
        })),
      },
    );
  }
  const isWaiting = isSearching && [clouds, resources, insights, badges].some(({ isFetching }) => isFetching);
  return (
    <Spotlight
      store={store}
      actions={groups.filter((group) => group.actions.length > 0)}
      filter={(_, actions) => actions}
      query={text}
      onQueryChange={setText}
      onSpotlightClose={onClose}
      overlayProps={{ blur: 0, backgroundOpacity: 0.25 }}
      title="Search"
      classNames={{
        actionsGroup: css.group ?? "",
        action: css.action ?? "",
        actionDescription: css.description ?? "",
        header: "offscreen",
      }}
      transitionProps={{ duration: 0 }}
      shortcut={null}
      clearQueryOnClose
      scrollable
      maxHeight="60vh"
      nothingFound={isWaiting ? "Searching…" : "Nothing found"}
      searchProps={{
        leftSection: <Icon name="search" />,
        placeholder: "Clouds, badges, resources by name, ARN, id or IP, insights, pages",
        "aria-label": "Search",
      }}
    />
  );
}
