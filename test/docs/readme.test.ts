import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { projectRoot } from "../../src/shared/project-root.ts";

const read = (path: string) => readFileSync(join(projectRoot(), path), "utf8");
const english = read("README.md");
const chinese = read("README.zh-CN.md");
const papers = [
  "README.md",
  "README.zh-CN.md",
  "CONTRIBUTING.md",
  "bench/README.md",
  "docs/architecture.md",
  "docs/embedded-database.md",
  "docs/policy-packs.md",
];

/** The rows of all tables, cells trimmed. */
function rowsOf(text: string): string[][] {
  return text
    .split("\n")
    .filter((line) => line.startsWith("| ") && !line.startsWith("| |"))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

const codeOf = (cell = "") => [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? "");

describe.each(papers)("%s", (paper) => {
  const text = read(paper);

  it("links to and names only what there is", () => {
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map((match) => match[1] ?? "");
    for (const link of links) expect(existsSync(join(projectRoot(), dirname(paper), link)), link).toBe(true);
    const paths = [...text.matchAll(/`((?:src|test|bench|docs|scripts|bpmn|templates)\/[\w./-]+)`/g)];
    for (const [, path = ""] of paths) expect(existsSync(join(projectRoot(), path)), path).toBe(true);
  });

  it("names only scripts of package.json", () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    for (const [, name = ""] of text.matchAll(/npm run (?:-s )?([\w:]+)/g))
      expect(Object.keys(scripts)).toContain(name);
  });
});

describe("README.md", () => {
  it("has each setting that the server reads, with its default, and no other", () => {
    const source = read("src/server/env.ts");
    const known = [...source.matchAll(/^ {2}([A-Z][A-Z_]+): /gm)].map((match) => match[1] ?? "");
    const named = rowsOf(english).flatMap(([cell]) => codeOf(cell).filter((name) => /^[A-Z_]+$/.test(name)));
    expect(named.toSorted()).toEqual(known.toSorted());
  });

  it("names every xueshi command", () => {
    const commands = [...read("src/cli/main.ts").matchAll(/^ {2}(\w+): \{/gm)].map((match) => match[1] ?? "");
    expect(commands.length).toBeGreaterThan(5);
    const row = rowsOf(english).find(([cell]) => cell?.includes("xueshi -- --help"));
    expect(codeOf(row?.[1])).toEqual(expect.arrayContaining(commands));
  });
});

describe("README.zh-CN.md", () => {
  it("has the parts of README.md: headings, pictures, commands, folders, settings, scripts and figures", () => {
    const headings = (text: string) => text.match(/^## /gm)?.length;
    expect(headings(chinese)).toBe(headings(english));
    const pictures = (text: string) => text.match(/docs\/images\/[\w-]+\.png/g)?.toSorted();
    expect(pictures(chinese)).toEqual(pictures(english));
    const keys = (text: string) => rowsOf(text).flatMap((row) => codeOf(row[0]));
    expect(keys(chinese).toSorted()).toEqual(keys(english).toSorted());
    const benches = (text: string) =>
      rowsOf(text)
        .filter((row) => row.length === 3 && /\d/.test(row[1] ?? "") && !(row[0] ?? "").startsWith("`"))
        .map((row) => [row[2], row[1]?.match(/\d[\d,.]*/g)?.map((figure) => figure.replace(/[,.]$/, ""))]);
    expect(benches(english).length).toBeGreaterThan(8);
    expect(benches(chinese)).toEqual(benches(english));
  });
});
