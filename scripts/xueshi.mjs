#!/usr/bin/env node
/** The `xueshi` command: builds quietly when this is a clone, then runs `src/cli/main.ts`. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { build, install, prepare, root } from "./prepare.mjs";

if (existsSync(join(root, "package-lock.json"))) {
  prepare(() => {
    install({ quiet: true });
    build({ quiet: true });
  });
}
const { main } = await import("../dist/cli/main.js");
process.exitCode = await main(process.argv.slice(2));
