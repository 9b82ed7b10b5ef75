import { randomBytes } from "node:crypto";
import { fdatasync, write } from "node:fs";
import {
  closeSync,
  fdatasyncSync,
  fsyncSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { crc32 } from "node:zlib";

/**
 * The write-ahead log: a file of fixed size in which a small write set becomes durable with one wait for the disk
 * (decision 18). Two pages of header in turns, then two segments in turns. A checkpoint is a durable state of the data
 * file and has its number in the header; the log holds every logged set since the newest one.
 *
 * Everything begins on a page of its own, so that no write touches the page of an earlier record: a power cut in the
 * middle of a write tears only what was not acknowledged.
 */
const PAGE = 4096;
const SEGMENT = 512 * 1024;
const FILE_SIZE = 2 * PAGE + 2 * SEGMENT;
const segmentStart = (segment: number): number => 2 * PAGE + segment * SEGMENT;

const HEADER_MAGIC = 0x58534c48;
const RECORD_MAGIC = 0x58534c52;
const FORMAT = 1;
const SALT_BYTES = 8;
/** Places that header and record have in common; the checksum covers everything behind it. */
const CRC_AT = 4;
const SALT_AT = 8;
const NUMBER_AT = SALT_AT + SALT_BYTES;
const SEQUENCE_AT = NUMBER_AT + 8;
const LENGTH_AT = SEQUENCE_AT + 8;
/** Of a header only. */
const FORMAT_AT = LENGTH_AT + 4;
const CLEAN_AT = FORMAT_AT + 4;
const BODY_AT = CLEAN_AT + 4;

const writeLater = promisify(write);
const syncLater = promisify(fdatasync);

export const logFile = (folder: string): string => path.join(folder, "data.log");

/** A durable state of the data file. */
export interface Checkpoint {
  /** Sequence number of the newest set in it. */
  sequence: number;
  /** The data file's own header page in that state. */
  header: Buffer;
  /** Nothing was written after it: the data file says it all. */
  clean: boolean;
}

interface Frame {
  salt: Buffer;
  number: number;
  sequence: number;
  body: Buffer;
}

/** A header or record as bytes; the number is that of the newest checkpoint. */
function frame(magic: number, { salt, number, sequence, body }: Frame, clean = false): Buffer {
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
function frameAt(file: Buffer, at: number, magic: number): (Frame & { clean: boolean; end: number }) | null {
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

const damaged = (file: string, what: string): Error =>
  new Error(`the log file ${file} is damaged (${what}); restore a backup`);

/** What a log file says: the newest checkpoint, and the logged sets after it in order. */
export interface LogContent {
  checkpoint: Checkpoint;
  number: number;
  records: { sequence: number; body: Buffer }[];
}

/** A log file's bytes and newest header; null where there is none. Throws where no header is whole. */
function readBytes(file: string): { bytes: Buffer; header: Frame & { clean: boolean } } | null {
  const size = statSync(file, { throwIfNoEntry: false })?.size;
  if (size === undefined) return null;
  const bytes = Buffer.alloc(FILE_SIZE);
  const handle = openSync(file, "r");
  const read = readSync(handle, bytes, 0, FILE_SIZE, 0);
  closeSync(handle);
  if (size !== FILE_SIZE || read !== FILE_SIZE) throw damaged(file, "of another size than it was made");
  const headers = [0, PAGE].map((at) => frameAt(bytes.subarray(0, at + PAGE), at, HEADER_MAGIC));
  const header = headers.reduce((a, b) => (a && b ? (a.number > b.number ? a : b) : (a ?? b)), null);
  if (!header) throw damaged(file, "no valid header");
  return { bytes, header };
}

/**
 * Reads the log of a folder; null where there is none. A record that is torn at the end was never acknowledged and ends
 * the log; a gap before a whole record means lost data. Throws then, and where no header is whole.
 */
export function readLog(folder: string): LogContent | null {
  const file = logFile(folder);
  const read = readBytes(file);
  if (!read) return null;
  const { bytes, header } = read;
  const checkpoint = { sequence: header.sequence, header: header.body, clean: header.clean };
  const records = header.clean ? [] : recordsAfter(file, bytes, header);
  return { checkpoint, number: header.number, records };
}

/** Sequence number of the newest set that the log knows of, also while it is being written. */
export function newestSequence(folder: string): number {
  const read = readBytes(logFile(folder));
  if (!read) return 0;
  const records = [0, 1].flatMap((segment) => wholeRecords(read.bytes, segment, read.header));
  return Math.max(read.header.sequence, ...records.map(({ sequence }) => sequence));
}

function recordsAfter(file: string, bytes: Buffer, header: Frame): LogContent["records"] {
  const found = [0, 1].flatMap((segment) => wholeRecords(bytes, segment, header));
  const records = found.sort((a, b) => a.sequence - b.sequence);
  for (const [n, record] of records.entries()) {
    // A record knows the newest checkpoint when it was written: one that is newer than the header's was lost.
    if (record.number > header.number) throw damaged(file, "its newest header is lost");
    const wanted = header.sequence + 1 + n;
    if (record.sequence !== wanted) throw damaged(file, `record ${wanted} is lost, later ones are there`);
  }
  return records;
}

/** Every whole record of a segment that is newer than the checkpoint, wherever it stands. */
function wholeRecords(bytes: Buffer, segment: number, { salt, sequence }: Frame): Frame[] {
  const start = segmentStart(segment);
  const whole = bytes.subarray(0, start + SEGMENT);
  const records: Frame[] = [];
  for (let at = start; at < whole.length; ) {
    const record = frameAt(whole, at, RECORD_MAGIC);
    const ours = record?.salt.equals(salt) === true;
    if (record && ours && record.sequence > sequence) records.push(record);
    at = record && ours ? pageAfter(record.end) : at + PAGE;
  }
  return records;
}

const pageAfter = (at: number): number => Math.ceil(at / PAGE) * PAGE;

/** The log of a running database, open for writing. */
export class Log {
  readonly #handle: number;
  /** New with each start: records of former runs, and bytes in documents that look like records, do not have it. */
  readonly #salt = randomBytes(SALT_BYTES);
  #number: number;
  #segment = 0;
  #at = segmentStart(0);
  #last = this.#at;

  /**
   * Opens the log that was read as `content`, or makes one where there was none. `checkpoint` is the state that the data
   * file has durably by now, with all that the log held.
   */
  constructor(folder: string, content: LogContent | null, checkpoint: Checkpoint) {
    this.#number = content?.number ?? 0;
    this.#handle = content ? openSync(logFile(folder), "r+") : makeFile(folder);
    this.checkpointSync(checkpoint);
    if (!content) publish(folder);
  }

  hasRoom(bytes: number): boolean {
    return this.#at + BODY_AT + bytes <= segmentStart(this.#segment) + SEGMENT;
  }

  /** Further records go to the other segment, which a checkpoint has made free. */
  turn(): void {
    this.#segment = 1 - this.#segment;
    this.#at = segmentStart(this.#segment);
  }

  /** Writes a record behind the others, where it has room; it counts as soon as the file is synced. */
  append(sequence: number, body: Buffer): void {
    const bytes = frame(RECORD_MAGIC, { salt: this.#salt, number: this.#number, sequence, body });
    if (writeSync(this.#handle, bytes, 0, bytes.length, this.#at) !== bytes.length)
      throw new Error("ENOSPC: the log took only a part of a record");
    this.#last = this.#at;
    this.#at = pageAfter(this.#at + bytes.length);
  }

  syncNow(): void {
    fdatasyncSync(this.#handle);
  }

  sync(): Promise<void> {
    return syncLater(this.#handle);
  }

  /** Takes the newest record back: what it held did not come about. */
  erase(): void {
    writeSync(this.#handle, Buffer.alloc(BODY_AT), 0, BODY_AT, this.#last);
    this.syncNow();
  }

  #header({ sequence, header, clean }: Checkpoint): { bytes: Buffer; place: number } {
    const number = this.#number + 1;
    const bytes = frame(HEADER_MAGIC, { salt: this.#salt, number, sequence, body: header }, clean);
    return { bytes, place: (number % 2) * PAGE };
  }

  /** Makes a checkpoint the newest, durably: what was logged before it is not needed any more. */
  async checkpoint(checkpoint: Checkpoint): Promise<void> {
    const { bytes, place } = this.#header(checkpoint);
    await writeLater(this.#handle, bytes, 0, bytes.length, place);
    await this.sync();
    this.#number++;
  }

  checkpointSync(checkpoint: Checkpoint): void {
    const { bytes, place } = this.#header(checkpoint);
    writeSync(this.#handle, bytes, 0, bytes.length, place);
    this.syncNow();
    this.#number++;
  }

  close(): void {
    closeSync(this.#handle);
  }
}

const unpublished = (folder: string): string => `${logFile(folder)}.new`;

/** A log of zeros: blocks that were written once are later written without the file system's journal. */
function makeFile(folder: string): number {
  const handle = openSync(unpublished(folder), "w", 0o600);
  try {
    const written = writeSync(handle, Buffer.alloc(FILE_SIZE), 0, FILE_SIZE, 0);
    if (written !== FILE_SIZE) throw new Error(`only ${written} of ${FILE_SIZE} bytes could be written`);
    fsyncSync(handle);
    return handle;
  } catch (error) {
    closeSync(handle);
    rmSync(unpublished(folder), { force: true });
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`there is no room for the log file ${logFile(folder)} (${reason}); free space`, {
      cause: error,
    });
  }
}

/** A log is there with its first checkpoint, or not at all, also after a power cut. */
function publish(folder: string): void {
  renameSync(unpublished(folder), logFile(folder));
  // Windows opens no folders, and writes names at once.
  if (process.platform === "win32") return;
  const handle = openSync(folder, "r");
  fsyncSync(handle);
  closeSync(handle);
}
