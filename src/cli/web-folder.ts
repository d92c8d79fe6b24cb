// Where the built web lies: dist/web of a checkout, beside dist/src when installed.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** null: it was not built; the API is served alone. */
export function webFolder(): string | null {
  const path = import.meta.url.endsWith(".js") ? "../../web/" : "../../dist/web/";
  const folder = fileURLToPath(new URL(path, import.meta.url));
  return existsSync(`${folder}index.html`) ? folder : null;
}
