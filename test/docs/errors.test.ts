import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { errorCodes } from "../../src/shared/error-codes.ts";

const text = readFileSync(new URL("../../docs/errors.md", import.meta.url), "utf8");

describe("docs/errors.md", () => {
  it.each(Object.entries(errorCodes))(
    "explains %s with its status and message",
    (code, { status, message }) => {
      const line = text.split("\n").find((row) => row.startsWith(`| \`${code}\` |`));
      const [, , shownStatus, shownMessage, advice] = (line ?? "").split("|").map((cell) => cell.trim());
      expect([shownStatus, shownMessage]).toEqual([String(status), message]);
      expect(advice?.length ?? 0).toBeGreaterThan(10);
    },
  );

  it("names no code that does not exist", () => {
    const named = [...text.matchAll(/^\| `([\w.]+)` \|/gm)].map((match) => match[1]);
    expect(named.filter((code) => !Object.hasOwn(errorCodes, code ?? ""))).toEqual([]);
  });
});
