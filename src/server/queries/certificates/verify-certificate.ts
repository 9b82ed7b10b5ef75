import { type Certificate, CertificateModel } from "../../../models/certificate.ts";
import type { verifyCertificate as contract } from "../../../shared/contracts/certificates.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { CommandContext } from "../../command-context.ts";
import { limitRate } from "../../commands/limit-rate.ts";

/**
 * The certificate that a number and a code belong to, or null: an unknown number and a wrong code are not told
 * apart, so numbers cannot be tried out (CRT-07). An earlier edition answers with its own status.
 */
export async function verifyCertificate(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<Certificate | null> {
  await limitRate(ctx, { action: "verify", key: ctx.address, limit: 60, windowSeconds: 60 });
  const editions = await CertificateModel.find({ number: input.number })
    .sort({ edition: -1 })
    .limit(50)
    .lean();
  return editions.find((certificate) => certificate.verifyCode === input.code) ?? null;
}
