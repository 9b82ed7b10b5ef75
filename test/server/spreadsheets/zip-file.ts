import { deflateRawSync } from "node:zlib";

/** One entry of a hand-made archive; the lies that a hostile file tells are options. */
export interface ZipPart {
  name: string;
  data: Buffer | string;
  /** What the headers say that the entry inflates to. */
  claimedSize?: number;
  /** Left out of the directory at the end: only a front-to-back reader sees it. */
  hidden?: boolean;
  encrypted?: boolean;
}

const table = Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value >>> 0;
});

function crc32(data: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of data) crc = (crc >>> 8) ^ (table[(crc ^ byte) & 0xff] ?? 0);
  return (crc ^ 0xffffffff) >>> 0;
}

/** Builds a zip file byte by byte, deflated, without data descriptors. */
export function zipFile(parts: readonly ZipPart[]): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const part of parts) {
    const data = Buffer.from(part.data);
    const packed = deflateRawSync(data);
    const name = Buffer.from(part.name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(part.encrypted ? 1 : 0, 2);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(part.claimedSize ?? data.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from("504b0304", "hex"), common, name, packed]);
    if (!part.hidden) {
      const tail = Buffer.alloc(14);
      tail.writeUInt32LE(offset, 10);
      directory.push(
        Buffer.concat([Buffer.from("504b0102", "hex"), Buffer.from([20, 0]), common, tail, name]),
      );
    }
    bodies.push(local);
    offset += local.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(directory.length, 8);
  end.writeUInt16LE(directory.length, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...bodies, listed, end]);
}

const xmlHead = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
const main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/** The parts of a small workbook as Excel orders them, around the given sheet data. */
export function workbookParts(sheetData: string, more: readonly ZipPart[] = []): ZipPart[] {
  return [
    {
      name: "[Content_Types].xml",
      data: `${xmlHead}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`,
    },
    {
      name: "xl/workbook.xml",
      data: `${xmlHead}<workbook xmlns="${main}" xmlns:r="${relations}"><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    },
    {
      name: "xl/_rels/workbook.xml.rels",
      data: `${xmlHead}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${relations}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    },
    {
      name: "xl/worksheets/sheet1.xml",
      data: `${xmlHead}<worksheet xmlns="${main}"><sheetData>${sheetData}</sheetData></worksheet>`,
    },
    ...more,
  ];
}

/** A row of text cells as sheet XML. */
export function textRow(rowNumber: number, texts: readonly string[]): string {
  const cells = texts.map((text, index) => {
    const letter = String.fromCharCode(65 + index);
    return `<c r="${letter}${rowNumber}" t="inlineStr"><is><t>${text}</t></is></c>`;
  });
  return `<row r="${rowNumber}">${cells.join("")}</row>`;
}
