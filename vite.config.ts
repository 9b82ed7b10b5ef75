import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

const outDir = join(import.meta.dirname, "dist/web");

/**
 * Leaves `.br` and `.gz` beside each asset: the server hands them out as they are (koa-send), instead of compressing the
 * same megabytes for every visitor.
 */
function compressedAssets(): Plugin {
  return {
    name: "compressed-assets",
    apply: "build",
    closeBundle() {
      for (const name of readdirSync(join(outDir, "assets"))) {
        if (!/\.(js|css|svg)$/.test(name)) continue;
        const path = join(outDir, "assets", name);
        const content = readFileSync(path);
        const params = { [constants.BROTLI_PARAM_QUALITY]: 9 };
        writeFileSync(`${path}.br`, brotliCompressSync(content, { params }));
        writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
      }
    },
  };
}

/** Builds `src/web` into `dist/web`, one chunk per route. `manifest.json` feeds the size check in `bench/web`. */
export default defineConfig({
  root: "src/web",
  base: "/",
  plugins: [react(), compressedAssets()],
  build: {
    outDir,
    emptyOutDir: true,
    manifest: true,
    target: "es2022",
    chunkSizeWarningLimit: 900,
    rolldownOptions: {
      output: {
        // One chunk with zod and its settings: it runs before every chunk that makes a schema (see zod-setup.ts).
        codeSplitting: { groups: [{ name: "zod", test: /node_modules[\\/]zod[\\/]|zod-setup/ }] },
      },
    },
  },
  // `npm run dev` says where the API is.
  server: { proxy: { "/api": { target: `http://localhost:${process.env["API_PORT"] ?? "3000"}` } } },
});
