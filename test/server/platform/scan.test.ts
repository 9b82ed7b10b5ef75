import { createServer, type Server, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { StoredFileModel } from "../../../src/models/stored-file.ts";
import { uploadRegistrationFile } from "../../../src/shared/contracts/registrations.ts";
import { samplePdf } from "../../../src/shared/sample-pdf.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";

/** A daemon that speaks INSTREAM: what it was sent, and what it says to that. */
let daemon: Server;
let server: TestServer;
let answer: (bytes: Buffer) => string | null = () => "stream: OK";
const seen: Buffer[] = [];

beforeAll(async () => {
  daemon = createServer(serve);
  await new Promise<void>((resolve) => daemon.listen(0, "127.0.0.1", resolve));
  const address = daemon.address();
  if (address === null || typeof address === "string") throw new Error("the daemon has no port");
  server = await startTestServer({ env: { CLAMAV_ADDRESS: `127.0.0.1:${address.port}` } });
});
afterAll(async () => {
  await server.close();
  daemon.close();
});

function serve(socket: Socket): void {
  let received = Buffer.alloc(0);
  socket.on("error", () => undefined);
  socket.on("data", (chunk) => {
    received = Buffer.concat([received, chunk]);
    const bytes = streamed(received);
    if (bytes === null) return;
    seen.push(bytes);
    const said = answer(bytes);
    if (said === null) socket.destroy();
    else socket.end(`${said}\0`);
  });
}

/** The file's bytes once its end has come; null before. */
function streamed(received: Buffer): Buffer | null {
  const command = "zINSTREAM\0";
  const parts: Buffer[] = [];
  for (let at = command.length; at + 4 <= received.length; ) {
    const length = received.readUInt32BE(at);
    if (length === 0) return Buffer.concat(parts);
    parts.push(received.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return null;
}

let serial = 0;
async function upload() {
  serial += 1;
  const bytes = samplePdf(`scan me ${serial}`);
  const file = { name: "扫描件.pdf", bytes, type: "application/pdf" };
  const { status, body } = await server.client().upload(uploadRegistrationFile, file);
  return { bytes, status, code: body.error?.code, kept: await StoredFileModel.countDocuments({}) };
}

describe("an upload where a scanner is configured (REG-29)", () => {
  it("is kept when the scanner has seen all of it and found nothing", async () => {
    answer = () => "stream: OK";
    const { bytes, status, kept } = await upload();
    expect([status, kept]).toEqual([200, 1]);
    expect(Buffer.compare(seen.at(-1) ?? Buffer.alloc(0), bytes)).toBe(0);
  });

  it("422: is not kept when the scanner finds something", async () => {
    answer = () => "stream: Win.Test.EICAR_HDB-1 FOUND";
    expect(await upload()).toMatchObject({ status: 422, code: "file.infected", kept: 1 });
  });

  it.each([
    ["refuses", () => "INSTREAM size limit exceeded. ERROR"],
    ["hangs up", () => null],
    ["answers what nobody understands", () => "x".repeat(5000)],
  ])("503: is not kept when the scanner %s", async (_case, said) => {
    answer = said;
    expect(await upload()).toMatchObject({ status: 503, code: "file.scan_unavailable", kept: 1 });
  });

  it("503: nor when there is no scanner where one ought to be", async () => {
    await new Promise((resolve) => daemon.close(resolve));
    expect(await upload()).toMatchObject({ status: 503, code: "file.scan_unavailable", kept: 1 });
  });
});
