import { CertificateModel } from "../../../models/certificate.ts";
import type { CommandContext } from "../../command-context.ts";
import { recordAudit } from "../record-audit.ts";
import { refreshCertificates } from "./refresh-certificates.ts";

/**
 * A year is no longer met: every certificate that shows it, also an earlier edition, becomes 已撤销 (CRT-08). Once the
 * year is met again, the next print issues a new edition. A transcript says what was, met or not: it becomes 已更新.
 * Returns how many certificates.
 */
export async function revokeCertificates(
  ctx: CommandContext,
  personId: string,
  year: number,
): Promise<number> {
  const showing = await CertificateModel.find(
    {
      personId,
      kind: { $ne: "transcript" },
      status: { $in: ["valid", "updated"] },
      fromYear: { $lte: year },
      toYear: { $gte: year },
    },
    { number: 1 },
  ).lean();
  await refreshCertificates(ctx, personId, year);
  if (showing.length === 0) return 0;
  await CertificateModel.updateMany(
    { _id: { $in: showing.map(({ _id }) => _id) } },
    { $set: { status: "revoked" }, $inc: { version: 1 } },
  );
  for (const { _id, number } of showing)
    await recordAudit(ctx, "certificate.revoked", {
      subjectId: _id,
      data: { number, reason: `${year}年度学时变更后未达标` },
    });
  return showing.length;
}
