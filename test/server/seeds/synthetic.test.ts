import { describe, expect, it } from "vitest";
import { fileTypeFromBuffer } from "file-type";
import { demonstrationTiles } from "../../../src/server/seeds/demonstration-people.ts";
import { samplePdf } from "../../../src/shared/sample-pdf.ts";
import { creditCode, identityNumber } from "../../../src/server/seeds/synthetic.ts";
import { creditCodeProblem } from "../../../src/shared/credit-code.ts";
import { birthDateOf, identityNumberProblem, sexOf } from "../../../src/shared/identity-number.ts";

describe("synthetic numbers", () => {
  it("are valid ID numbers with the birth date and sex asked for", () => {
    for (let serial = 0; serial < 1000; serial += 7) {
      const number = identityNumber("410105", "1988-02-29", serial);
      expect(identityNumberProblem(number, "2026-11-23")).toBeNull();
      expect(birthDateOf(number)).toBe("1988-02-29");
      expect(sexOf(number)).toBe(serial % 2 === 1 ? "1" : "2");
    }
  });

  it("are valid credit codes, each serial its own", () => {
    const codes = Array.from({ length: 500 }, (_, serial) => creditCode("91", "410105", serial * 13));
    for (const code of codes) expect(creditCodeProblem(code)).toBeNull();
    expect(new Set(codes).size).toBe(500);
  });

  it("give each demonstration account a number of its own", () => {
    expect(new Set(demonstrationTiles.map(({ idNumber }) => idNumber)).size).toBe(demonstrationTiles.length);
  });
});

describe("the sample file", () => {
  it("is recognised as a PDF whose cross-references are right", async () => {
    const text = Buffer.from(samplePdf("a (b) c")).toString("latin1");
    expect((await fileTypeFromBuffer(samplePdf("x")))?.mime).toBe("application/pdf");
    const start = Number(/startxref\n(\d+)/.exec(text)?.[1]);
    expect(text.slice(start, start + 4)).toBe("xref");
    const offsets = [...text.matchAll(/^(\d{10}) 00000 n/gm)].map(([, offset]) => Number(offset));
    offsets.forEach((offset, index) => {
      expect(text.slice(offset, offset + 7)).toBe(`${index + 1} 0 obj`);
    });
  });
});
