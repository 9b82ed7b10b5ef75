import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
// @ts-expect-error the layer table is plain JavaScript: scripts run before anything is compiled
import { layers } from "../scripts/layers.mjs";
// @ts-expect-error likewise
import { config } from "../scripts/make-oxlintrc.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const oxlint = join(root, "node_modules/.bin/oxlint");

interface Layer {
  files: string[];
  groups: string[];
  packages: string[];
  message: string;
}

const table = layers as Layer[];

describe("the layer table", () => {
  const folder = mkdtempSync(join(root, ".architecture-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("is what .oxlintrc.json says", () => {
    const written = JSON.parse(readFileSync(join(root, ".oxlintrc.json"), "utf8"));
    expect(written).toEqual(JSON.parse(JSON.stringify(config)));
  });

  /** One bad import per layer, each in a file of that layer, linted with the real configuration. */
  it.each(table.map((layer) => [layer.message, layer] as const))("fires: %s", (message, layer) => {
    const place = layer.files[0]?.replace("/**", "") ?? "";
    const forbidden = layer.groups[0]?.replace("**/", "").replace("/**", "") ?? "";
    const path = join(folder, place, "probe.ts");
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(
      path,
      `import { a } from "../${forbidden}/thing.ts";\nimport b from "${layer.packages[0]}";\nexport const c = [a, b];\n`,
    );
    const own = JSON.parse(readFileSync(join(root, ".oxlintrc.json"), "utf8")) as Record<string, unknown>;
    const configPath = join(folder, "oxlintrc.json");
    writeFileSync(configPath, JSON.stringify({ ...own, ignorePatterns: [] }));
    const { stdout, status } = spawnSync(oxlint, ["-c", configPath, "-f", "json", path], {
      cwd: folder,
      encoding: "utf8",
    });
    const found = (
      JSON.parse(stdout) as { diagnostics: { code: string; message: string; help?: string }[] }
    ).diagnostics
      .filter((diagnostic) => diagnostic.code.includes("no-restricted-imports"))
      .filter((diagnostic) => `${diagnostic.message} ${diagnostic.help ?? ""}`.includes(message));
    expect(found.length).toBe(2);
    expect(status).not.toBe(0);
  });
});

describe("the lock file", () => {
  it("holds no download addresses", () => {
    expect(readFileSync(join(root, "package-lock.json"), "utf8")).not.toMatch(/"resolved": "https?:/);
  });

  it("names every package of every platform, or npm ci refuses it", () => {
    const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
      packages: Record<string, { optionalDependencies?: Record<string, string> }>;
    };
    const present = new Set(
      Object.keys(lock.packages).map((path) => path.slice(path.lastIndexOf("node_modules/") + 13)),
    );
    const wanted = Object.values(lock.packages).flatMap((entry) =>
      Object.keys(entry.optionalDependencies ?? {}),
    );
    expect(wanted.filter((name) => !present.has(name))).toEqual([]);
  });

  it("pins every direct dependency", () => {
    const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Record<
      string,
      Record<string, string>
    >;
    const loose = Object.entries({ ...manifest["dependencies"], ...manifest["devDependencies"] }).filter(
      ([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version),
    );
    expect(loose).toEqual([]);
  });
});

describe("transactions", () => {
  it("are opened in run-command.ts only", () => {
    const files = execFileSync(
      "git",
      ["grep", "-lE", "\\.transaction\\(|withTransaction\\(|\\.startSession\\(", "--", "src"],
      {
        cwd: root,
        encoding: "utf8",
      },
    );
    const ours = files.split("\n").filter((file) => file !== "" && !file.startsWith("src/embedded-db/"));
    expect(ours).toEqual(["src/server/run-command.ts"]);
  });
});
