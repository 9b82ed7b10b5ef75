import { type Certificate, CertificateModel } from "../../../models/certificate.ts";
import { StoredFileModel } from "../../../models/stored-file.ts";
import { PersonModel } from "../../../models/person.ts";
import { AppError } from "../../../shared/app-error.ts";
import { openBlob } from "../../blobs.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { isOwnOrInScope } from "../../permissions/scope.ts";
import { runCommand, systemCaller } from "../../run-command.ts";
import { recordAudit } from "../record-audit.ts";
import { renderCertificateFile } from "./render-certificate-file.ts";

/**
 * The certificate's file, the same bytes at every print; each print is recorded (CRT-09). Somebody else's
 * certificate does not exist. Errors: `certificate.not_found`, `certificate.revoked` (409), `certificate.printer_unavailable`.
 */
export async function printCertificate(ctx: CommandContext, input: { id: string }) {
  const certificate = await load(ctx, input.id);
  const fileId = certificate.fileId ?? (await renderCertificateFile(ctx.app, certificate._id));
  const file = await StoredFileModel.findById(fileId).lean();
  const content = file === null ? null : await openBlob(file.sha256);
  if (file === null || content === null) throw new AppError("certificate.not_found");
  const caller = { ...systemCaller(ctx.requestId), actor: ctx.actor };
  await runCommand(ctx.app, caller, (inner) =>
    recordAudit(inner, "certificate.printed", {
      subjectId: certificate._id,
      data: { number: certificate.number },
    }),
  );
  return {
    content,
    contentType: file.mimeType,
    fileName: `${certificate.kind === "transcript" ? "学习档案" : "继续教育证书"}-${certificate.number}.pdf`,
    disposition: "inline" as const,
    sha256: file.sha256,
  };
}

async function load(ctx: CommandContext, id: string): Promise<Certificate> {
  const actor = requireActor(ctx);
  const certificate = await CertificateModel.findById(id).lean();
  const mayPrint = actor.role === "professional" || actor.modules.has("certificates:print");
  if (certificate === null || !mayPrint) throw new AppError("certificate.not_found");
  const departmentId = actor.departmentIds === undefined ? null : await departmentOf(certificate);
  if (!isOwnOrInScope(actor, { ...certificate, departmentId })) throw new AppError("certificate.not_found");
  if (certificate.status === "revoked") throw new AppError("certificate.revoked");
  return certificate;
}

/** Where its holder works now: what decides for administrators who are limited to departments (ADM-13). */
async function departmentOf({ personId }: Certificate): Promise<string | null> {
  const person = await PersonModel.findById(personId, { departmentId: 1 }).lean();
  return person?.departmentId ?? null;
}
