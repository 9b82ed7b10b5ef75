import { ApplicationModel } from "../../../models/application.ts";
import type { Department } from "../../../models/department.ts";
import { WorkflowTask, type WorkflowTaskRecord } from "../../../models/workflow-task.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { acceptTransfer as contract } from "../../../shared/contracts/transfers.ts";
import { type Actor, type CommandContext, requireActor } from "../../command-context.ts";
import { maySeeApplication } from "../../permissions/applications.ts";
import { holds } from "../../permissions/workflow.ts";
import { availableDepartment } from "../../queries/departments/available-department.ts";
import { decideLoaded } from "../workflow/decide-task.ts";
import { acceptStep, type Transfer } from "./transfer-data.ts";

type Input = InputOf<typeof contract>;

/**
 * 「确认调转」 (TRF-05): the new unit's approval, with the department that the person joins. Errors:
 * `application.not_found` (404), `permission.denied` (403) for anybody but the new unit, `department.unavailable`
 * (400), and those of a decision.
 */
export async function acceptTransfer(ctx: CommandContext, input: Input): Promise<Transfer> {
  const actor = requireActor(ctx);
  const transfer = await ApplicationModel.findById(input.id).lean<Transfer>();
  if (transfer === null || transfer.kind !== "transfer" || !maySeeApplication(actor, { ...transfer }))
    throw new AppError("application.not_found");
  const task = await acceptingTask(actor, transfer.instanceId);
  if (input.departmentId !== undefined) {
    const department = await availableDepartment(input.departmentId, transfer.counterpartId ?? "");
    await chooseDepartment(transfer._id, department);
  }
  const { comment } = input;
  const decision = { id: task._id, outcome: "approve", comment, attachments: [] };
  await decideLoaded(ctx, { task, instance: task.instanceId }, decision);
  const accepted = await ApplicationModel.findById(input.id).lean<Transfer>();
  return accepted ?? transfer;
}

/** The latest: a transfer reaches its new unit once. */
async function acceptingTask(actor: Actor, instanceId: string): Promise<WorkflowTaskRecord> {
  const task = await WorkflowTask.findOne({ instanceId, elementId: acceptStep }).lean<WorkflowTaskRecord>();
  if (task === null || !holds(actor, task.candidate)) throw new AppError("permission.denied");
  return task;
}

async function chooseDepartment(transferId: string, { _id, name }: Department): Promise<void> {
  const chosen = { "data.departmentId": _id, "data.departmentName": name };
  const written = await ApplicationModel.updateOne(
    { _id: transferId, status: "pending" },
    { $set: chosen, $inc: { version: 1 } },
  );
  if (written.matchedCount === 0) throw new AppError("task.withdrawn");
}
