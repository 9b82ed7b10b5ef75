import { randomBytes } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { crc32 } from "node:zlib";
import { PAGE, PagedFile } from "./pages.ts";

/**
 * The write-ahead log: a file of fixed size in which a small write set becomes durable with one wait for the disk
 * (decision 18). Two pages of header in turns, then records, each on pages of its own: a power cut in the middle of a
 * write tears only what was not acknowledged. A checkpoint is a durable state of the data file and has its number in the
 * header; the log holds every logged set since the newest one, which begins the records anew.
 */
const RECORDS_AT = 2 * PAGE;
const FILE_SIZE = RECORDS_AT + 1024 * 1024;

const HEADER_MAGIC = 0x58534c48;
const RECORD_MAGIC = 0x58534c52;
const FORMAT = 1;
/** Places in a header or record; the checksum covers everything behind it. */
const CRC_AT = 4;
const SALT_AT = 8;
const NUMBER_AT = 16;
const SEQUENCE_AT = 24;
const LENGTH_AT = 32;
const FORMAT_AT = 36;
const CLEAN_AT = 40;
const BODY_AT = 44;

export const logFile = (folder: string): string => path.join(folder, "data.log");

/** A header, which stands for a checkpoint, or a record. */
export interface Frame {
  salt: Buffer;
  /** That of the checkpoint, or of the newest one before a record. */
  number: number;
  /** That of the newest set in it. */
  sequence: number;
  /** Of a checkpoint: nothing was written after it, the data file says it all. */
  clean?: boolean;
  /** Of a checkpoint, the data file's own header page in that state; of a record, its changes. */
  body: Buffer;
}

/** What is said of a durable state of the data file; the log itself knows the rest. */
export type Checkpoint = Omit<Frame, "salt" | "number">;

function encode(magic: number, { salt, number, sequence, clean = false, body }: Frame): Buffer {
  const bytes = Buffer.allocUnsafe(BODY_AT + body.length);
  bytes.writeUInt32LE(magic, 0);
  salt.copy(bytes, SALT_AT);
  bytes.writeDoubleLE(number, NUMBER_AT);
  bytes.writeDoubleLE(sequence, SEQUENCE_AT);
  bytes.writeUInt32LE(body.length, LENGTH_AT);
  bytes.writeUInt32LE(FORMAT, FORMAT_AT);
  bytes.writeUInt32LE(clean ? 1 : 0, CLEAN_AT);
  body.copy(bytes, BODY_AT);
  bytes.writeUInt32LE(crc32(bytes.subarray(SALT_AT)), CRC_AT);
  return bytes;
}

/** What stands at a place, whole and of this magic; null for anything else. */
function frameAt(file: Buffer, at: number, magic: number): (Frame & { end: number }) | null {
  if (at + BODY_AT > file.length || file.readUInt32LE(at) !== magic) return null;
  const end = at + BODY_AT + file.readUInt32LE(at + LENGTH_AT);
  if (end > file.length || file.readUInt32LE(at + FORMAT_AT) !== FORMAT) return null;
  if (crc32(file.subarray(at + SALT_AT, end)) !== file.readUInt32LE(at + CRC_AT)) return null;
  return {
    salt: file.subarray(at + SALT_AT, at + NUMBER_AT),
    number: file.readDoubleLE(at + NUMBER_AT),
    sequence: file.readDoubleLE(at + SEQUENCE_AT),
    clean: file.readUInt32LE(at + CLEAN_AT) === 1,
    body: file.subarray(at + BODY_AT, end),
    end,
  };
}

const pageAfter = (at: number): number => Math.ceil(at / PAGE) * PAGE;

/** What a log file says: the newest checkpoint, and the logged sets after it in order. */
export interface LogContent {
  checkpoint: Frame;
  records: Frame[];
}

const damaged = (folder: string, what: string): Error =>
  new Error(`the log file ${logFile(folder)} is damaged (${what}); restore a backup`);

/** Reads the log of a folder; null where there is none. Throws where no header is whole. */
export function readLog(folder: string): LogContent | null {
  if (!existsSync(logFile(folder))) return null;
  const bytes = readFileSync(logFile(folder));
  if (bytes.length !== FILE_SIZE) throw damaged(folder, "of another size than it was made");
  const headers = [0, PAGE].flatMap((at) => frameAt(bytes, at, HEADER_MAGIC) ?? []);
  const checkpoint = headers.sort((a, b) => b.number - a.number)[0];
  if (!checkpoint) throw damaged(folder, "no valid header");
  return { checkpoint, records: checkpoint.clean ? [] : recordsAfter(checkpoint, bytes) };
}

/** Every whole record that is newer than the checkpoint, wherever it stands. */
function recordsAfter({ salt, sequence }: Frame, bytes: Buffer): Frame[] {
  const records: Frame[] = [];
  for (let at = RECORDS_AT; at < bytes.length; ) {
    const record = frameAt(bytes, at, RECORD_MAGIC);
    const ours = record?.salt.equals(salt) === true;
    if (record && ours && record.sequence > sequence) records.push(record);
    at = record && ours ? pageAfter(record.end) : at + PAGE;
  }
  return records.sort((a, b) => a.sequence - b.sequence);
}

/**
 * Throws when a log lacks something acknowledged. A record that is torn at the end was not, and ends the log; a gap before
 * a whole record means lost data.
 */
export function checkRecords(folder: string, { checkpoint, records }: LogContent): void {
  for (const [n, record] of records.entries()) {
    if (record.number > checkpoint.number) throw damaged(folder, "its newest header is lost");
    const wanted = checkpoint.sequence + 1 + n;
    if (record.sequence !== wanted) throw damaged(folder, `record ${wanted} is lost, later ones are there`);
  }
}

/** Sequence number of the newest set that the log knows of, also while it is being written. */
export function newestSequence(folder: string): number {
  const content = readLog(folder);
  return (content?.records.at(-1) ?? content?.checkpoint)?.sequence ?? 0;
}

/** The log of a running database, open for writing. */
export class Log extends PagedFile {
  /** New with each start: records of former runs, and bytes in documents that look like records, do not have it. */
  readonly #salt = randomBytes(NUMBER_AT - SALT_AT);
  /** That of the newest checkpoint. */
  #number: number;
  /** Where the next record goes. */
  #at = RECORDS_AT;
  /** Where the newest header or record is. */
  #newest = RECORDS_AT;

  /** Opens the log that was read as `content`, or makes one where there was none, with a checkpoint (see below). */
  constructor(folder: string, content: LogContent | null, checkpoint: Checkpoint) {
    super(content ? logFile(folder) : makeUnnamed(folder), "r+");
    this.#number = content?.checkpoint.number ?? 0;
    this.#writeHeader(checkpoint);
    this.syncNow();
    this.#number++;
    if (!content) giveName(folder);
  }

  /**
   * Makes a checkpoint the newest, durably, so that what was logged before it is not needed any more. Where that fails,
   * the one before it goes on to count.
   */
  async checkpoint(checkpoint: Checkpoint): Promise<void> {
    this.#writeHeader(checkpoint);
    try {
      await this.sync();
    } catch (error) {
      this.erase();
      throw error;
    }
    this.#number++;
    this.#at = RECORDS_AT;
  }

  #writeHeader(checkpoint: Checkpoint): void {
    const number = this.#number + 1;
    this.#newest = (number % 2) * PAGE;
    this.write(encode(HEADER_MAGIC, { salt: this.#salt, number, ...checkpoint }), this.#newest);
  }

  hasRoom(bytes: number): boolean {
    return this.#at + BODY_AT + bytes <= FILE_SIZE;
  }

  /** Writes a record behind the others, where it has room; it counts as soon as the file is synced. */
  append(sequence: number, body: Buffer): void {
    const bytes = encode(RECORD_MAGIC, { salt: this.#salt, number: this.#number, sequence, body });
    this.#newest = this.#at;
    this.write(bytes, this.#at);
    this.#at = pageAfter(this.#at + bytes.length);
  }

  /** Takes the newest header or record back: what it says did not come about. */
  erase(): void {
    this.write(Buffer.alloc(BODY_AT), this.#newest);
    this.syncNow();
  }
}

const unnamed = (folder: string): string => `${logFile(folder)}.new`;

/** Makes a log of zeros: blocks that were written once are later written without the file system's journal. */
function makeUnnamed(folder: string): string {
  const file = unnamed(folder);
  try {
    writeFileSync(file, Buffer.alloc(FILE_SIZE), { mode: 0o600, flush: true });
  } catch (error) {
    rmSync(file, { force: true });
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`there is no room for the log file ${logFile(folder)} (${reason}); free space`, {
      cause: error,
    });
  }
  return file;
}

/** Has a log that has its first header take its place, also after a power cut. */
function giveName(folder: string): void {
  renameSync(unnamed(folder), logFile(folder));
  // Windows opens no folders, and writes names at once.
  if (process.platform === "win32") return;
  const handle = openSync(folder, "r");
  fsyncSync(handle);
  closeSync(handle);
}
