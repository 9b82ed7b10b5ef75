import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
// @ts-expect-error plain JavaScript: it runs before anything is compiled
import { isInstalled as untyped } from "../../scripts/prepare.mjs";

const isInstalled = untyped as (folder: string) => boolean;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "xs-install-"));
  lock("package-lock.json", {
    "": { name: "x" },
    "node_modules/a": { version: "1.0.0" },
    "node_modules/b": { version: "2.0.0", dev: true },
    "node_modules/other-machine": { version: "1.0.0", optional: true },
    "node_modules/this-machine": { version: "1.0.0", optional: true },
  });
  lock("node_modules/.package-lock.json", {
    "node_modules/a": { version: "1.0.0" },
    "node_modules/b": { version: "2.0.0" },
    "node_modules/this-machine": { version: "1.0.0" },
  });
  for (const name of ["a", "b", "this-machine"]) put(`node_modules/${name}/package.json`);
});
afterEach(() => rmSync(folder, { recursive: true }));

function put(path: string, text = "{}"): void {
  mkdirSync(join(folder, path, ".."), { recursive: true });
  writeFileSync(join(folder, path), text);
}

function lock(path: string, packages: object): void {
  put(path, JSON.stringify({ packages }));
}

/** `npm start` installs exactly when this says no (issue's §1: started again with nothing changed it installs nothing). */
describe("isInstalled", () => {
  it("is true for what npm has installed from this lock file", () => {
    expect(isInstalled(folder)).toBe(true);
  });

  it("is false on a fresh clone, and after an install that was interrupted", () => {
    rmSync(join(folder, "node_modules/.package-lock.json"));
    expect(isInstalled(folder)).toBe(false);
    rmSync(join(folder, "node_modules"), { recursive: true });
    expect(isInstalled(folder)).toBe(false);
  });

  it("is false when development packages were left out (npm ci under NODE_ENV=production)", () => {
    lock("node_modules/.package-lock.json", {
      "node_modules/a": { version: "1.0.0" },
      "node_modules/this-machine": { version: "1.0.0" },
    });
    expect(isInstalled(folder)).toBe(false);
  });

  it("is false when a version differs", () => {
    lock("node_modules/.package-lock.json", {
      "node_modules/a": { version: "1.0.1" },
      "node_modules/b": { version: "2.0.0" },
    });
    expect(isInstalled(folder)).toBe(false);
  });

  it.each(["a", "b", "this-machine"])("is false when the folder of %s has gone since", (name) => {
    rmSync(join(folder, "node_modules", name), { recursive: true });
    expect(isInstalled(folder)).toBe(false);
  });
});
