/**
 * The layer table: who may import whom. Kept once, here; `scripts/make-oxlintrc.mjs` writes it into
 * `.oxlintrc.json`, and `test/architecture.test.ts` proves that the linter fires for each line.
 */

/** @typedef {{ files: string[], groups: string[], packages: string[], message: string }} Layer */

const engines = ["bpmn-engine", "bpmn-elements", "json-rules-engine"];

/** @type {Layer[]} */
export const layers = [
  {
    files: ["src/shared/**"],
    groups: [
      "**/models/**",
      "**/rules/**",
      "**/workflows/**",
      "**/server/**",
      "**/web/**",
      "**/embedded-db/**",
      "**/cli/**",
    ],
    packages: ["koa", "mongoose", "mongodb", "react", ...engines],
    message: "src/shared imports nothing of ours but itself",
  },
  {
    files: ["src/models/**"],
    groups: ["**/rules/**", "**/workflows/**", "**/server/**", "**/web/**", "**/embedded-db/**", "**/cli/**"],
    packages: ["koa", "react", ...engines],
    message: "src/models may import only: shared",
  },
  {
    files: ["src/rules/**"],
    groups: [
      "**/models/**",
      "**/workflows/**",
      "**/server/**",
      "**/web/**",
      "**/embedded-db/**",
      "**/cli/**",
    ],
    packages: ["koa", "mongoose", "mongodb", "react", "bpmn-engine", "bpmn-elements"],
    message: "src/rules may import only: shared",
  },
  {
    files: ["src/workflows/**"],
    groups: ["**/server/**", "**/web/**", "**/embedded-db/**", "**/cli/**"],
    packages: ["koa", "react", "json-rules-engine"],
    message: "src/workflows may import only: shared, models, rules",
  },
  {
    files: ["src/embedded-db/**"],
    groups: [
      "**/shared/**",
      "**/models/**",
      "**/rules/**",
      "**/workflows/**",
      "**/server/**",
      "**/web/**",
      "**/cli/**",
    ],
    packages: ["koa", "mongoose", "mongodb", "react", ...engines],
    message: "src/embedded-db imports nothing of ours",
  },
  {
    files: ["src/server/**"],
    groups: ["**/web/**", "**/cli/**"],
    packages: ["react", ...engines],
    message: "src/server may import only: shared, models, rules, workflows (and embedded-db in database.ts)",
  },
  {
    files: ["src/server/commands/**", "src/server/queries/**"],
    groups: ["**/web/**", "**/cli/**", "**/routes/**", "**/http/**", "**/presenters/**"],
    packages: ["koa", "@koa/router", "react", ...engines],
    message: "commands and queries never see HTTP",
  },
  {
    files: ["src/web/**"],
    groups: [
      "**/models/**",
      "**/rules/**",
      "**/workflows/**",
      "**/server/**",
      "**/embedded-db/**",
      "**/cli/**",
    ],
    packages: ["koa", "mongoose", "mongodb", ...engines],
    message: "src/web may import only: shared",
  },
];
