// Builds the web from src/web into dist/web. The server knows nothing of Vite; Vitest shares only the alias.
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const inRepository = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const underVitest = process.env["VITEST"] !== undefined;

export default defineConfig({
  root: inRepository(underVitest ? "." : "src/web"),
  base: "/",
  plugins: [react()],
  resolve: { alias: [{ find: /^#(.*)/, replacement: `${inRepository("src")}/$1` }] },
  build: {
    outDir: inRepository("dist/web"),
    emptyOutDir: true,
    target: "es2023",
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
          ],
        },
      },
    },
  },
});
