// Region by action: every verdict at a glance, filtered by verdict and by the action's name; a cell opens its reasons.
import { Button } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { Permissions } from "../../../nouns.ts";
import { FilterBar } from "../../../parts/filter-bar.tsx";
import { type Filter, valuesOf } from "../../../parts/filter-text.ts";
import { useIsNarrow } from "../../../parts/is-narrow.ts";
import { useListUrl } from "../../../parts/list-url.ts";
import { PermissionMark, type PermissionVerdict, permissionName } from "../../../parts/mark.tsx";
import { plural } from "../../../parts/number.ts";
import { Section } from "../../../parts/section.tsx";
import type { SearchText } from "../../../search-text.ts";
import css from "./cloud-permissions.module.css";
import { Matrix } from "./matrix.tsx";
import { ByAction } from "./matrix-by-action.tsx";

export type MatrixRow = Permissions["matrix"][number];
const legend: PermissionVerdict[] = ["allowed", "denied", "conditional", "unknown", "not-applicable"];
const tokenKeys = ["verdict"];

export function MatrixSection({ permissions }: { permissions: Permissions }) {
  const { matrix, regions, regionsOff } = permissions;
  const { filter, isFiltered, setFilter, clear } = useListUrl(tokenKeys);
  const [isWhole, setWhole] = useState(false);
  const isNarrow = useIsNarrow();
  const navigate = useNavigate();
  const onOpen = (action: string, region: string) =>
    void navigate({
      to: ".",
      search: (was: SearchText) => ({ ...was, action, region }),
      resetScroll: false,
    });
  const wanted = valuesOf(filter, "verdict");
  const fitting = matrix.filter((row) => fits(row, filter));
  const isShort = !isFiltered && !isWhole;
  const shown = isShort ? fitting.filter((row) => !isAllowedEverywhere(row)) : fitting;
  const View = isNarrow ? ByAction : Matrix;
  return (
    <Section title="By action and region" id="matrix">
      <FilterBar
        keys={[
          {
            key: "verdict",
            label: "Verdict",
            isFacet: true,
            values: legend.map((value) => ({ value, label: permissionName(value) })),
          },
        ]}
        filter={filter}
        onChange={setFilter}
        textHint="Action, verdict:…"
      />
      <Legend />
      {shown.length > 0 && <View rows={shown} regions={regions} wanted={wanted} onOpen={onOpen} />}
      {isFiltered && shown.length === 0 && (
        <p className={css.none}>
          No action fits.{" "}
          <Button variant="subtle" onClick={clear}>
            Clear the filter
          </Button>
        </p>
      )}
      {isShort && shown.length < matrix.length && (
        <Button variant="subtle" onClick={() => setWhole(true)}>
          Show {plural(matrix.length - shown.length, "action")} allowed everywhere
        </Button>
      )}
      {regionsOff.length > 0 && (
        <p className={css.none}>
          Not applicable in {plural(regionsOff.length, "region")} that the account has not enabled:{" "}
          {regionsOff.join(", ")}. Nothing is asked there.
        </p>
      )}
    </Section>
  );
}

function fits({ action, verdicts }: MatrixRow, filter: Filter): boolean {
  const wanted = valuesOf(filter, "verdict");
  return (
    action.toLowerCase().includes(filter.text.trim().toLowerCase()) &&
    (wanted.length === 0 || verdicts.some((verdict) => verdict !== null && wanted.includes(verdict)))
  );
}

const isAllowedEverywhere = ({ verdicts }: MatrixRow) =>
  verdicts.every((verdict) => verdict === null || verdict === "allowed");

function Legend() {
  return (
    <ul className={css.legend} aria-label="Legend">
      {legend.map((verdict) => (
        <li key={verdict}>
          <PermissionMark verdict={verdict} />
        </li>
      ))}
      <li className="muted">empty: the action is not asked there</li>
    </ul>
  );
}
