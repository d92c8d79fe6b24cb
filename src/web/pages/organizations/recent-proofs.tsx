// Proofs of organizations that were left, so that they are found again.
import { Link } from "@tanstack/react-router";
import { listAccessProofs } from "#contract/leaving.ts";
import type { AccessProof } from "../../nouns.ts";
import { plural } from "../../parts/number.ts";
import { Facts, Section } from "../../parts/section.tsx";
import { useMay, useRead } from "../../queries.ts";

const shownProofs = 5;

export function RecentProofs() {
  const maySee = useMay("organizations:write");
  const read = useRead(listAccessProofs, { query: { limit: shownProofs } }, { enabled: maySee });
  const left = read.data?.items.filter(({ removedAt }) => removedAt !== null) ?? [];
  if (left.length === 0) return null;
  return (
    <Section title="Organizations that were left">
      <Facts
        rows={left.map((proof) => [
          proof.nickname,
          <Link key={proof.id} to="/access-proofs/$id" params={{ id: proof.id }}>
            {told(proof)}
          </Link>,
        ])}
      />
    </Section>
  );
}

function told({ roles, state }: AccessProof): string {
  if (state === "running") return `${plural(roles.total - roles.left, "role")} of ${roles.total} tried`;
  if (roles.works > 0) return `${plural(roles.works, "role")} can still be assumed`;
  return roles.refused === roles.total ? "No role can be assumed any more" : "Not proven";
}
