import type { Socket } from "node:net";
import { type Doc, docOf, integer } from "../bson/values.ts";
import { DatabaseError } from "../errors.ts";
import { MAX_MESSAGE_BYTES, readMessage, type Request, writeReply } from "./message.ts";

/** Answers one command; must not throw. `null` closes the connection without an answer (fail points do so). */
export type Answer = (command: Doc, connection: ConnectionInfo) => Promise<Doc | null>;

export interface ConnectionInfo {
  id: number;
  /** Aborted when the client has gone. */
  readonly closed: AbortSignal;
  appName: string | null;
}

let connections = 0;

/** Serves one client: its messages in order, one after the other. */
export function serve(socket: Socket, answer: Answer): void {
  const gone = new AbortController();
  const info: ConnectionInfo = { id: ++connections, closed: gone.signal, appName: null };
  let chunks: Buffer[] = [];
  let size = 0;
  let busy = false;
  socket.setNoDelay(true);

  const next = (): Buffer | null => {
    if (size < 4) return null;
    if ((chunks[0] as Buffer).length < 4) chunks = [Buffer.concat(chunks)];
    const wanted = (chunks[0] as Buffer).readInt32LE(0);
    if (wanted < 16 || wanted > MAX_MESSAGE_BYTES + HEADER_SLACK) {
      socket.destroy();
      return null;
    }
    if (size < wanted) return null;
    const all = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
    chunks = all.length > wanted ? [all.subarray(wanted)] : [];
    size -= wanted;
    return all.subarray(0, wanted);
  };

  const work = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    for (let message = next(); message && !socket.destroyed; message = next())
      await respond(message, { socket, answer, info });
    busy = false;
  };

  socket.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    size += chunk.length;
    work().catch(() => socket.destroy());
  });
  socket.on("error", () => socket.destroy());
  socket.on("close", () => gone.abort());
}

const HEADER_SLACK = 16 * 1024;

interface Responding {
  socket: Socket;
  answer: Answer;
  info: ConnectionInfo;
}

async function respond(message: Buffer, { socket, answer, info }: Responding): Promise<void> {
  let request: Request;
  try {
    request = readMessage(message);
  } catch (error) {
    const known = error instanceof DatabaseError ? error : new DatabaseError("InvalidBSON", String(error));
    const fallback: Request = {
      requestId: message.readInt32LE(4),
      legacy: false,
      wantsReply: true,
      command: new Map(),
    };
    socket.write(
      writeReply(
        fallback,
        docOf({ ok: 0, errmsg: known.message, code: integer(known.code), codeName: known.codeName }),
      ),
    );
    return;
  }
  const reply = await answer(request.command, info);
  if (reply === null) socket.destroy();
  else if (request.wantsReply && !socket.destroyed) socket.write(writeReply(request, reply));
}
