import { defineConfig } from "vitest/config";

/**
 * Pages in a real browser against a real server on a throw-away database, one of each for a worker. Needs the build in
 * dist/web.
 */
export default defineConfig({
  test: {
    include: ["test/web/**/*.test.ts"],
    setupFiles: ["test/web/visitors.ts"],
    globalSetup: ["test/support/web-global-setup.ts"],
    testTimeout: 240_000,
    hookTimeout: 300_000,
    maxWorkers: 2,
    // Files of a worker share loaded modules; each has a browser of its own.
    isolate: false,
  },
});
