import { createHash } from "node:crypto";
import { samplePdf } from "../../shared/sample-pdf.ts";
import { putBlob } from "../blobs.ts";
import type { Actor, App } from "../command-context.ts";
import { recordFile } from "../commands/platform/store-file.ts";
import { actAs } from "./acting.ts";

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
