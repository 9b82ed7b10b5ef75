import type { Page } from "puppeteer-core";
import type { BrowserPool } from "./browser-pool.ts";
import { PrintingError } from "./printing-error.ts";

/** Makes the HTML of all owners; an owner's `tightness` below 1 asks for smaller tables. */
export type SheetHtml = (tightness: readonly number[]) => string;

const tightnessStep = 0.88;
const maxAttempts = 6;

/**
 * Prints sheets as one PDF, A4 landscape. Before printing, every sheet is measured: where a table does not
 * fit, its owner is laid out again with less room, so nothing is ever cut off silently. What does not fit
 * after six attempts is an error (`printing.overflow`) that names the owners by index.
 */
export async function printSheets(pool: BrowserPool, owners: number, html: SheetHtml): Promise<Uint8Array> {
  return pool.withPage(async (page) => {
    const tightness = Array.from({ length: owners }, () => 1);
    for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
      await page.setContent(html(tightness), { waitUntil: "load" });
      const overflowing = await overflowingOwners(page);
      if (overflowing.length === 0) return printPage(page);
      for (const owner of overflowing) tightness[owner] = (tightness[owner] ?? 1) * tightnessStep;
    }
    const owner = (await overflowingOwners(page)).join("、");
    throw new PrintingError("printing.overflow", `证书内容过长，无法排入版面（第 ${owner} 份，从 0 起）`);
  });
}

/** The indexes of the owners of whom a part is cut off. The page's own scripts are off; this is ours. */
async function overflowingOwners(page: Page): Promise<number[]> {
  const found: unknown = await page.evaluate(`
    [...document.querySelectorAll(".sheet")]
      .filter((sheet) => [sheet, ...sheet.querySelectorAll(".flow")].some((part) =>
        part.scrollHeight > part.clientHeight + 1 || part.scrollWidth > part.clientWidth + 1))
      .map((sheet) => Number(sheet.dataset.owner))
  `);
  return Array.isArray(found) ? [...new Set(found.filter((owner) => typeof owner === "number"))] : [];
}

function printPage(page: Page): Promise<Uint8Array> {
  return page.pdf({ preferCSSPageSize: true, printBackground: true, tagged: false, outline: false });
}
