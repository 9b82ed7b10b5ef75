import type { Certificate } from "../../../models/certificate.ts";
import type { CommandContext } from "../../command-context.ts";
import { callerOf, runCommand } from "../../run-command.ts";
import { renderCertificateFile } from "./render-certificate-file.ts";

/**
 * Issues in one transaction, then renders. When the printer is not available the certificate is issued all the same:
 * its job, or the next print, renders it.
 */
export function issueAndRender<Input>(issue: (ctx: CommandContext, input: Input) => Promise<Certificate>) {
  return async (ctx: CommandContext, input: Input): Promise<Certificate> => {
    const certificate = await runCommand(ctx.app, callerOf(ctx), (inner) => issue(inner, input));
    const fileId = certificate.fileId ?? (await renderCertificateFile(ctx.app, certificate._id));
    return { ...certificate, fileId };
  };
}
