import { decodeDoc, readValue, walkElements } from "../bson/decode.ts";
import { encodeDoc } from "../bson/encode.ts";
import { type Doc, RawDoc, type Value } from "../bson/values.ts";
import { DatabaseError } from "../errors.ts";

const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;
const CHECKSUM_PRESENT = 1;
const MORE_TO_COME = 2;
const HEADER_BYTES = 16;

export const MAX_MESSAGE_BYTES = 48_000_000;

export interface Request {
  requestId: number;
  /** The old opcode, which drivers use for the first hello only. */
  legacy: boolean;
  /** False for unacknowledged writes: nothing is sent back. */
  wantsReply: boolean;
  command: Doc;
}

/** Reads one whole message (header included). Throws for opcodes other than OP_MSG and OP_QUERY. */
export function readMessage(message: Buffer): Request {
  const requestId = message.readInt32LE(4);
  const opcode = message.readInt32LE(12);
  if (opcode === OP_MSG) return readOpMsg(message, requestId);
  if (opcode === OP_QUERY) return readOpQuery(message, requestId);
  throw new DatabaseError("UnsupportedFormat", `opcode ${opcode} is not supported by the embedded database`);
}

/** Documents to insert stay as bytes: most are stored just so. The cluster's time is nobody's business here. */
function readCommand(bytes: Buffer, start: number): Doc {
  const command: Doc = new Map();
  walkElements(bytes, start, ({ name, type, valueAt }) => {
    if (name === "documents" && type === 4) command.set(name, rawItems(bytes, valueAt));
    else if (name === "$clusterTime") command.set(name, null);
    else command.set(name, readValue(type, bytes, valueAt));
  });
  return command;
}

function rawItems(bytes: Buffer, start: number): Value[] {
  const items: Value[] = [];
  walkElements(bytes, start, ({ type, valueAt, end }) => {
    if (type !== 3) throw new DatabaseError("TypeMismatch", "documents must be objects");
    items.push(new RawDoc(bytes.subarray(valueAt, end)));
  });
  return items;
}

function readOpMsg(message: Buffer, requestId: number): Request {
  const flags = message.readUInt32LE(HEADER_BYTES);
  const end = message.length - (flags & CHECKSUM_PRESENT ? 4 : 0);
  let command: Doc | null = null;
  const sequences: [string, Value[]][] = [];
  for (let at = HEADER_BYTES + 4; at < end; ) {
    const kind = message[at++];
    const size = message.readInt32LE(at);
    if (kind === 0) command = readCommand(message, at);
    else if (kind === 1) sequences.push(readSequence(message, at, at + size));
    else throw new DatabaseError("FailedToParse", `unknown section kind ${kind}`);
    at += size;
  }
  if (!command) throw new DatabaseError("FailedToParse", "a message without a body");
  for (const [name, items] of sequences) command.set(name, items);
  return { requestId, legacy: false, wantsReply: (flags & MORE_TO_COME) === 0, command };
}

function readSequence(message: Buffer, start: number, end: number): [string, Value[]] {
  const nameEnd = message.indexOf(0, start + 4);
  const name = message.utf8Slice(start + 4, nameEnd);
  const items: Value[] = [];
  for (let at = nameEnd + 1; at < end; ) {
    const size = message.readInt32LE(at);
    items.push(name === "documents" ? new RawDoc(message.subarray(at, at + size)) : decodeDoc(message, at));
    at += size;
  }
  return [name, items];
}

function readOpQuery(message: Buffer, requestId: number): Request {
  const nameEnd = message.indexOf(0, HEADER_BYTES + 4);
  const namespace = message.utf8Slice(HEADER_BYTES + 4, nameEnd);
  const command = decodeDoc(message, nameEnd + 9);
  command.set("$db", namespace.split(".", 1)[0] as string);
  return { requestId, legacy: true, wantsReply: true, command };
}

let lastId = 0;

/** The bytes of a reply. */
export function writeReply(request: Request, reply: Doc): Buffer {
  const before = request.legacy ? HEADER_BYTES + 20 : HEADER_BYTES + 5;
  const message = encodeDoc(reply, before);
  message.fill(0, 0, before);
  message.writeInt32LE(message.length, 0);
  lastId = (lastId + 1) & 0x7fffffff;
  message.writeInt32LE(lastId, 4);
  message.writeInt32LE(request.requestId, 8);
  message.writeInt32LE(request.legacy ? OP_REPLY : OP_MSG, 12);
  if (request.legacy) {
    message.writeInt32LE(8, 16);
    message.writeInt32LE(1, 32);
  }
  return message;
}
