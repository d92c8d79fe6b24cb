// Builds the web from src/web into dist/web. The server knows nothing of Vite.
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

const inRepository = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/**
 * The web reads method and path of the contract's literals and lets the server validate, so TypeBox
 * itself (25 of the 250 kB that a first load may have, 2026-11-22) stays out: every schema is blank, and so are summaries.
 */
const blankSchemas: Plugin = {
  name: "blank-schemas",
  enforce: "pre",
  resolveId: (id) => (id === "typebox" ? "\0blank-schemas" : null),
  load: (id) =>
    id === "\0blank-schemas"
      ? "const blank = () => ({ properties: {} }); export default new Proxy({}, { get: () => blank });"
      : null,
  /** What OpenAPI says of a route is for people who read OpenAPI. */
  transform: (code, id) =>
    id.includes("/src/contract/") ? code.replace(/^ +summary:\s*"(?:[^"\\]|\\.)*",$/gm, "") : null,
};

export default defineConfig({
  root: inRepository("src/web"),
  base: "/",
  plugins: [react(), blankSchemas],
  resolve: { alias: [{ find: /^#(.*)/, replacement: `${inRepository("src")}/$1` }] },
  build: {
    outDir: inRepository("dist/web"),
    emptyOutDir: true,
    target: "es2023",
    // ECharts alone is over the default; it comes after the page, never with the first load.
    chunkSizeWarningLimit: 600,
    rolldownOptions: {
      output: {
        // Libraries that change rarely, apart from our pages, so that a release leaves them in the browser's cache.
        codeSplitting: {
          groups: [
            { name: "react", test: /node_modules\/(react|react-dom|scheduler)\//, priority: 3 },
            {
              name: "tanstack",
              test: /node_modules\/@tanstack\/(react-router|router-core|history|react-query|query-core|react-store|store)\//,
              priority: 2,
            },
            // What the frame needs on every page. Left to themselves these parts fall into a chunk for each set of pages
            // that share one, and the first load of "Add organization" grew from 249 to 251 kB (2026-11-22).
            {
              name: "frame",
              test: /node_modules\/(@mantine\/hooks|@floating-ui|react-remove-scroll|@mantine\/core\/.*\/(core|Drawer|ModalBase|Modal|ScrollArea|Tooltip|Popover|Floating|FocusTrap|Portal|Overlay|Transition|Input|InputBase|TextInput|Button|ActionIcon|UnstyledButton|Loader|CloseButton|Paper|Menu|Skeleton))\//,
              priority: 1,
            },
          ],
        },
      },
    },
  },
});
