import type { Socket } from "node:net";
import { decodeDoc, Elements } from "../bson/decode.ts";
import { encodeDoc } from "../bson/encode.ts";
import { type Doc, RawDoc, type Value } from "../bson/values.ts";
import { DatabaseError, errorReply, notImplemented } from "../errors.ts";

const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;
const CHECKSUM_PRESENT = 1;
const MORE_TO_COME = 2;
const HEADER_BYTES = 16;
const MAX_MESSAGE_BYTES = 48_000_000 + 16 * 1024;

/** Answers one command; must not throw. `null` closes the connection without an answer (fail points do so). */
export type Answer = (command: Doc) => Promise<Doc | null>;

/** Serves one client, its messages one after the other, until it goes or sends what is no message. */
export function serve(socket: Socket, answer: Answer): void {
  let chunks: Buffer[] = [];
  let size = 0;
  let wanted = HEADER_BYTES;
  let last = Promise.resolve();
  socket.setNoDelay(true);
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    for (size += chunk.length; size >= wanted; wanted = HEADER_BYTES) {
      const bytes = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
      chunks = [bytes];
      wanted = bytes.readInt32LE(0);
      if (wanted < HEADER_BYTES || wanted > MAX_MESSAGE_BYTES) socket.destroy();
      if (size < wanted || socket.destroyed) return;
      const message = bytes.subarray(0, wanted);
      last = last.then(() => respond(socket, message, answer)).catch(() => void socket.destroy());
      size -= wanted;
      chunks = size > 0 ? [bytes.subarray(wanted)] : [];
    }
  });
}

async function respond(socket: Socket, message: Buffer, answer: Answer): Promise<void> {
  if (socket.destroyed) return;
  const command = commandIn(message);
  const reply = command instanceof DatabaseError ? errorReply(command) : await answer(command);
  if (reply === null) socket.destroy();
  else if (wantsReply(message) && !socket.destroyed) socket.write(writeReply(message, reply));
}

function commandIn(message: Buffer): Doc | DatabaseError {
  try {
    return readMessage(message);
  } catch (error) {
    return error instanceof DatabaseError ? error : new DatabaseError("InvalidBSON", String(error));
  }
}

const opcodeOf = (message: Buffer): number => message.readInt32LE(12);

/** False for unacknowledged writes. */
function wantsReply(message: Buffer): boolean {
  return opcodeOf(message) !== OP_MSG || (message.readUInt32LE(HEADER_BYTES) & MORE_TO_COME) === 0;
}

/** The command in a message: OP_MSG, or the old OP_QUERY, which drivers use for their first hello. */
function readMessage(message: Buffer): Doc {
  const opcode = opcodeOf(message);
  if (opcode === OP_MSG) return readOpMsg(message);
  if (opcode !== OP_QUERY) throw notImplemented(`the opcode ${opcode}`);
  const nameEnd = message.indexOf(0, HEADER_BYTES + 4);
  const namespace = message.utf8Slice(HEADER_BYTES + 4, nameEnd);
  return decodeDoc(message, nameEnd + 9).set("$db", namespace.split(".", 1)[0] as string);
}

function readOpMsg(message: Buffer): Doc {
  const checksumBytes = message.readUInt32LE(HEADER_BYTES) & CHECKSUM_PRESENT ? 4 : 0;
  const end = message.length - checksumBytes;
  const command: Doc = new Map();
  for (let at = HEADER_BYTES + 4; at < end; ) {
    const kind = message[at++];
    const next = at + sizeAt(message, at);
    if (kind === 0) readBody(message, at, command);
    else if (kind === 1) readSequence(message.subarray(at, next), command);
    else throw new DatabaseError("FailedToParse", `unknown section kind ${kind}`);
    at = next;
  }
  return command;
}

/** Documents to insert stay as bytes: most are stored just so. The cluster's time is nobody's business here. */
function readBody(bytes: Buffer, start: number, command: Doc): void {
  for (const element = new Elements(bytes, start); element.next(); ) {
    const name = element.name();
    if (name === "documents" && element.type === 4) command.set(name, rawItems(bytes, element.nested()));
    else command.set(name, name === "$clusterTime" ? null : element.value());
  }
}

function rawItems(bytes: Buffer, elements: Elements): Value[] {
  const items: Value[] = [];
  while (elements.next()) {
    if (elements.type !== 3) throw new DatabaseError("TypeMismatch", "documents must be objects");
    items.push(new RawDoc(bytes.subarray(elements.valueAt, elements.end)));
  }
  return items;
}

/** A field of the command that comes as a section of its own: its name, then its documents. */
function readSequence(section: Buffer, command: Doc): void {
  const nameEnd = section.indexOf(0, 4);
  const name = section.utf8Slice(4, nameEnd);
  const items: Value[] = [];
  for (let at = nameEnd + 1; at < section.length; at += sizeAt(section, at)) {
    const bytes = section.subarray(at, at + sizeAt(section, at));
    items.push(name === "documents" ? new RawDoc(bytes) : decodeDoc(bytes));
  }
  command.set(name, items);
}

function sizeAt(bytes: Buffer, at: number): number {
  const size = bytes.readInt32LE(at);
  if (size < 5 || at + size > bytes.length) throw new DatabaseError("InvalidBSON", `a size of ${size}`);
  return size;
}

/** The bytes of a reply to that message. */
function writeReply(request: Buffer, reply: Doc): Buffer {
  const old = opcodeOf(request) === OP_QUERY;
  const before = HEADER_BYTES + (old ? 20 : 5);
  const message = encodeDoc(reply, before);
  message.fill(0, 0, before);
  message.writeInt32LE(message.length, 0);
  request.copy(message, 8, 4, 8);
  message.writeInt32LE(old ? OP_REPLY : OP_MSG, 12);
  // One document, from a server that can wait for data.
  if (old) message.writeInt32LE(8, 16);
  if (old) message.writeInt32LE(1, 32);
  return message;
}
