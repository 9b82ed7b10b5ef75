import { once } from "node:events";
import { createReadStream } from "node:fs";
import { createConnection, type Socket } from "node:net";
import { AppError } from "../shared/app-error.ts";

/** What one scan may take; a scanner that is silent for longer counts as one that is not there. */
const silenceMs = 30_000;

/** An answer of a scanner is one short line. */
const mostAnswer = 4096;

/** `host:port`, or the path of a Unix socket. */
export const scannerAddress = /^(\/.+|[\w.-]+:\d{1,5})$/;

/**
 * Has a ClamAV daemon look at an upload before anything may use it (REG-29), by its INSTREAM command, streamed. Without
 * an address nothing is scanned. Errors: `file.infected` (422); `file.scan_unavailable` (503) when the scanner does not
 * say that the file is clean: a file that nobody has looked at is not let in.
 */
export async function scanFile(address: string | undefined, path: string): Promise<void> {
  if (address === undefined) return;
  const answer = await ask(address, path).catch(() => "");
  if (answer.endsWith(" FOUND")) throw new AppError("file.infected");
  if (!answer.endsWith(": OK")) throw new AppError("file.scan_unavailable");
}

async function ask(address: string, path: string): Promise<string> {
  const socket = connect(address);
  socket.setTimeout(silenceMs, () => socket.destroy(new Error("the scanner is silent")));
  const answered = answerOf(socket);
  const done = new AbortController();
  try {
    // A refusal may come before the whole file has gone.
    await Promise.race([sendFile(socket, path, done.signal), answered]);
    return await answered;
  } finally {
    done.abort();
    socket.destroy();
  }
}

function connect(address: string): Socket {
  if (address.startsWith("/")) return createConnection({ path: address });
  const at = address.lastIndexOf(":");
  return createConnection({ host: address.slice(0, at), port: Number(address.slice(at + 1)) });
}

/** Each chunk after its length, and a length of zero at the end. */
async function sendFile(socket: Socket, path: string, signal: AbortSignal): Promise<void> {
  socket.write("zINSTREAM\0");
  for await (const chunk of createReadStream(path, { signal }) as AsyncIterable<Buffer>) {
    const head = Buffer.alloc(4);
    head.writeUInt32BE(chunk.length);
    socket.write(head);
    if (!socket.write(chunk)) await once(socket, "drain", { signal });
  }
  socket.write(Buffer.alloc(4));
}

function answerOf(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    socket.on("data", (chunk: Buffer) => {
      text += chunk.toString("utf8");
      const end = text.indexOf("\0");
      if (end >= 0) resolve(text.slice(0, end).trim());
      else if (text.length > mostAnswer) reject(new Error("the scanner talks too much"));
    });
    socket.on("error", reject);
    socket.on("close", () => reject(new Error("the scanner hung up")));
  });
}
