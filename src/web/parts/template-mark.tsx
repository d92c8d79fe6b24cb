// Which template made a role, and whether it is the one of this release.
import type { CloudRole } from "../nouns.ts";

export function TemplateMark({ template }: { template: CloudRole["template"] }) {
  if (template === null) return <span className="muted">none: made by hand</span>;
  const { version, release, isCurrent } = template;
  return (
    <>
      <span className="mono">{version}</span>{" "}
      <span className="muted">{isCurrent ? "of this release" : ageOf(release)}</span>
    </>
  );
}

function ageOf(release: string | null): string {
  return release === null
    ? "of a release that this one does not know"
    : `of release ${release}, not of this one`;
}
