import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cleanCell } from "../../../src/server/spreadsheets/clean-cell.ts";
import { guardFormula, unguardFormula } from "../../../src/server/spreadsheets/formula-guard.ts";

describe("a cell", () => {
  it.each([
    ["  王\u3000芳\u200b ", "text", "王 芳"],
    ["４１０１０１１９９００１０１１２３ｘ", "code", "41010119900101123X"],
    ["138 0013 8000", "code", "13800138000"],
    ["2018/7/1", "date", "2018-07-01"],
    ["2018年7月1日", "date", "2018-07-01"],
    ["20180701", "date", "2018-07-01"],
    ["2018-07-01 00:00:00", "date", "2018-07-01"],
    ["2018-02-30", "date", "2018-02-30"],
    ["去年", "date", "去年"],
    ["2010.7", "month", "2010-07"],
    ["2010年07月", "month", "2010-07"],
    ["201007", "month", "2010-07"],
    ["2010-07-15", "month", "2010-07"],
    ["2010-13", "month", "2010-13"],
  ] as const)("%j as %s becomes %j", (typed, kind, expected) => {
    expect(cleanCell(typed, kind)).toBe(expected);
  });

  it("is cleaned once and for all", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.constantFrom("code", "date", "month"), (text, kind) => {
        const once = cleanCell(text, kind);
        // A guard that was typed twice is taken off once per reading; everything else is stable.
        fc.pre(!once.startsWith("'"));
        expect(cleanCell(once, kind)).toBe(once);
      }),
    );
  });
});

describe("the formula guard", () => {
  it.each(["=1+1", "+86", "-1", "@SUM(A1)", " =1", "\t=1", "＝1"])("guards %j", (text) => {
    expect(guardFormula(text)).toBe(`'${text}`);
  });

  it("leaves other texts alone and can always be taken back", () => {
    expect(guardFormula("王芳-1")).toBe("王芳-1");
    fc.assert(
      fc.property(fc.string(), (text) => {
        const guarded = guardFormula(text);
        expect(guarded).not.toMatch(/^\s*[=+\-@]/);
        fc.pre(!text.startsWith("'"));
        expect(unguardFormula(guarded)).toBe(text);
      }),
    );
  });
});
