import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { main } from "../../src/cli/main.ts";

const folder = mkdtempSync(join(tmpdir(), "xs-cli-"));
const before = process.env["DATA_DIR"];
beforeAll(() => {
  process.env["DATA_DIR"] = folder;
});
afterAll(() => {
  if (before === undefined) delete process.env["DATA_DIR"];
  else process.env["DATA_DIR"] = before;
  rmSync(folder, { recursive: true });
});

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  stdin.end();
  const code = await main(args, { stdin, stdout, stderr });
  const textOf = (stream: PassThrough) => String(stream.read() ?? "");
  return { code, out: textOf(stdout), err: textOf(stderr) };
}

const commands = ["serve", "demo", "audit", "ledger", "db", "rules", "bpmn"];

describe("xueshi", () => {
  it("lists every command and the exit codes", async () => {
    const { code, out, err } = await run("--help");
    expect([code, err]).toEqual([0, ""]);
    for (const name of commands) expect(out).toMatch(new RegExp(`^  ${name} `, "m"));
    expect(out).toContain("Exit codes: 0");
  });

  it("explains itself and exits 2 without a command, or with one that does not exist", async () => {
    expect(await run()).toMatchObject({ code: 2 });
    for (const name of ["paint", "__proto__", "toString"])
      expect(await run(name)).toMatchObject({ code: 2, out: "", err: expect.stringContaining(name) });
  });

  it.each(
    commands.flatMap((name) => [
      [name, "--help"],
      [name, "-h"],
      [name, "anything", "--help"],
    ]),
  )("%s %s %s: explains the command with its exit codes, exits 0", async (...args) => {
    const { code, out, err } = await run(...args.filter((arg) => arg !== undefined));
    expect([code, err]).toEqual([0, ""]);
    expect(out).toContain(`xueshi ${args[0]}`);
    expect(out).toMatch(/Exit codes/);
  });
});

describe("a wrong call", () => {
  it.each([
    ["serve", "--port", "3000"],
    ["serve", "now"],
    ["demo", "--out"],
    ["demo", "somewhere"],
    ["demo", "--out", "x", "y"],
    ["audit"],
    ["audit", "check"],
    ["audit", "verify", "--uri"],
    ["audit", "verify", "--url", "mongodb://127.0.0.1:1"],
    ["audit", "verify", "now"],
    ["ledger"],
    ["ledger", "rebuild", "--dry-run"],
    ["ledger", "rebuild", "--uri", "--check"],
    ["db"],
    ["db", "backup"],
    ["db", "verify", "x"],
    ["db", "toString", "x"],
    ["rules"],
    ["rules", "check", "--all"],
    ["rules", "publish"],
    ["rules", "publish", "a.json", "--uri"],
    ["rules", "versions", "--uri"],
    ["rules", "schema", "x"],
    ["rules", "hours"],
    ["rules", "hours", "--jsonl", "--packs"],
    ["bpmn"],
    ["bpmn", "simulate", "x.bpmn"],
  ])("xueshi %s %s %s %s exits 2 with the usage on stderr and does nothing", async (...args) => {
    const { code, out, err } = await run(...args.filter((arg) => arg !== undefined));
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain(`xueshi ${args[0]}`);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("what cannot be done", () => {
  it.each([
    ["audit", "verify"],
    ["ledger", "rebuild"],
    ["db", "verify"],
  ])("xueshi %s %s without a database exits 1 and makes none", async (...args) => {
    const { code, out, err } = await run(...args);
    expect([code, out]).toEqual([1, ""]);
    expect(err).not.toBe("");
    expect(readdirSync(folder)).toEqual([]);
  });

  it("a wrong setting is said in words, exit 1", async () => {
    process.env["SESSION_IDLE_MINUTES"] = "soon";
    try {
      expect(await run("audit", "verify")).toMatchObject({
        code: 1,
        out: "",
        err: expect.stringMatching(
          /^配置有 1 处问题 The configuration has 1 problem\(s\):\n {2}SESSION_IDLE_MINUTES: /,
        ),
      });
    } finally {
      delete process.env["SESSION_IDLE_MINUTES"];
    }
  });
});
