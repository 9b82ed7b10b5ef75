import { createHash } from "node:crypto";
import { putBlob } from "../blobs.ts";
import type { Actor, App } from "../command-context.ts";
import { recordFile } from "../commands/platform/store-file.ts";
import { actAs } from "./acting.ts";

/** A one-page PDF that says what it is: stands in for scans and evidence in demonstrations. */
export function samplePdf(text: string): Uint8Array {
  const stream = `BT /F1 18 Tf 72 720 Td (${text.replace(/[()\\]/g, "")}) Tj ET`;
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
    `<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
  ];
  let body = "%PDF-1.4\n";
  const offsets = objects.map((object, index) => {
    const offset = body.length;
    body += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const entries = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
  const count = objects.length + 1;
  return Buffer.from(
    `${body}xref\n0 ${count}\n0000000000 65535 f \n${entries}trailer\n<< /Size ${count} /Root 1 0 R >>\nstartxref\n${body.length}\n%%EOF\n`,
    "latin1",
  );
}

/** Uploads the sample as `actor`, or as an applicant without an account, under a Chinese name. */
export async function uploadSample(
  app: App,
  actor: Actor | null,
  name: string,
): Promise<{ fileId: string; name: string }> {
  const bytes = samplePdf("SAMPLE - demonstration only, proves nothing");
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  await putBlob(sha256, bytes);
  const file = { name, sha256, size: bytes.length, mimeType: "application/pdf" };
  const { _id: fileId } = await actAs(app, actor, (ctx) => recordFile(ctx, file));
  return { fileId, name };
}
