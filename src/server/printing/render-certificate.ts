import type { BrowserPool } from "./browser-pool.ts";
import { certificateSheets } from "./certificate-sheets.ts";
import type { CertificateView, MergedCertificateView, TranscriptView } from "./certificate-view.ts";
import { mergedSheets } from "./merged-sheets.ts";
import { printSheets } from "./sheet-printer.ts";
import { transcriptSheets } from "./transcript-sheets.ts";

/** More people in one HTML cost more than their share: the layout of a page grows faster than its length. */
const certificatesPerFile = 50;

/** One certificate as a PDF, A4 landscape, fonts embedded (CRT-06, CRT-07). Errors: `printing.*`. */
export async function renderCertificate(pool: BrowserPool, view: CertificateView): Promise<Uint8Array> {
  return printCertificates(pool, [view]);
}

/** A PDF for each certificate, in the order given, as many at a time as the pool has pages. */
export async function renderCertificates(
  pool: BrowserPool,
  views: readonly CertificateView[],
): Promise<Uint8Array[]> {
  return Promise.all(views.map((view) => renderCertificate(pool, view)));
}

/** The years of one person on one document, a table row per year (CRT-04, CRT-06). Errors: `printing.*`. */
export async function renderMergedCertificate(
  pool: BrowserPool,
  view: MergedCertificateView,
): Promise<Uint8Array> {
  return printSheets(pool, {
    template: "merged-certificate",
    owners: 1,
    sheets: (place) => mergedSheets(view, place),
  });
}

/** The whole learning record of one person as a PDF (PER-16). Errors: `printing.*`. */
export async function renderTranscript(pool: BrowserPool, view: TranscriptView): Promise<Uint8Array> {
  return printSheets(pool, {
    template: "transcript",
    owners: 1,
    sheets: (place) => transcriptSheets(view, place),
  });
}

/** One volume of a bulk print: the certificates `from` to `from + count - 1` of the order given. */
export interface CertificateVolume {
  from: number;
  count: number;
  pdf: Uint8Array;
}

/**
 * Bulk printing (CRT-09): many people's certificates in few files, at most 50 each, yielded as soon as they
 * are ready, so that thousands never stand in memory at once.
 */
export async function* renderCertificateVolumes(
  pool: BrowserPool,
  views: readonly CertificateView[],
): AsyncGenerator<CertificateVolume> {
  const render = async (from: number): Promise<CertificateVolume> => {
    const part = views.slice(from, from + certificatesPerFile);
    return { from, count: part.length, pdf: await printCertificates(pool, part) };
  };
  let current = views.length > 0 ? render(0) : undefined;
  for (let from = 0; current !== undefined; from += certificatesPerFile) {
    // The next volume is printed while the caller stores this one.
    const nextFrom = from + certificatesPerFile;
    const next: Promise<CertificateVolume> | undefined =
      nextFrom < views.length ? render(nextFrom) : undefined;
    next?.catch(() => undefined);
    yield await current;
    current = next;
  }
}

function printCertificates(pool: BrowserPool, views: readonly CertificateView[]): Promise<Uint8Array> {
  return printSheets(pool, {
    template: "certificate",
    owners: views.length,
    sheets: (place) => {
      const view = views[place.owner];
      if (view === undefined) throw new RangeError(`no certificate at ${place.owner}`);
      return certificateSheets(view, place);
    },
  });
}
