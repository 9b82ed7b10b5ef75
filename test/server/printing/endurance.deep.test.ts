import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BrowserPool } from "../../../src/server/printing/browser-pool.ts";
import type { CertificateView } from "../../../src/server/printing/certificate-view.ts";
import {
  renderCertificate,
  renderCertificateVolumes,
} from "../../../src/server/printing/render-certificate.ts";
import { pdfFacts } from "./pdf-facts.ts";

const example: CertificateView = JSON.parse(readFileSync("templates/certificate/example.json", "utf8"));
const row = example.rows[0] ?? { title: "", subject: "", provider: "", period: "", hours: 0 };

describe("printing for long", () => {
  let pool: BrowserPool;
  beforeAll(() => {
    pool = new BrowserPool({ recycleAfter: 150 });
  });
  afterAll(() => pool.close());

  it("gives 600 people their own certificates while the browser is replaced four times and killed once", async () => {
    const seen = new Set<number | undefined>();
    let done = 0;
    const printOne = async (index: number) => {
      const pdf = await renderCertificate(pool, {
        ...example,
        number: `编号${index}号`,
        name: `人员${index}`,
      });
      seen.add(await pool.processId());
      done += 1;
      const processId = await pool.processId();
      if (done === 300 && processId !== undefined) process.kill(processId, "SIGKILL");
      const text = pdfFacts(pdf).text.join("");
      return text.includes(`编号${index}号`) && text.includes(`人员${index}性别`);
    };
    const outcomes = await Promise.all(Array.from({ length: 600 }, (_, index) => printOne(index)));
    expect(outcomes.every(Boolean)).toBe(true);
    expect(seen.size).toBeGreaterThanOrEqual(4);
  }, 200_000);

  it("keeps every row of people with lists of any length in one bulk print", async () => {
    const views = Array.from({ length: 120 }, (_, person) => ({
      ...example,
      number: `编号${person}号`,
      rows: Array.from({ length: person % 47 }, (__, index) => ({
        ...row,
        title: `P${person}R${index}E${"混合Word宽度WWW与汉字".repeat((person * 7 + index * 3) % 6)}`,
      })),
    }));
    let volumes = 0;
    for await (const volume of renderCertificateVolumes(pool, views)) {
      volumes += 1;
      const text = pdfFacts(volume.pdf).text.join("");
      for (const [offset, view] of views.slice(volume.from, volume.from + volume.count).entries()) {
        const person = volume.from + offset;
        const missing = view.rows.filter((__, index) => !text.includes(`P${person}R${index}E`));
        expect(missing).toEqual([]);
      }
    }
    expect(volumes).toBe(3);
  }, 200_000);
});
