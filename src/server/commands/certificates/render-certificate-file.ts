import { createHash } from "node:crypto";
import { type Certificate, CertificateModel } from "../../../models/certificate.ts";
import { StoredFileModel } from "../../../models/stored-file.ts";
import { AppError } from "../../../shared/app-error.ts";
import { putBlob } from "../../blobs.ts";
import type { App } from "../../command-context.ts";
import type { BrowserPool } from "../../printing/browser-pool.ts";
import type {
  CertificateView,
  MergedCertificateView,
  TranscriptView,
} from "../../printing/certificate-view.ts";
import {
  renderCertificate,
  renderMergedCertificate,
  renderTranscript,
} from "../../printing/render-certificate.ts";
import { runCommand, systemCaller } from "../../run-command.ts";

/**
 * Gives a certificate its file, once: whoever commits first decides what is kept, every print returns that file
 * (CRT-07). Returns the file's id. Errors: `certificate.not_found`, `certificate.printer_unavailable`.
 */
export async function renderCertificateFile(app: App, certificateId: string): Promise<string> {
  const certificate = await CertificateModel.findById(certificateId).lean();
  if (certificate === null) throw new AppError("certificate.not_found");
  if (certificate.fileId !== null) return certificate.fileId;
  const pdf = await render(app, certificate);
  const sha256 = createHash("sha256").update(pdf).digest("hex");
  await putBlob(sha256, pdf);
  return keep(app, certificate, { sha256, size: pdf.byteLength });
}

async function render(app: App, certificate: Certificate): Promise<Uint8Array> {
  try {
    return await renderKind(app.printer, certificate);
  } catch (error) {
    const code =
      typeof error === "object" && error !== null && "code" in error ? String(error.code) : "unknown";
    app.log.error({ certificateId: certificate._id, code }, "rendering a certificate failed");
    throw new AppError("certificate.printer_unavailable");
  }
}

/** A view is kept as it was made for its kind. */
function renderKind(pool: BrowserPool, { kind, view }: Certificate): Promise<Uint8Array> {
  switch (kind) {
    case "single":
      return renderCertificate(pool, view as unknown as CertificateView);
    case "merged":
      return renderMergedCertificate(pool, view as unknown as MergedCertificateView);
    case "transcript":
      return renderTranscript(pool, view as unknown as TranscriptView);
  }
}

function keep(app: App, certificate: Certificate, file: { sha256: string; size: number }): Promise<string> {
  return runCommand(app, systemCaller("certificate.render"), async (ctx) => {
    const fileId = ctx.newId();
    const claimed = await CertificateModel.updateOne(
      { _id: certificate._id, fileId: null },
      { $set: { fileId } },
    );
    if (claimed.modifiedCount === 0) {
      const kept = await CertificateModel.findById(certificate._id, { fileId: 1 }).lean();
      return kept?.fileId ?? fileId;
    }
    await StoredFileModel.create([
      {
        _id: fileId,
        ...file,
        name: `${certificate.number}.pdf`,
        mimeType: "application/pdf",
        uploadedByAccountId: certificate.issuedByAccountId,
        usedBy: certificate._id,
        scopeIds: certificate.scopeIds,
        createdAt: ctx.clock.now(),
      },
    ]);
    return fileId;
  });
}
