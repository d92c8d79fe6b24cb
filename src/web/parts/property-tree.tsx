// A document as a tree that can be searched, gaps shown where they are; or as raw JSON.
import { Button, SegmentedControl, TextInput } from "@mantine/core";
import { useMemo, useState } from "react";
import type { ResourceDetail } from "../nouns.ts";
import { CopyBlock, CopyMark } from "./copy.tsx";
import { Icon } from "./icon.tsx";
import css from "./property-tree.module.css";
import { Empty } from "./state.tsx";

interface Line {
  path: string;
  name: string;
  depth: number;
  /** JSON of a leaf, or how much a branch holds. */
  text: string;
  isBranch: boolean;
  kind: string;
}
const maxLines = 400;
const startsOpenDepth = 2;

export function linesOf(value: unknown, path = "", name = "", depth = 0): Line[] {
  if (value === null || typeof value !== "object") {
    return [
      {
        path,
        name,
        depth,
        text: JSON.stringify(value) ?? "",
        isBranch: false,
        kind: value === null ? "null" : typeof value,
      },
    ];
  }
  const isList = Array.isArray(value);
  const entries = Object.entries(value);
  const own: Line[] =
    path === ""
      ? []
      : [
          {
            path,
            name,
            depth,
            text: isList ? `[${entries.length}]` : `{${entries.length}}`,
            isBranch: entries.length > 0,
            kind: "branch",
          },
        ];
  return own.concat(
    entries.flatMap(([key, child]) =>
      linesOf(
        child,
        isList ? `${path}[${key}]` : path === "" ? key : `${path}.${key}`,
        isList ? `[${key}]` : key,
        path === "" ? 0 : depth + 1,
      ),
    ),
  );
}

interface TreeProps {
  properties: Record<string, unknown>;
  gaps: ResourceDetail["gaps"];
}
export function PropertyTree({ properties, gaps }: TreeProps) {
  const [view, setView] = useState("tree");
  const [text, setText] = useState("");
  return (
    <>
      <div className={css.tools}>
        <TextInput
          size="xs"
          className={css.search}
          aria-label="Search properties"
          placeholder="Name or value"
          leftSection={<Icon name="search" size={14} />}
          value={text}
          disabled={view === "raw"}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <SegmentedControl
          size="xs"
          value={view}
          onChange={setView}
          data={[
            { value: "tree", label: "Tree" },
            { value: "raw", label: "JSON" },
          ]}
          aria-label="View"
        />
      </div>
      {gaps.map((gap) => (
        <div key={`${gap.path} ${gap.operation}`} className={`${css.gap} hatched`}>
          <p>
            <strong className="mono">{gap.path === "" ? "The whole resource" : gap.path}</strong> is unknown:{" "}
            <span className="mono">{gap.operation}</span> answered {gap.code}. {gap.message}
          </p>
        </div>
      ))}
      {view === "raw" ? (
        <CopyBlock text={JSON.stringify(properties, null, 2)} label="JSON" />
      ) : (
        <Tree properties={properties} text={text.trim().toLowerCase()} />
      )}
    </>
  );
}

function Tree({ properties, text }: { properties: Record<string, unknown>; text: string }) {
  const lines = useMemo(() => linesOf(properties), [properties]);
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const [limit, setLimit] = useState(maxLines);
  const isOpen = (line: Line) => toggled.has(line.path) !== line.depth < startsOpenDepth;
  const shown = text === "" ? visible(lines, isOpen) : matching(lines, text);
  const toggle = (path: string) => {
    const next = new Set(toggled);
    if (!next.delete(path)) next.add(path);
    setToggled(next);
  };
  if (shown.length === 0) return <Empty title={text === "" ? "No properties" : "No property fits"} />;
  return (
    <ul className={css.tree}>
      {shown.slice(0, limit).map((line) => (
        <li key={line.path} className={css.line} style={{ paddingLeft: line.depth * 16 }}>
          {line.isBranch && text === "" ? (
            <button
              type="button"
              className={css.fold}
              aria-expanded={isOpen(line)}
              onClick={() => toggle(line.path)}
            >
              <Icon name={isOpen(line) ? "down" : "right"} size={12} />
              {line.name}
              <span className={css.size}>{line.text}</span>
            </button>
          ) : (
            <>
              <span className={css.name}>{text === "" ? line.name : line.path}</span>
              <span className={css.value} data-kind={line.kind}>
                {line.text}
              </span>
              {!line.isBranch && (
                <span className={css.copy}>
                  <CopyMark value={line.text.replace(/^"|"$/g, "")} label={line.name} />
                </span>
              )}
            </>
          )}
        </li>
      ))}
      {shown.length > limit && (
        <li>
          <Button variant="subtle" onClick={() => setLimit(limit * 4)}>
            Show more of {shown.length} lines
          </Button>
        </li>
      )}
    </ul>
  );
}

function visible(lines: Line[], isOpen: (line: Line) => boolean): Line[] {
  const shown: Line[] = [];
  let closedDepth = Number.POSITIVE_INFINITY;
  for (const line of lines) {
    if (line.depth > closedDepth) continue;
    closedDepth = line.isBranch && !isOpen(line) ? line.depth : Number.POSITIVE_INFINITY;
    shown.push(line);
  }
  return shown;
}

function matching(lines: Line[], text: string): Line[] {
  return lines
    .filter(
      (line) =>
        line.path.toLowerCase().includes(text) || (!line.isBranch && line.text.toLowerCase().includes(text)),
    )
    .map((line) => ({ ...line, depth: 0 }));
}
