import { defineConfig } from "vitest/config";

/** Unit, API, rule, workflow and database tests. Browser tests: `vitest.web.config.ts`; full counts: `vitest.deep.config.ts`. */
export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/web/**", "test/**/*.deep.test.ts", "node_modules/**"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});
