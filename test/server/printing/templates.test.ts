import { existsSync, readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BrowserPool } from "../../../src/server/printing/browser-pool.ts";
import type { MergedCertificateView, TranscriptView } from "../../../src/server/printing/certificate-view.ts";
import {
  renderCertificate,
  renderMergedCertificate,
  renderTranscript,
} from "../../../src/server/printing/render-certificate.ts";
import { pdfFacts } from "./pdf-facts.ts";

function example<View>(name: string): View {
  return JSON.parse(readFileSync(`templates/${name}/example.json`, "utf8"));
}

const printers: Record<string, (pool: BrowserPool) => Promise<Uint8Array>> = {
  certificate: (pool) => renderCertificate(pool, example("certificate")),
  "merged-certificate": (pool) => renderMergedCertificate(pool, example("merged-certificate")),
  transcript: (pool) => renderTranscript(pool, example("transcript")),
};

let pool: BrowserPool;
beforeAll(() => {
  pool = new BrowserPool();
});
afterAll(() => pool.close());

/** Every text and number of a value, however deep, that is meant to be read on paper. */
function leaves(value: unknown, key = ""): string[] {
  if (key === "qrUrl" || typeof value === "boolean") return [];
  if (Array.isArray(value)) return value.flatMap((item) => leaves(item));
  if (typeof value === "object" && value !== null) {
    return Object.entries(value).flatMap(([name, inner]) => leaves(inner, name));
  }
  return [String(value)];
}

describe("every template", () => {
  const documents = readdirSync("templates").filter((name) => existsSync(`templates/${name}/template.hbs`));

  it("has a printer", () => {
    expect(Object.keys(printers).sort()).toEqual([...documents].sort());
  });

  it.each(documents)(
    "%s prints every value of its example on A4 landscape in the embedded font",
    async (name) => {
      const print = printers[name];
      if (print === undefined) throw new Error(`no printer for ${name}`);
      const facts = pdfFacts(await print(pool));
      expect(facts.sizes.every(([width, height]) => width === 842 && height === 595)).toBe(true);
      expect(facts.fonts.length).toBeGreaterThan(0);
      expect(facts.fonts.every((font) => font.name.startsWith("NotoSerifSC"))).toBe(true);
      const text = facts.text.join("");
      const values = leaves(example(name));
      expect(values.length).toBeGreaterThan(15);
      for (const value of values) expect(text).toContain(value);
    },
  );
});

describe("a merged certificate", () => {
  it("has a row per year, the sums, and goes on over the page when the years are many", async () => {
    const view = example<MergedCertificateView>("merged-certificate");
    const years = Array.from({ length: 16 }, (_, index) => ({
      year: 2010 + index,
      publicHours: 30.5,
      professionalHours: 60,
      totalHours: 90.5,
      result: "通过",
      number: `编号-${2010 + index}`,
    }));
    const facts = pdfFacts(await renderMergedCertificate(pool, { ...view, years }));
    const text = facts.text.join("");
    for (const { number } of years) expect(text).toContain(number);
    expect(text).toContain("合　计4889601448共 16 个年度");
    expect(facts.pages).toBe(2);
  });
});

describe("a transcript", () => {
  it("lists a year without learning and keeps twelve full years in order", async () => {
    const view = example<TranscriptView>("transcript");
    const year = view.years[1];
    if (year === undefined) throw new Error("the example has no second year");
    const years = Array.from({ length: 12 }, (_, index) => ({
      ...year,
      year: 2014 + index,
      rows: index === 3 ? [] : year.rows.map((row) => ({ ...row, title: `${2014 + index}${row.title}` })),
    }));
    const facts = pdfFacts(await renderTranscript(pool, { ...view, years }));
    const text = facts.text.join("");
    const places = years.flatMap((item) => item.rows.map((row) => text.indexOf(row.title)));
    expect(places.every((place) => place > 0)).toBe(true);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(text).toContain("2017应修 90 学时");
    expect(text).toContain("共 12 个年度，55 项学习记录1080");
  });
});
