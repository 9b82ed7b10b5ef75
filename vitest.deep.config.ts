import { defineConfig } from "vitest/config";

/** The full counts that the issues name: crash, race, random-path, mutation and fuzz tests. */
export default defineConfig({
  test: {
    include: ["test/**/*.deep.test.ts"],
    setupFiles: ["test/support/fuzz-seed.ts"],
    testTimeout: 1_500_000,
    hookTimeout: 300_000,
    maxWorkers: 1,
  },
});
