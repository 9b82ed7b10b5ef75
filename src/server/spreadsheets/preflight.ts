import { readFile, stat } from "node:fs/promises";
import yauzl, { type Entry, type ZipFile } from "yauzl";
import { SpreadsheetError } from "./spreadsheet-error.ts";

/** What an uploaded file may cost at most. */
export interface PreflightLimits {
  fileBytes: number;
  /** What all entries of a workbook may inflate to, together. */
  inflatedBytes: number;
  entries: number;
}

export const defaultLimits: PreflightLimits = {
  fileBytes: 20 * 1024 * 1024,
  inflatedBytes: 150 * 1024 * 1024,
  entries: 1_000,
};

export type SpreadsheetKind = "xlsx" | "csv";

/** The media type of .xlsx. */
export const workbookMimeType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

const zipMagic = "504b0304";
/** Old .xls, and every .xlsx that Excel saved with a password. */
const compoundFileMagic = "d0cf11e0";
const directoryMagic = Buffer.from("504b0102", "hex");
/** The longest data descriptor, that of Zip64 with its signature. */
const descriptorBytes = 24;

/**
 * Looks at an uploaded file before any parser does: its size, what it really is, and for a workbook that
 * every entry inflates within the limits, is listed where it lies and holds no further archive. Content
 * decides between workbook and CSV; a text that `mimeType` calls a workbook is refused. Errors:
 * `SpreadsheetError` with a Chinese message.
 */
export async function preflightSpreadsheet(
  path: string,
  mimeType: string,
  limits: PreflightLimits = defaultLimits,
): Promise<SpreadsheetKind> {
  if ((await stat(path)).size > limits.fileBytes) {
    throw new SpreadsheetError(
      "spreadsheet.too_large",
      `文件超过 ${Math.floor(limits.fileBytes / 1024 / 1024)} MB，请拆分后分批导入`,
    );
  }
  const file = await readFile(path);
  const magic = file.toString("hex", 0, 4);
  if (magic === compoundFileMagic) {
    throw new SpreadsheetError(
      "spreadsheet.encrypted",
      "文件是加密文件或旧版 .xls 格式，请去除密码并另存为 .xlsx 后重新上传",
    );
  }
  if (magic !== zipMagic) {
    if (mimeType === workbookMimeType) throw unreadable();
    return csvKind(file);
  }
  await checkArchive(file, limits);
  return "xlsx";
}

function csvKind(file: Buffer): "csv" {
  const isUtf16 = file.length >= 2 && ["fffe", "feff"].includes(file.toString("hex", 0, 2));
  if (!isUtf16 && file.subarray(0, 64 * 1024).includes(0)) throw unreadable();
  return "csv";
}

async function checkArchive(file: Buffer, limits: PreflightLimits): Promise<void> {
  try {
    const archive = await yauzl.fromBufferPromise(file, { lazyEntries: true });
    if (archive.entryCount > limits.entries) {
      throw new SpreadsheetError("spreadsheet.too_many_entries", "文件内部结构异常（条目过多），已拒绝读取");
    }
    const entries = await inflateAll(archive, limits);
    assertWorkbook(entries);
    const end = await assertNothingHidden(archive, entries);
    assertDirectoryFollows(file.subarray(end, end + descriptorBytes + directoryMagic.length));
  } catch (error) {
    throw error instanceof SpreadsheetError ? error : unreadable(error);
  }
}

async function inflateAll(archive: ZipFile, limits: PreflightLimits): Promise<Entry[]> {
  const entries: Entry[] = [];
  let inflatedBytes = 0;
  for await (const entry of archive.eachEntry()) {
    entries.push(entry);
    if (entry.isEncrypted()) {
      throw new SpreadsheetError("spreadsheet.encrypted", "文件已加密，请去除密码后重新上传");
    }
    inflatedBytes += await inflatedSize(archive, entry, limits.inflatedBytes - inflatedBytes);
  }
  return entries;
}

/** Really inflates: what an entry says about its size is not to be believed. */
async function inflatedSize(archive: ZipFile, entry: Entry, allowedBytes: number): Promise<number> {
  const stream = await archive.openReadStreamPromise(entry);
  let size = 0;
  for await (const chunk of stream) {
    if (!Buffer.isBuffer(chunk)) continue;
    if (size === 0) assertNotArchive(entry, chunk);
    size += chunk.byteLength;
    if (size > allowedBytes) {
      throw new SpreadsheetError(
        "spreadsheet.inflates_too_much",
        "文件解压后过大，请删除图片和多余的工作表，或拆分后分批导入",
      );
    }
  }
  return size;
}

function assertNotArchive(entry: Entry, start: Buffer): void {
  const magic = start.toString("hex", 0, 4);
  const isArchive = magic === zipMagic || magic === compoundFileMagic;
  if (!isArchive && !/\.(zip|xls[xmb]?|docx?|rar|7z|gz)$/i.test(entry.fileName)) return;
  throw new SpreadsheetError(
    "spreadsheet.nested_archive",
    "文件中嵌入了其他文件，请只保留数据，重新下载模板填写后上传",
  );
}

function assertWorkbook(entries: readonly Entry[]): void {
  const names = new Set(entries.map((entry) => entry.fileName));
  const isWorkbook = names.has("[Content_Types].xml") && names.has("xl/workbook.xml");
  if (!isWorkbook || names.size !== entries.length) throw unreadable();
}

/**
 * Programs that read an archive from front to back see entries that the directory at its end does not list, and believe
 * the sizes in front of each entry: what they show must be what is imported. Between the listed entries there may only be
 * a data descriptor, and both sizes must agree. Returns where the last entry ends.
 */
async function assertNothingHidden(archive: ZipFile, entries: readonly Entry[]): Promise<number> {
  const inOrder = [...entries].sort((a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader);
  let end = 0;
  for (const entry of inOrder) {
    const gap = entry.relativeOffsetOfLocalHeader - end;
    if (gap < 0 || gap > descriptorBytes) throw unreadable();
    const local = await archive.readLocalFileHeaderPromise(entry);
    const sizeComesLater = (local.generalPurposeBitFlag & 8) !== 0 && local.compressedSize === 0;
    if (!sizeComesLater && local.compressedSize !== entry.compressedSize) throw unreadable();
    end = local.fileDataStart + entry.compressedSize;
  }
  return end;
}

function assertDirectoryFollows(gap: Buffer): void {
  if (!gap.includes(directoryMagic)) throw unreadable();
}

function unreadable(cause?: unknown): SpreadsheetError {
  return new SpreadsheetError(
    "spreadsheet.unreadable",
    "文件不是有效的 Excel（.xlsx）或 CSV 文件，请使用模板填写后重新上传",
    cause,
  );
}
