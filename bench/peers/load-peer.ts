import { createRequire } from "node:module";

/** Beside this file: `bench/peers/package.json` pins the peers, and its node_modules is never committed. */
const require = createRequire(import.meta.url);

export const howToInstall = "run `npm ci --prefix bench/peers --ignore-scripts` first (see bench/README.md)";

/** An engine that a bench measures beside ours, or null when the peers are not installed. */
export function loadPeer(name: string): unknown {
  try {
    return require(name);
  } catch (error) {
    if (error instanceof Error && Reflect.get(error, "code") === "MODULE_NOT_FOUND") return null;
    throw error;
  }
}
