import { ApplicationModel } from "../../../models/application.ts";
import { OrganizationModel } from "../../../models/organization.ts";
import { PersonModel } from "../../../models/person.ts";
import { WorkflowInstance } from "../../../models/workflow-instance.ts";
import { WorkflowTask } from "../../../models/workflow-task.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { CommandContext, ServiceCall } from "../../command-context.ts";
import { releaseApplication } from "../applications/settle-application.ts";
import { moveApplication } from "../applications/move-application.ts";
import { tellAdministrators } from "../applications/tell-administrators.ts";
import { notify } from "../notify.ts";
import { recordAudit } from "../record-audit.ts";
import { acceptStep, type Transfer } from "./transfer-data.ts";

/** Behind 「驳回」: the person stays, and may declare again; the record says which unit refused (TRF-07). */
export async function rejectTransfer(ctx: CommandContext, call: ServiceCall): Promise<void> {
  const transfer = await loadTransfer(call);
  // A refusal ends a transfer, so there is one at most.
  const refusal = { instanceId: call.instanceId, status: "decided" as const, outcome: "reject" };
  const refused = await WorkflowTask.findOne(refusal, { elementId: 1 }).lean();
  const data = { ...transfer.data, rejectedAt: refused?.elementId ?? null };
  await freePerson(transfer);
  await moveApplication(ctx, transfer._id, { status: "rejected", reason: call.comment, change: { data } });
  if (transfer.data.way === "person" && data.rejectedAt === acceptStep) await tellOldUnit(ctx, transfer);
}

/** It has released the person, who stays with it all the same. */
async function tellOldUnit(ctx: CommandContext, transfer: Transfer): Promise<void> {
  const { _id, number, title, organizationId, counterpartName } = transfer;
  const text = `「${title}」（${number}）被「${counterpartName ?? ""}」驳回，人员仍在本单位。`;
  await tellAdministrators(
    ctx,
    { organizationId, module: "transfers:manage", item: transfer },
    { kind: "transfer.refused", title: "新单位驳回了人员调转", text, subjectId: _id },
  );
}

/** Behind 「撤回」: as if it had not been asked for. */
export async function withdrawTransfer(ctx: CommandContext, call: ServiceCall): Promise<void> {
  await freePerson(await loadTransfer(call));
  await releaseApplication(ctx, call);
}

/** Behind 「转上级部门办理」: whoever waits, whoever was late and whoever acts now are told (TRF-12). */
export async function escalateTransfer(ctx: CommandContext, call: ServiceCall): Promise<void> {
  const transfer = await loadTransfer(call);
  const { _id, number, title, organizationId, applicantAccountId } = transfer;
  const instance = await WorkflowInstance.findById(call.instanceId, { parties: 1 }).lean();
  const superiorId = instance?.parties["originalEmployerSuperior"]?.id ?? organizationId;
  const superior = await OrganizationModel.findById(superiorId, { name: 1 }).lean();
  const text = `「${title}」（${number}）原单位逾期未办理调出审核，已转「${superior?.name ?? ""}」办理。`;
  const message = { kind: "transfer.escalated", title: "人员调转已转上级部门办理", text, subjectId: _id };
  await notify(ctx, applicantAccountId, message);
  for (const unitId of new Set([organizationId, superiorId]))
    await tellAdministrators(
      ctx,
      { organizationId: unitId, module: "transfers:manage", item: transfer },
      message,
    );
  await recordAudit(ctx, "transfer.escalated", { subjectId: _id, data: { to: superiorId } });
}

async function loadTransfer(call: ServiceCall): Promise<Transfer> {
  const transfer = await ApplicationModel.findById(call.businessId).lean<Transfer>();
  if (transfer === null) throw new AppError("application.not_found");
  return transfer;
}

async function freePerson({ _id, personId }: Transfer): Promise<void> {
  await PersonModel.updateOne(
    { _id: personId ?? "", openTransferId: _id },
    { $set: { openTransferId: null }, $inc: { version: 1 } },
  );
}
