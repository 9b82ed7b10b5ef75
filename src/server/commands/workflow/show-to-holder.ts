import { ApplicationModel } from "../../../models/application.ts";
import { DeclarationModel } from "../../../models/declaration.ts";
import { RegistrationModel } from "../../../models/registration.ts";
import { StoredFileModel } from "../../../models/stored-file.ts";
import type { WorkflowInstanceRecord } from "../../../models/workflow-instance.ts";

/**
 * Whoever gets a task that was meant for another organization sees the item that it is about, and its evidence, as the
 * usual reviewer does: nobody decides what he cannot read (FLW-10, REG-29). A registration has one reviewer, whom its
 * applicant finds where he asks for his progress (PRG-02): that is the new holder from now on.
 */
export async function showToHolder(
  { businessKey: { kind, id } }: Pick<WorkflowInstanceRecord, "businessKey">,
  organizationId: string,
): Promise<void> {
  const seen = { $addToSet: { scopeIds: organizationId } };
  if (kind === "registration")
    await RegistrationModel.updateOne(
      { _id: id, status: "pending" },
      { $set: { reviewerId: organizationId } },
    );
  else if (kind === "application") await ApplicationModel.updateOne({ _id: id }, seen);
  await StoredFileModel.updateMany(
    { usedBy: kind === "declaration" ? await evidenceOf(id, seen) : id },
    seen,
  );
}

/** The evidence of a batch is kept under its number. */
async function evidenceOf(declarationId: string, seen: object): Promise<string> {
  const fields = { projection: { batchNumber: 1 } };
  const declaration = await DeclarationModel.findOneAndUpdate({ _id: declarationId }, seen, fields).lean();
  return declaration?.batchNumber ?? declarationId;
}
