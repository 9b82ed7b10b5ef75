import { WorkflowInstance, type WorkflowInstanceRecord } from "../../../models/workflow-instance.ts";
import { AppError } from "../../../shared/app-error.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { authorizeOperation } from "../../permissions/instances.ts";

/** An instance that an operator is about to repair; `permission.denied` (403), `instance.not_found` (404). */
export async function loadOperated(ctx: CommandContext, instanceId: string): Promise<WorkflowInstanceRecord> {
  authorizeOperation(requireActor(ctx));
  return await loadInstance(instanceId);
}

/** Any instance; `instance.not_found` (404). */
export async function loadInstance(instanceId: string): Promise<WorkflowInstanceRecord> {
  const instance = await WorkflowInstance.findById(instanceId).lean<WorkflowInstanceRecord>();
  if (instance === null) throw new AppError("instance.not_found");
  return instance;
}
