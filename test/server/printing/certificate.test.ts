import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BrowserPool } from "../../../src/server/printing/browser-pool.ts";
import type { CertificateView } from "../../../src/server/printing/certificate-view.ts";
import {
  renderCertificate,
  renderCertificates,
  renderCertificateVolumes,
} from "../../../src/server/printing/render-certificate.ts";
import { pdfFacts } from "./pdf-facts.ts";

const example: CertificateView = JSON.parse(readFileSync("templates/certificate/example.json", "utf8"));
const firstRow = example.rows[0] ?? { title: "", subject: "", provider: "", period: "", hours: 0 };

function withRows(count: number, title: (index: number) => string): CertificateView {
  return {
    ...example,
    rows: Array.from({ length: count }, (_, index) => ({ ...firstRow, title: title(index) })),
  };
}

let pool: BrowserPool;
beforeAll(() => {
  pool = new BrowserPool();
});
afterAll(() => pool.close());

describe("a certificate", () => {
  it("is one A4 landscape page with Noto Serif SC embedded as TrueType and every field of CRT-06", async () => {
    const facts = pdfFacts(await renderCertificate(pool, example));
    expect(facts.pages).toBe(1);
    expect(facts.sizes).toEqual([[842, 595]]);
    expect(new Set(facts.fonts.map((font) => font.name))).toEqual(
      new Set(["NotoSerifSC-Regular", "NotoSerifSC-Bold", "NotoSerifSC-Black"]),
    );
    for (const font of facts.fonts) {
      expect(font.subtype).toBe("TrueType");
      expect(font.embeddedBytes).toBeGreaterThan(10_000);
    }
    const text = facts.text.join("");
    const { title, number, verifyCode, name, sex, maskedIdNumber, organizationName } = example;
    const { titleSeriesAndLevel, result, issuer, supervisor, issuedOn } = example;
    const printed = [title, number, verifyCode, name, sex, maskedIdNumber, organizationName];
    printed.push(titleSeriesAndLevel, result, issuer, supervisor, issuedOn);
    printed.push("30学时", "60学时", "90学时", "2025年度", "示例章 · 无效");
    for (const value of printed) expect(text).toContain(value);
    for (const row of example.rows) expect(text).toContain(row.title);
  });

  it("prints rare name characters from the embedded font, none missing", async () => {
    const facts = pdfFacts(await renderCertificate(pool, { ...example, name: "㛃䶮𬱖𠅤" }));
    expect(facts.text.join("")).toContain("㛃䶮𬱖𠅤");
    expect(facts.fonts.every((font) => font.name.startsWith("NotoSerifSC"))).toBe(true);
  });

  it("prints markup in a value as text", async () => {
    const name = `<b>王</b>"'&{{title}}`;
    const facts = pdfFacts(await renderCertificate(pool, { ...example, name }));
    expect(facts.text.join("")).toContain(name);
  });

  it("refuses a demonstration seal that does not say 示例", async () => {
    const seal = { text: "河南省人力资源和社会保障厅", demo: true };
    await expect(renderCertificate(pool, { ...example, seal })).rejects.toMatchObject({
      code: "printing.seal_not_sample",
    });
  });

  it("refuses a view that lacks a field instead of printing a gap", async () => {
    const { issuer: _, ...lacking } = example;
    await expect(renderCertificate(pool, lacking as CertificateView)).rejects.toThrow(/issuer/);
  });
});

describe("long learning lists", () => {
  it("keeps 40 rows, in order, on as many pages, each time the same", async () => {
    const view = withRows(40, (index) => `课程${index + 1}号${"关于工程实践的专题研修".repeat(index % 4)}`);
    const [first, second] = await renderCertificates(pool, [view, view]);
    const facts = pdfFacts(first ?? new Uint8Array());
    expect(pdfFacts(second ?? new Uint8Array()).text).toEqual(facts.text);
    expect(facts.pages).toBeGreaterThan(2);
    const text = facts.text.join("");
    const places = view.rows.map((row) => text.indexOf(row.title));
    expect(places.every((place) => place >= 0)).toBe(true);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    facts.text.forEach((page, index) => expect(page).toContain(`第 ${index + 1} 页　共 ${facts.pages} 页`));
    expect(text.match(/合　计/g)).toHaveLength(1);
  });

  it("keeps every row where the estimate of heights is wrong", async () => {
    // Words of wide capital letters take more room than the estimate gives to Latin text.
    const view = withRows(9, (index) => `WWWWWWWWWWWWWWWWWWWWWWWWWWWWWW${"MWMWMWMW".repeat(4)}${index}END`);
    const facts = pdfFacts(await renderCertificate(pool, view));
    const text = facts.text.join("");
    for (let index = 0; index < 9; index += 1) expect(text).toContain(`${index}END`);
    expect(text).toContain("合　计");
  });

  it("says so when a single value can never fit", async () => {
    const view = { ...example, remark: "超长备注".repeat(2_000) };
    await expect(renderCertificate(pool, view)).rejects.toMatchObject({ code: "printing.overflow" });
  });
});

describe("bulk printing", () => {
  it("puts at most 50 people in a file, in order, each with his own number and seal", async () => {
    const views = Array.from({ length: 52 }, (_, index) => ({ ...example, number: `编号${index}号` }));
    const volumes = [];
    for await (const volume of renderCertificateVolumes(pool, views)) volumes.push(volume);
    expect(volumes.map(({ from, count }) => [from, count])).toEqual([
      [0, 50],
      [50, 2],
    ]);
    const pages = volumes.flatMap((volume) => pdfFacts(volume.pdf).text);
    expect(pages).toHaveLength(52);
    pages.forEach((page, index) => {
      expect(page).toContain(`编号${index}号`);
      expect(page).toContain("示例章 · 无效");
    });
  });
});
