// What mends a role: the way in words, and the commands to copy.
import type { CloudRole } from "../nouns.ts";
import { CopyBlock } from "./copy.tsx";

export function Mend({ text, commands }: NonNullable<CloudRole["mend"]>) {
  return (
    <>
      <p>{text}</p>
      {commands.length > 0 && <CopyBlock text={commands.join("\n")} label="commands that mend the role" />}
    </>
  );
}
