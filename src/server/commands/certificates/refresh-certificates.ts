import { CertificateModel } from "../../../models/certificate.ts";
import type { CommandContext } from "../../command-context.ts";

/**
 * The hours of a year changed: valid certificates that show it become 已更新, which the verification page says
 * (CRT-07, CRT-08); the next print issues a new edition under the same number. Returns how many.
 */
export async function refreshCertificates(
  _ctx: CommandContext,
  personId: string,
  year: number,
): Promise<number> {
  const changed = await CertificateModel.updateMany(
    { personId, status: "valid", fromYear: { $lte: year }, toYear: { $gte: year } },
    { $set: { status: "updated" }, $inc: { version: 1 } },
  );
  return changed.modifiedCount;
}
