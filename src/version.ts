// The version of this release, from package.json: one place that says it.
import { readFileSync } from "node:fs";

function read(): string {
  // Beside src/ in a checkout, two folders up when built into dist/src/.
  for (const path of ["../package.json", "../../package.json"]) {
    const url = new URL(path, import.meta.url);
    try {
      const { version } = JSON.parse(readFileSync(url, "utf8")) as { version?: string };
      if (version) return version;
    } catch (error) {
      if ((error as { code?: string }).code !== "ENOENT") throw error;
    }
  }
  throw new Error("package.json is missing");
}

export const version = read();
