import type { Page } from "puppeteer-core";
import type { BrowserPool } from "./browser-pool.ts";
import { PrintingError } from "./printing-error.ts";
import { sheetBodies, sheetFrame } from "./sheet-document.ts";
import type { SheetPlace } from "./sheet-series.ts";
import type { TemplateName } from "./templates.ts";

/** One file to print: `sheets` makes the template's view of one owner, at the place given. */
export interface SheetFile {
  template: TemplateName;
  owners: number;
  sheets: (place: SheetPlace) => object;
}

const tightnessStep = 0.88;
const maxAttempts = 6;

/** Which frame a page shows: style and ground are parsed once per page, not once per certificate. */
const shownFrames = new WeakMap<Page, TemplateName>();

/**
 * Prints sheets as one PDF, A4 landscape. Before printing, every sheet is measured: where a table does not
 * fit, its owner is laid out again with less room, so nothing is ever cut off silently. What does not fit
 * after six attempts is an error (`printing.overflow`) that names the owners by index.
 */
export async function printSheets(pool: BrowserPool, file: SheetFile): Promise<Uint8Array> {
  return pool.withPage(async (page) => {
    await showFrame(page, file.template);
    const tightness = Array.from({ length: file.owners }, () => 1);
    let overflowing: number[] = [];
    for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
      const owners = tightness.map((value, owner) => file.sheets({ owner, tightness: value }));
      overflowing = await showAndMeasure(page, sheetBodies(file.template, owners));
      if (overflowing.length === 0) return printPage(page);
      for (const owner of overflowing) tightness[owner] = (tightness[owner] ?? 1) * tightnessStep;
    }
    const names = overflowing.map((owner) => owner + 1).join("、");
    throw new PrintingError("printing.overflow", `证书内容过长，无法排入版面（第 ${names} 份）`);
  });
}

async function showFrame(page: Page, template: TemplateName): Promise<void> {
  if (shownFrames.get(page) === template) return;
  shownFrames.delete(page);
  await page.setContent(sheetFrame(template), { waitUntil: "load" });
  shownFrames.set(page, template);
}

/**
 * Puts the sheets on the page and returns the indexes of the owners of whom a part is cut off. The page's own
 * scripts are off; this one comes from outside, and the frame's content security policy stays in force.
 */
async function showAndMeasure(page: Page, sheets: string): Promise<number[]> {
  const found: unknown = await page.evaluate(`
    document.querySelector("main").innerHTML = ${JSON.stringify(sheets)};
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
