// Finds the definition files below a catalog folder and imports them. Works on src/ (.ts) and dist/ (.js)
// alike. Knows nothing of what a definition must say; check.ts does.
import { readdir } from "node:fs/promises";
import { extname, join, relative, sep } from "node:path";
import { pathToFileURL } from "node:url";

export const kinds = ["resource-types", "insights", "frameworks"] as const;
export type Kind = (typeof kinds)[number];

export interface Found {
  kind: Kind;
  /** Path below the catalog folder, for messages. */
  file: string;
  /** What the file's path says its id is: "aws.s3.bucket". */
  idOfPath: string;
  definition: unknown;
}

export interface Scanned {
  found: Found[];
  errors: string[];
}

/** Sorted by file, so that two scans of the same folder give the same catalog. */
export async function scan(root: string): Promise<Scanned> {
  const extension = extname(import.meta.filename);
  const perKind = await Promise.all(kinds.map((kind) => scanKind(root, kind, extension)));
  return {
    found: perKind.flatMap((one) => one.found),
    errors: perKind.flatMap((one) => one.errors),
  };
}

async function scanKind(root: string, kind: Kind, extension: string): Promise<Scanned> {
  const folder = join(root, kind);
  const { files, empty } = await filesBelow(folder, extension);
  const errors = empty.map((path) => `${relative(root, path)}: no definition in this folder`);
  const found = await Promise.all(
    files.map(async (path): Promise<Found | string> => {
      const file = relative(root, path);
      try {
        const { default: definition } = (await import(pathToFileURL(path).href)) as { default?: unknown };
        return { kind, file, idOfPath: idOf(relative(folder, path), extension), definition };
      } catch (cause) {
        return `${file}: cannot be imported: ${cause instanceof Error ? cause.message : String(cause)}`;
      }
    }),
  );
  return {
    found: found.filter((one) => typeof one !== "string"),
    errors: [...errors, ...found.filter((one) => typeof one === "string")],
  };
}

function idOf(path: string, extension: string): string {
  return path.slice(0, -extension.length).replaceAll(sep, ".");
}

async function filesBelow(folder: string, extension: string): Promise<{ files: string[]; empty: string[] }> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") return [];
    throw cause;
  });
  const files = entries
    .filter((entry) => entry.isFile() && isDefinition(entry.name, extension))
    .map((entry) => join(folder, entry.name));
  const below = await Promise.all(
    entries
      .filter((entry) => entry.isDirectory())
      .map((entry) => filesBelow(join(folder, entry.name), extension)),
  );
  const all = [...files, ...below.flatMap((one) => one.files)].sort();
  const empty = below.flatMap((one) => one.empty);
  return { files: all, empty: all.length === 0 && empty.length === 0 ? [folder] : empty };
}

function isDefinition(name: string, extension: string): boolean {
  return name.endsWith(extension) && !name.endsWith(`.test${extension}`) && !name.endsWith(".d.ts");
}
