// Severity, verdict, cloud state and badge as everybody sees them everywhere: colour and letter or shape.
import { Tooltip } from "@mantine/core";
import type { permissionVerdicts } from "#contract/permission.ts";
import type { CloudState } from "#model/cloud.ts";
import { type Severity, type SeverityCounts, severities, type Verdict } from "#model/verdict.ts";
import { classes } from "./classes.ts";
import { Icon, type IconName } from "./icon.tsx";
import css from "./mark.module.css";
import { whole } from "./number.ts";

export type PermissionVerdict = (typeof permissionVerdicts)[number];

const severityNames: Record<Severity, string> = {
  critical: "Critical",
  high: "High",
  medium: "Medium",
  low: "Low",
  info: "Info",
};
export const severityName = (severity: Severity) => severityNames[severity];

export function SeverityMark({ severity, labelled = false }: { severity: Severity; labelled?: boolean }) {
  const name = severityNames[severity];
  const square = (
    <span className={classes(css.severity, css[severity])} role="img" aria-label={name} title={name}>
      {name.charAt(0)}
    </span>
  );
  if (!labelled) return square;
  return (
    <span className={css.labelled}>
      {square}
      {name}
    </span>
  );
}

/** The three gravest counts that are not zero; "0" when there is nothing. */
export function SeverityCountsMark({ counts }: { counts: SeverityCounts }) {
  const present = severities.filter((severity) => counts[severity] > 0).slice(0, 3);
  if (present.length === 0) return <span className="muted">0</span>;
  return (
    <span className={css.counts}>
      {present.map((severity) => (
        <span key={severity} className={css.count}>
          <span className={classes(css.dot, css[severity])} aria-hidden="true" />
          <span aria-hidden="true">{severityNames[severity].charAt(0)}</span>
          <span className="offscreen">{severityNames[severity]}</span>
          {whole(counts[severity])}
        </span>
      ))}
    </span>
  );
}

interface Look {
  label: string;
  icon: IconName;
  tone: "good" | "bad" | "warn" | "quiet";
  unsure?: boolean;
}

interface GlyphProps {
  look: Look;
  isSquare: boolean;
  /** The glyph alone, where something else says the word. */
  isBare?: boolean;
}
function GlyphLabel({ look, isSquare, isBare = false }: GlyphProps) {
  const isUnsure = look.unsure === true;
  return (
    <span className={css.labelled}>
      <span
        className={classes(
          css.glyph,
          css[look.tone],
          isUnsure && css.unsure,
          isUnsure && "hatched",
          isSquare && css.square,
        )}
        aria-hidden="true"
      >
        <Icon name={look.icon} size={10} />
      </span>
      {!isBare && look.label}
    </span>
  );
}

const verdictLooks: Record<Verdict, Look> = {
  pass: { label: "Pass", icon: "check", tone: "good" },
  fail: { label: "Fail", icon: "cross", tone: "bad" },
  unknown: { label: "Unknown", icon: "warning", tone: "quiet", unsure: true },
  "not-applicable": { label: "Not applicable", icon: "minus", tone: "quiet" },
};
export function VerdictMark({ verdict }: { verdict: Verdict }) {
  return <GlyphLabel look={verdictLooks[verdict]} isSquare={false} />;
}

const cloudLooks: Record<CloudState, Look> = {
  pending: { label: "Pending", icon: "clock", tone: "quiet", unsure: true },
  "awaiting-role": { label: "Awaiting role", icon: "clock", tone: "quiet", unsure: true },
  healthy: { label: "Healthy", icon: "check", tone: "good" },
  warning: { label: "Warning", icon: "warning", tone: "warn" },
  "assume-role-failed": { label: "Role cannot be assumed", icon: "cross", tone: "bad" },
  "invalid-credentials": { label: "Invalid credentials", icon: "cross", tone: "bad" },
  paused: { label: "Paused", icon: "pause", tone: "quiet" },
  suspended: { label: "Suspended", icon: "minus", tone: "quiet" },
  "out-of-scope": { label: "Out of scope", icon: "minus", tone: "quiet" },
  removing: { label: "Being removed", icon: "cross", tone: "quiet" },
};
export const cloudStateName = (state: CloudState) => cloudLooks[state].label;
export function CloudStateMark({ state }: { state: CloudState }) {
  return <GlyphLabel look={cloudLooks[state]} isSquare />;
}

const scopeLooks: Record<"due" | "running" | "complete" | "gap", Look> = {
  due: { label: "Due", icon: "clock", tone: "quiet", unsure: true },
  running: { label: "Running", icon: "sync", tone: "quiet" },
  complete: { label: "Complete", icon: "check", tone: "good" },
  gap: { label: "Gap", icon: "warning", tone: "warn" },
};
export function ScopeStateMark({ state }: { state: keyof typeof scopeLooks }) {
  return <GlyphLabel look={scopeLooks[state]} isSquare />;
}

const checkLooks: Record<"pass" | "warning" | "fail" | "skipped", Look> = {
  pass: { label: "Pass", icon: "check", tone: "good" },
  warning: { label: "Warning", icon: "warning", tone: "warn" },
  fail: { label: "Fail", icon: "cross", tone: "bad" },
  skipped: { label: "Skipped", icon: "minus", tone: "quiet", unsure: true },
};
export function CheckMark({ outcome }: { outcome: keyof typeof checkLooks }) {
  return <GlyphLabel look={checkLooks[outcome]} isSquare={false} />;
}

const permissionLooks: Record<PermissionVerdict, Look> = {
  allowed: { label: "Allowed", icon: "check", tone: "good" },
  denied: { label: "Denied", icon: "cross", tone: "bad" },
  conditional: { label: "Conditional", icon: "warning", tone: "warn" },
  unknown: { label: "Unknown", icon: "question", tone: "quiet", unsure: true },
  "not-applicable": { label: "Not applicable", icon: "minus", tone: "quiet" },
};
export const permissionName = (verdict: PermissionVerdict) => permissionLooks[verdict].label;
export function PermissionMark({ verdict, bare = false }: { verdict: PermissionVerdict; bare?: boolean }) {
  return <GlyphLabel look={permissionLooks[verdict]} isSquare isBare={bare} />;
}

interface BadgeMarkProps {
  badge: { key: string; value: string };
  /** Where there is room for all of it, 128 characters of key and 256 of value. */
  isWhole?: boolean;
}
export function BadgeMark({ badge, isWhole = false }: BadgeMarkProps) {
  return (
    <Tooltip label={`${badge.key} = ${badge.value}`} disabled={isWhole}>
      <span className={classes(css.badge, isWhole && css.whole)}>
        <span className={css.badgeKey}>{badge.key}</span>
        {badge.value !== "" && <span className={css.badgeValue}>{badge.value}</span>}
      </span>
    </Tooltip>
  );
}
