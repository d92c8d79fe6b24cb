// What could not be read, and so may hide access.
import type { Holding } from "../../../nouns.ts";
import css from "./resource-access.module.css";

interface Unread {
  what: string;
  cloudId: Holding["holders"][number]["cloudId"];
  why: string;
}
export function NotRead({ of }: { of: Unread[] }) {
  const texts = [...new Set(of.map(({ what, why }) => `${what}: ${why}`))];
  if (texts.length === 0) return null;
  return (
    <details className={css.notRead}>
      <summary>Not everything could be read, so there may be more</summary>
      <ul>
        {texts.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    </details>
  );
}
