import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** Builds `src/web` into `dist/web`, one chunk per route. `manifest.json` feeds the size check in `bench/web`. */
export default defineConfig({
  root: "src/web",
  base: "/",
  plugins: [react()],
  build: {
    outDir: "../../dist/web",
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
