import { defineConfig } from "vitest/config";

/** Unit, API, rule, workflow and database tests. Browser tests: `vitest.web.config.ts`; full counts: `vitest.deep.config.ts`. */
export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/web/**", "test/**/*.deep.test.ts", "node_modules/**"],
    globalSetup: ["test/support/database-global-setup.ts"],
    setupFiles: ["test/support/fuzz-seed.ts", "test/support/shared-database.ts"],
    // Guards against hanging, generous enough for a busy machine; no test measures time.
    testTimeout: 120_000,
    hookTimeout: 240_000,
    maxWorkers: 2,
    // Files of a worker share loaded modules: loading them anew for each file took a third of the whole time. Every file
    // starts its own server on its own database and closes it again.
    isolate: false,
  },
});
