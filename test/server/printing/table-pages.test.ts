import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { splitTable, type TableRoom, widthEm } from "../../../src/server/printing/table-pages.ts";

const columnsOf = (text: string) => [{ text, widthMm: 80 }];
const room: TableRoom = { firstMm: 67, furtherMm: 146, tightness: 1 };
const rowTexts = fc.array(fc.string({ unit: fc.constantFrom("学", "a"), maxLength: 120 }), {
  maxLength: 120,
});
const rooms = fc.record({
  firstMm: fc.double({ min: 5, max: 80, noNaN: true }),
  furtherMm: fc.double({ min: 40, max: 150, noNaN: true }),
  tightness: fc.constantFrom(1, 0.88, 0.6),
});

describe("where a long table breaks", () => {
  it("keeps every row once, in order, whatever the rows and the room", () => {
    fc.assert(
      fc.property(rowTexts, rooms, (texts, anyRoom) => {
        const rows = texts.map((text, index) => ({ text, index }));
        const { pages } = splitTable(rows, (row) => columnsOf(row.text), anyRoom);
        expect(pages.flat()).toEqual(rows);
        expect(pages.slice(1).every((page) => page.length > 0)).toBe(true);
      }),
    );
  });

  it("shrinks only what then fits on one sheet", () => {
    fc.assert(
      fc.property(rowTexts, rooms, (texts, anyRoom) => {
        const { density, pages } = splitTable(texts, columnsOf, anyRoom);
        expect(density === "normal" || pages.length === 1).toBe(true);
      }),
    );
  });

  it("never has fewer sheets when there is less room", () => {
    fc.assert(
      fc.property(rowTexts, (texts) => {
        const roomy = splitTable(texts, columnsOf, room).pages.length;
        const tight = splitTable(texts, columnsOf, { ...room, tightness: 0.7 }).pages.length;
        expect(tight).toBeGreaterThanOrEqual(roomy);
      }),
    );
  });

  it("holds eight plain rows on the face at reading size, eleven compact, and goes on after that", () => {
    const plain = (count: number) =>
      splitTable(
        Array.from({ length: count }, () => "课程"),
        columnsOf,
        room,
      );
    expect(plain(0)).toEqual({ density: "normal", pages: [[]] });
    expect(
      [plain(7), plain(8), plain(11), plain(12)].map(({ density, pages }) => [density, pages.length]),
    ).toEqual([
      ["normal", 1],
      ["compact", 1],
      ["compact", 1],
      ["normal", 2],
    ]);
  });

  it("counts Chinese characters as one em, also beyond the basic plane", () => {
    expect(widthEm("学时𠅤")).toBe(3);
    expect(widthEm("abcde")).toBeCloseTo(3);
  });
});
