/** Writes `.oxlintrc.json` from the layer table and the rules below: `node scripts/make-oxlintrc.mjs`. */
import { writeFileSync } from "node:fs";
import { layers } from "./layers.mjs";

const rules = {
  "vitest/no-focused-tests": "error",
  "vitest/no-disabled-tests": "error",
  "typescript/no-floating-promises": ["error", { checkThenables: true }],
  "typescript/no-explicit-any": "error",
  "typescript/no-non-null-assertion": "error",
  "typescript/switch-exhaustiveness-check": "error",
  "max-lines": ["error", { max: 300 }],
  "max-lines-per-function": ["error", { max: 40, skipBlankLines: true, skipComments: true }],
  "max-params": ["error", { max: 3 }],
  complexity: ["error", { max: 10 }],
  "no-console": "error",
  "import/no-cycle": "error",
  "import/no-default-export": "error",
  "unicorn/filename-case": ["error", { case: "kebabCase" }],
  "node/no-process-env": "error",
  // Tastes that do not fit: messages show what was given, whatever it is; functions of plain objects have no `this`;
  // fields are grouped by spreading; `then` is an operand of MongoDB's $cond; assertions stand in helpers and loops.
  "typescript/no-base-to-string": "off",
  "typescript/no-misused-spread": "off",
  "typescript/unbound-method": "off",
  "unicorn/no-useless-spread": "off",
  "unicorn/no-thenable": "off",
  "vitest/expect-expect": "off",
  "vitest/no-conditional-expect": "off",
  "vitest/no-conditional-tests": "off",
  "vitest/no-standalone-expect": "off",
  "vitest/require-to-throw-message": "off",
  "vitest/valid-expect": ["warn", { maxArgs: 2 }],
};

const layerOverrides = layers.map((layer) => ({
  files: layer.files,
  rules: {
    "no-restricted-imports": [
      "error",
      {
        patterns: [{ group: layer.groups, message: layer.message }],
        paths: layer.packages.map((name) => ({ name, message: layer.message })),
      },
    ],
  },
}));

const overrides = [
  ...layerOverrides,
  {
    files: ["src/server/env.ts", "test/**", "bench/**", "scripts/**", "*.config.ts"],
    rules: { "node/no-process-env": "off" },
  },
  {
    files: ["src/web/**"],
    rules: { "max-lines-per-function": ["error", { max: 80, skipBlankLines: true, skipComments: true }] },
  },
  {
    files: ["test/**", "bench/**"],
    rules: { "max-lines-per-function": "off", "max-lines": "off", complexity: "off" },
  },
  { files: ["src/cli/**", "bench/**", "scripts/**"], rules: { "no-console": "off" } },
  { files: ["*.config.ts"], rules: { "import/no-default-export": "off" } },
];

export const config = {
  plugins: ["typescript", "import", "vitest", "unicorn", "node"],
  ignorePatterns: ["dist/**", "out/**", "data/**", "node_modules/**"],
  rules,
  overrides,
};

if (import.meta.url === `file://${process.argv[1]}`) {
  writeFileSync(new URL("../.oxlintrc.json", import.meta.url), `${JSON.stringify(config, null, 2)}\n`);
}
