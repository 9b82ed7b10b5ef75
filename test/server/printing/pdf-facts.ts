import { inflateSync } from "node:zlib";

/** What a test wants to know about a PDF, read from its objects, not from its bytes' looks. */
export interface PdfFacts {
  pages: number;
  /** Width and height of each page in points, rounded. */
  sizes: [number, number][];
  /** Base font names without the subset prefix (`NotoSerifSC-Bold`). */
  fonts: { name: string; subtype: string; embeddedBytes: number }[];
  /** The text of each page in drawing order, through the fonts' ToUnicode maps. */
  text: string[];
}

interface PdfObject {
  dictionary: string;
  stream: Buffer | undefined;
}

/** Reads a PDF as Chromium writes it: classic objects, Flate streams, CID fonts with two-byte codes. */
export function pdfFacts(bytes: Uint8Array): PdfFacts {
  const objects = readObjects(Buffer.from(bytes));
  const pages = [...objects.values()].filter((object) => /\/Type\s*\/Page\b(?!s)/.test(object.dictionary));
  return {
    pages: pages.length,
    sizes: pages.map(pageSize),
    fonts: readFonts(objects),
    text: pages.map((page) => pageText(objects, page)),
  };
}

function readObjects(file: Buffer): Map<number, PdfObject> {
  const latin = file.toString("latin1");
  const objects = new Map<number, PdfObject>();
  const start = /(?:^|[\r\n])(\d+) 0 obj\b/g;
  for (let match = start.exec(latin); match !== null; match = start.exec(latin)) {
    const from = match.index + match[0].length;
    const streamAt = latin.indexOf("stream", from);
    const endAt = latin.indexOf("endobj", from);
    if (streamAt === -1 || endAt < streamAt) {
      objects.set(Number(match[1]), { dictionary: latin.slice(from, endAt), stream: undefined });
      continue;
    }
    const dictionary = latin.slice(from, streamAt);
    const length = Number(/\/Length (\d+)/.exec(dictionary)?.[1]);
    const bodyAt = streamAt + (latin.startsWith("stream\r\n", streamAt) ? 8 : 7);
    const raw = file.subarray(bodyAt, bodyAt + length);
    objects.set(Number(match[1]), {
      dictionary,
      stream: dictionary.includes("/FlateDecode") ? inflateSync(raw) : raw,
    });
    start.lastIndex = bodyAt + length;
  }
  return objects;
}

function pageSize(page: PdfObject): [number, number] {
  const box = /\/MediaBox\s*\[([^\]]+)\]/.exec(page.dictionary)?.[1]?.trim().split(/\s+/).map(Number) ?? [];
  const [left = 0, bottom = 0, right = 0, top = 0] = box;
  return [Math.round(right - left), Math.round(top - bottom)];
}

function readFonts(objects: Map<number, PdfObject>): PdfFacts["fonts"] {
  return [...objects.values()]
    .filter((object) => /\/Type\s*\/FontDescriptor/.test(object.dictionary))
    .map(({ dictionary }) => {
      const name = /\/FontName\s*\/(?:[A-Z]{6}\+)?([^\s/>]+)/.exec(dictionary)?.[1] ?? "?";
      const file = /\/FontFile(\d?)\s+(\d+) 0 R/.exec(dictionary);
      const bytes = objects.get(Number(file?.[2]))?.stream?.length ?? 0;
      return { name, subtype: file?.[1] === "2" ? "TrueType" : "other", embeddedBytes: bytes };
    });
}

/** Font resource name (`F4`) to its code → text map, for one page. */
function pageFonts(objects: Map<number, PdfObject>, page: PdfObject): Map<string, Map<number, string>> {
  const fonts = new Map<string, Map<number, string>>();
  const resources = /\/Font\s*<<([^>]*)>>/.exec(page.dictionary)?.[1] ?? "";
  for (const [, name = "", id] of resources.matchAll(/\/(\S+) (\d+) 0 R/g)) {
    const font = objects.get(Number(id))?.dictionary ?? "";
    const map = objects.get(Number(/\/ToUnicode (\d+) 0 R/.exec(font)?.[1]))?.stream;
    fonts.set(name, map === undefined ? new Map() : codeMap(map.toString("latin1")));
  }
  return fonts;
}

function utf16Text(hex: string): string {
  return Buffer.from(hex, "hex").swap16().toString("utf16le");
}

function codeMap(cmap: string): Map<number, string> {
  const codes = new Map<number, string>();
  for (const [, block = ""] of cmap.matchAll(/beginbfchar([\s\S]*?)endbfchar/g)) {
    for (const [, code = "", text = ""] of block.matchAll(/<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>/g)) {
      codes.set(Number.parseInt(code, 16), utf16Text(text));
    }
  }
  for (const [, block = ""] of cmap.matchAll(/beginbfrange([\s\S]*?)endbfrange/g)) {
    for (const [, from = "", to = "", text = ""] of block.matchAll(
      /<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>/g,
    )) {
      const first = Number.parseInt(from, 16);
      for (let code = first; code <= Number.parseInt(to, 16); code += 1) {
        const last = Number.parseInt(text.slice(-4), 16) + code - first;
        codes.set(code, utf16Text(text.slice(0, -4) + last.toString(16).padStart(4, "0")));
      }
    }
  }
  return codes;
}

function pageText(objects: Map<number, PdfObject>, page: PdfObject): string {
  const contents = objects.get(Number(/\/Contents (\d+) 0 R/.exec(page.dictionary)?.[1]));
  return drawnText(objects, { dictionary: page.dictionary, stream: contents?.stream });
}

/** The text of a page or of a form inside it (whatever is translucent, such as the seal, is a form). */
function drawnText(objects: Map<number, PdfObject>, holder: PdfObject): string {
  const fonts = pageFonts(objects, holder);
  const drawing = holder.stream?.toString("latin1") ?? "";
  const operators =
    /\/(\S+) Do\b|\/(\S+) [\d.]+ Tf|ActualText\s*<FEFF([0-9A-Fa-f]*)>[\s\S]*?EMC|<([0-9A-Fa-f]+)>/g;
  let current = new Map<number, string>();
  let text = "";
  for (const [whole, form, font, actual, hex] of drawing.matchAll(operators)) {
    if (form !== undefined) text += formText(objects, holder, form);
    // One glyph may serve several characters (工 and its radical form): then the page says which was meant.
    const fontInside = font ?? /\/(\S+) [\d.]+ Tf/.exec(whole)?.[1];
    if (fontInside !== undefined) current = fonts.get(fontInside) ?? new Map();
    if (actual !== undefined) text += utf16Text(actual);
    for (const [code] of (hex ?? "").matchAll(/[0-9A-Fa-f]{4}/g)) {
      text += current.get(Number.parseInt(code, 16)) ?? "\u{fffd}";
    }
  }
  return text;
}

function formText(objects: Map<number, PdfObject>, holder: PdfObject, name: string): string {
  const resources = /\/XObject\s*<<([^>]*)>>/.exec(holder.dictionary)?.[1] ?? "";
  const id = Number(new RegExp(`/${name} (\\d+) 0 R`).exec(resources)?.[1]);
  const form = objects.get(id);
  return form?.dictionary.includes("/Form") ? drawnText(objects, form) : "";
}
