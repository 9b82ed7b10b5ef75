/**
 * How fast certificates are printed: one PDF each, and many people in a file, against the same browser
 * printing an empty page. `npx tsx bench/printing/certificates.ts [count]`
 */
import { readFileSync } from "node:fs";
import { BrowserPool } from "../../src/server/printing/browser-pool.ts";
import type { CertificateView } from "../../src/server/printing/certificate-view.ts";
import {
  renderCertificates,
  renderCertificateVolumes,
} from "../../src/server/printing/render-certificate.ts";

const count = Number(process.argv[2] ?? 150);
const example: CertificateView = JSON.parse(readFileSync("templates/certificate/example.json", "utf8"));
const views = Array.from({ length: count }, (_, index) => ({
  ...example,
  number: `豫继教〔2025〕41${String(index).padStart(8, "0")}`,
  qrUrl: `https://example.invalid/verify/${index}`,
}));

const pool = new BrowserPool({
  executablePath: process.env.PUPPETEER_EXECUTABLE_PATH,
  libraryPath: process.env.LD_LIBRARY_PATH,
});

async function perSecond(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return (count * 1000) / (performance.now() - startedMs);
}

async function printEmpty(): Promise<void> {
  await Promise.all(views.map(() => pool.withPage((page) => page.pdf({ format: "a4", landscape: true }))));
}

async function printVolumes(): Promise<void> {
  let printed = 0;
  for await (const volume of renderCertificateVolumes(pool, views)) printed += volume.count;
  if (printed !== count) throw new Error(`printed ${printed} of ${count}`);
}

await renderCertificates(pool, views.slice(0, 4));
const empty = await perSecond(printEmpty);
const single = await perSecond(() => renderCertificates(pool, views));
const bulk = await perSecond(printVolumes);
await pool.close();

const line = (name: string, rate: number) =>
  console.log(`${name}: ${rate.toFixed(1)}/s = ${(rate / empty).toFixed(2)} x an empty page.pdf()`);
console.log(`${count} certificates, two pages of one browser`);
line("empty page, page.pdf() (baseline)", empty);
line("one PDF each", single);
line("50 people a file", bulk);
