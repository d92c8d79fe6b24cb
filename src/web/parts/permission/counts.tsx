// What roles may do in one line of numbers.
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Permissions } from "../../nouns.ts";
import { PermissionMark, type PermissionVerdict } from "../mark.tsx";
import { whole } from "../number.ts";
import css from "./permission.module.css";

const order: [PermissionVerdict, keyof Permissions["counts"]][] = [
  ["allowed", "allowed"],
  ["denied", "denied"],
  ["conditional", "conditional"],
  ["unknown", "unknown"],
  ["not-applicable", "notApplicable"],
];

interface CountsProps {
  counts: Permissions["counts"];
  /** Each number leads to its cells of the matrix on this page. */
  isLinked?: boolean;
  children: ReactNode;
}
export function PermissionCounts({ counts, isLinked = false, children }: CountsProps) {
  return (
    <div className={css.top}>
      <ul className={css.counts} aria-label="Permissions by verdict">
        {order.map(([verdict, name]) => {
          const number = (
            <>
              <PermissionMark verdict={verdict} />
              <strong>{whole(counts[name])}</strong>
            </>
          );
          return (
            <li key={verdict}>
              {isLinked ? (
                <Link
                  to="."
                  search={{ tab: "permissions", filter: `verdict:${verdict}` }}
                  hash="matrix"
                  className={css.count}
                >
                  {number}
                </Link>
              ) : (
                <span className={css.count}>{number}</span>
              )}
            </li>
          );
        })}
      </ul>
      <span className={css.when}>{children}</span>
    </div>
  );
}
