import { ApplicationModel } from "../../../models/application.ts";
import { DeclarationModel } from "../../../models/declaration.ts";
import { RegistrationModel } from "../../../models/registration.ts";
import { StoredFileModel } from "../../../models/stored-file.ts";
import type { WorkflowInstanceRecord } from "../../../models/workflow-instance.ts";

/**
 * Whoever gets a task that was meant for another organization sees the item that it is about, and its evidence, as the
 * usual reviewer does: nobody decides what he cannot read (FLW-10, REG-29). A registration has one reviewer, whom its
 * applicant finds where he asks for his progress (PRG-02): that is the new holder from now on. Whoever sees it already
 * costs no write: items of one batch, which share their evidence, do not wait for each other.
 */
export async function showToHolder(
  { businessKey: { kind, id } }: Pick<WorkflowInstanceRecord, "businessKey">,
  organizationId: string,
): Promise<void> {
  const unseen = { scopeIds: { $ne: organizationId } };
  const seen = { $addToSet: { scopeIds: organizationId } };
  if (kind === "registration")
    await RegistrationModel.updateOne(
      { _id: id, status: "pending" },
      { $set: { reviewerId: organizationId } },
    );
  else if (kind === "application") await ApplicationModel.updateOne({ _id: id, ...unseen }, seen);
  const usedBy = kind === "declaration" ? await evidenceOf(id, { unseen, seen }) : id;
  if (usedBy !== null) await StoredFileModel.updateMany({ usedBy, ...unseen }, seen);
}

/** The evidence of a declaration is its batch's; null when the organization sees both already. */
async function evidenceOf(
  declarationId: string,
  { unseen, seen }: { unseen: object; seen: object },
): Promise<string | null> {
  const shown = await DeclarationModel.findOneAndUpdate({ _id: declarationId, ...unseen }, seen, {
    projection: { batchNumber: 1 },
  }).lean();
  return shown?.batchNumber ?? null;
}
